"""Kits and instruments for samplers: one module per format, listed in `registry`."""
