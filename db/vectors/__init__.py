"""The vector index and its cache."""
