"""Files to waveforms."""
