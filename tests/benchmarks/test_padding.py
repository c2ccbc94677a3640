"""Both ways to fill a window, on a small model of random weights."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks import padding
from indexer.encoders.laion.frontend import WINDOW_FRAMES, fill_window
from tests.laion import SMALL
from tests.sounds import RATE_HZ, noise, tone


def test_a_short_sound_stands_once_before_silence() -> None:
    filled = padding.with_silence(noise(0.5))
    assert len(filled) == WINDOW_FRAMES
    assert np.array_equal(filled[: RATE_HZ // 2], fill_window(noise(0.5))[: RATE_HZ // 2])
    assert not filled[RATE_HZ // 2 :].any()


def test_both_rules_are_measured_on_the_same_sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(padding, "TINY", SMALL)
    for name, sound in {"noise/a": noise(0.2), "noise/b": noise(0.2, seed=2), "tone/a": tone(440, 0.3)}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        soundfile.write(tmp_path / f"{name}.wav", sound, RATE_HZ)
    figures = padding.compare(padding.random_model(tmp_path / "work"), tmp_path, None)
    assert figures.keys() == {"repeated", "silence behind", "cosine of both"}
    assert figures["repeated"]["one_nn"] in (0, 1 / 3, 2 / 3, 1)
    assert figures["cosine of both"]["least"] < 0.9999
