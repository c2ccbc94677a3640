"""The library on disk: what earmark has learned about a producer's sounds, in one folder."""
