"""Loops of known onsets, as samples of a library."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from db.types import Reading, Sample, Source
from indexer.audio.waveform import Waveform
from tests.sounds import RATE_HZ, hat, kick
from tests.tui.samples import make_sample

MakeLoop = Callable[..., Sample]
PLACES = (0.0, 0.25, 0.51, 0.75, 1.0, 1.3, 1.5, 1.75)  # seconds


def played(places: tuple[float, ...] = PLACES, seconds: float = 2.0) -> Waveform:
    """Play a kick and a hat in turn."""
    mix = np.zeros(round(seconds * RATE_HZ), np.float32)
    for number, place in enumerate(places):
        hit = hat() if number % 2 else kick()
        first = round(place * RATE_HZ)
        room = min(len(hit), len(mix) - first)
        mix[first : first + room] += 0.5 * hit[:room]
    return mix


@pytest.fixture
def make_loop(tmp_path: Path) -> MakeLoop:
    """Return a function that writes a loop of two seconds and returns its sample."""

    def make(waveform: Waveform | None = None, tempo_bpm: float | None = 120.0, name: str = "loop.wav") -> Sample:
        path, wave = tmp_path / name, played() if waveform is None else waveform
        sf.write(path, wave, RATE_HZ, "PCM_24")
        sample = make_sample(str(path))
        bpm = None if tempo_bpm is None else Reading("bpm", Source.USER, 1.0, number=tempo_bpm)
        features = replace(sample.features, duration_seconds=len(wave) / RATE_HZ)
        return replace(sample, features=features, bpm=bpm)

    return make
