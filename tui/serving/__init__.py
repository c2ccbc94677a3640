"""The library for other programs, by HTTP: ``earmark api``."""
