"""A library of small sounds in folders, by an encoder that needs no weights."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import soundfile as sf

from db.library import Library
from indexer.ingest.pipeline import IndexSummary, index
from indexer.organize.plan import plan_by_template
from indexer.organize.run import Outcome, apply_plan
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


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the sounds and their library; each test has a copy."""
    place = tmp_path_factory.mktemp("organize")
    for number, name in enumerate(_NAMES):
        write_sound(place / "disk" / "sounds" / name, number)
    with Library.create(place / "library") as library:
        Shelf(library, place / "disk" / "sounds").index(place / "disk" / "sounds")
    return place


@pytest.fixture
def shelf(made_once: Path, tmp_path: Path) -> Iterator[Shelf]:
    for name in ("disk", "library"):
        copytree(made_once / name, tmp_path / name)
    sounds = tmp_path / "disk" / "sounds"
    with closing(sqlite3.connect(tmp_path / "library" / "earmark.db")) as connection, connection:
        connection.execute("UPDATE roots SET path = ?, display = ?", (bytes(sounds), str(sounds)))
        for name in _NAMES:  # a copy is another inode
            changed_at = (sounds / name).stat().st_ctime_ns
            connection.execute("UPDATE files SET ctime_ns = ? WHERE relpath = ?", (changed_at, name.encode()))
    with Library.open(tmp_path / "library") as library:
        yield Shelf(library, sounds)


def rows(library: Library) -> list[tuple[object, ...]]:
    """All that the library knows of files, but for the time of their inodes."""
    with closing(sqlite3.connect(library.folder / "earmark.db")) as connection:
        return connection.execute(
            "SELECT id, root_id, relpath, size_bytes, mtime_ns, folder, name, ext, file_hash, sample_id, first_seen_at "
            "FROM files ORDER BY id"
        ).fetchall()


def apply(shelf: Shelf, plan: Plan) -> Outcome:
    outcome = apply_plan(shelf.library, plan)
    assert not list(shelf.sounds.parent.rglob(".earmark*"))
    return outcome


def reasons(outcome: Outcome) -> dict[str, str]:
    return {path.name: reason for path, reason in outcome.refused}


def write_sound(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = np.random.default_rng(seed).standard_normal(4_000) * 0.1
    with path.open("wb") as file:
        sf.write(file, frames, 44_100, format="WAV")
