from pathlib import Path

import numpy as np

from training.recordings import read_manifest, sounds


def test_recordings_are_what_the_manifest_says(recorded: Path) -> None:
    made = list(sounds(read_manifest(recorded)))
    assert {sound.kind for sound in made} == {"kick drum", "open hi-hat"}
    for sound in made:
        spectrum = np.abs(np.fft.rfft(sound.waveform))
        hz = spectrum.argmax() * 48_000 / len(sound.waveform)
        assert (hz < 200) == (sound.kind == "kick drum")
        assert sound.family == "drums"
        assert "hard" in sound.character
        assert sound.source == (f"{sound.kind}, dry",)
