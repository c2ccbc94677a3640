"""Sounds to export, and a record of exports."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from db.types import Sample
from indexer.export.records import ExportLog
from tests.tui.samples import make_sample

Make = Callable[..., list[Sample]]


@pytest.fixture
def sounds(tmp_path: Path) -> Make:
    """Return a function that makes sounds: files of one content each, in folders of their own."""

    def make(*names: str) -> list[Sample]:
        found = []
        for number, name in enumerate(names, start=1):
            path = tmp_path / "sounds" / str(number) / name
            path.parent.mkdir(parents=True)
            with path.open("wb") as file:
                sf.write(file, np.full(64, 0.1 + number / 1000, np.float32), 44_100, "PCM_24", format="WAV")
            found.append(replace(make_sample(str(path)), id=number))
        return found

    return make


@pytest.fixture
def log(tmp_path: Path) -> ExportLog:
    (tmp_path / "library").mkdir()
    return ExportLog(tmp_path / "library")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out"
