"""A handful of takes, as training reads them."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from training import recordings
from training.batches import TakeStore
from training.dry import write_sounds
from training.recipes.drums_hihat import closed_noise
from training.recipes.drums_strike import side_stick
from training.takes import Session, record

SOURCES = ("adafruit", "audiokit-tx81z")  # of folds 0 and 1
_N_EACH = 2


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write low and high hits of two sources, with their manifest."""
    folder = tmp_path_factory.mktemp("recordings")
    time = np.arange(8820) / 44_100
    rows = []
    for source in SOURCES:
        for label, hz in (("kick drum", 60), ("open hi-hat", 9000)):
            for number in range(_N_EACH):
                path = f"{source}-{label}-{number}.flac"
                soundfile.write(folder / path, np.sin(2 * np.pi * hz * time) * np.exp(-9 * time), 44_100)
                rows.append([path, label, source, f"{label}, dry", "hard", "", ""])
    with (folder / recordings.MANIFEST).open("w", newline="") as file:
        csv.writer(file).writerows([["path", "label", "source", "instrument", "velocity", "note", "bpm"], *rows])
    return folder


@pytest.fixture(scope="session")
def takes(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Record two takes of each of these and of four synthesized sounds."""
    folder = tmp_path_factory.mktemp("takes")
    rng = np.random.default_rng(4)
    (folder / "dry").mkdir()
    made = [replace(recipe(rng), origin="recipes") for recipe in (closed_noise, side_stick) for _ in range(_N_EACH)]
    for name, sounds in (
        ("recordings-0000", recordings.sounds(recordings.read_manifest(recorded))),
        ("recipes-0000", made),
    ):
        write_sounds(folder / "dry" / f"{name}.npz", sounds)
        record(Session(folder / "takes", folder / "dry" / f"{name}.npz", {}, folder / "no rooms"))
    return folder / "takes"


@pytest.fixture(scope="session")
def store(takes: Path) -> TakeStore:
    return TakeStore(takes, None)
