import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from tests.sounds import write_demo_sounds
from training.labelled import family_of
from training.reliability import answers, draw


def test_answers_are_those_of_the_tagger(tmp_path: Path) -> None:
    """Kicks of the demo are kicks; what is called a choir and is one of these is answered wrong."""
    made = write_demo_sounds(tmp_path / "sounds")[:6]
    tones = [tmp_path / "sounds" / f"tone {hz}.wav" for hz in (200, 300)]
    for hz, path in zip((200, 300), tones, strict=True):
        sf.write(path, np.sin(2 * np.pi * hz * np.arange(48_000) / 48_000), 48_000)
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        rows = [(path.name, "choir") for path in [*made, *tones]]
        csv.writer(file).writerows([("path", "label"), *rows])
    confidence, is_right = answers(tmp_path)
    assert confidence.shape == is_right.shape == (8,)
    assert ((confidence > 0) & (confidence <= 1)).all()
    assert family_of("choir") == "vocal"
    assert not is_right[: len(made)].all()


def test_the_picture_is_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="comes with the group training")
    rng = np.random.default_rng(0)
    confidence = rng.random(300).astype(np.float32)
    is_right = rng.random(300) < confidence
    for name in ("a.svg", "b.svg"):
        draw(confidence, is_right, tmp_path / name)
    first = (tmp_path / "a.svg").read_bytes()
    assert first == (tmp_path / "b.svg").read_bytes()
    assert first.startswith(b"<?xml")
    draw(confidence, ~is_right, tmp_path / "c.svg")
    assert (tmp_path / "c.svg").read_bytes() != first
