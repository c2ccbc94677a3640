"""Geometry of the embedding space: interpolation, paths, the map."""
