"""Kits and instruments for samplers and devices: one file per format, all of them in `registry`."""
