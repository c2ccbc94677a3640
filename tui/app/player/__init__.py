"""Hear sounds at once: decode, mix, put out; without a sound card the clock still runs."""
