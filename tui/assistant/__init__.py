"""The library as tools for assistants and extensions of DAWs, by the Model Context Protocol."""
