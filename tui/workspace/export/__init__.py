"""Sounds on their way out: exports, slices, clipboard, other programs."""
