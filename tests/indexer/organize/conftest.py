"""A library of small sounds in folders, by an encoder that needs no weights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from db.library import Library
from indexer.ingest.pipeline import IndexSummary, index
from indexer.organize.plan import plan_by_template
from indexer.organize.steps import Plan
from indexer.organize.template import Template
from tests.fakes import FakeEncoder
from tests.trees import tree_hash

_NAMES = ("Drums/kick 1.wav", "Drums/kick 2.wav", "Drums/Deep/Snare.WAV", "Loops/break_120bpm.wav", "pad.wav")


@dataclass
class Shelf:
    """Sounds and their library."""

    library: Library
    sounds: Path

    def plan(self, template: str, **more: object) -> Plan:
        ids = self.library.sorted_ids().tolist()
        return plan_by_template(self.library, ids, Template.parse(template), **more)  # type: ignore[arg-type]

    def index(self, *folders: Path) -> IndexSummary:
        return index(self.library, folders, FakeEncoder())

    def tree(self) -> str:
        return tree_hash(self.sounds.parent)

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.sounds).as_posix() for path in self.sounds.rglob("*") if path.is_file())


Make = Callable[..., Shelf]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    sounds = tmp_path / "disk" / "sounds"
    for number, name in enumerate(_NAMES):
        write_sound(sounds / name, number)
    with Library.create(tmp_path / "library") as library:
        shelf = Shelf(library, sounds)
        shelf.index(sounds)
        yield shelf


def write_sound(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = np.random.default_rng(seed).standard_normal(4_000) * 0.1
    with path.open("wb") as file:
        sf.write(file, frames, 44_100, format="WAV")
