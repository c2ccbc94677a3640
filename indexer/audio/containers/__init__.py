"""Containers of sounds, one module each: where their frames and metadata lie, also in damaged files."""
