"""Engines that compute a LAION model: earmark's own towers and the two published implementations."""
