"""Slice loops into single sounds: the cuts, and a MIDI file that plays the slices as the loop."""
