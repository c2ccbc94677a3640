"""Instant playback: decode, mix, output; without a sound card a silent clock runs instead."""
