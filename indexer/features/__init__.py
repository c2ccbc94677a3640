"""What is measured on a waveform without a model."""
