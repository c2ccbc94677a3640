"""Measurements of a waveform that need no model."""
