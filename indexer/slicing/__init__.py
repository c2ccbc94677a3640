"""Loops cut into single sounds: where to cut, and a MIDI file that plays the loop again from its slices."""
