"""One small library of real sounds, embedded by the real model, for all tests that only read it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile, copytree

import pytest
from typer.testing import CliRunner, Result

from tests.fakes import InlinePool
from tests.sounds import write_demo_sounds
from tests.trees import tree_hash
from tui.main import app

EVIL_NAMES = ("\x1b[31mred [Am].wav", os.fsdecode(b"broken \xff byte.wav"), "[bold]120.wav")


@dataclass(frozen=True)
class Shelf:
    """A folder of sounds and the library made of it."""

    library: Path
    sounds: Path
    kick: Path  # its name tells what it is
    copy: Path  # the same content again
    broken: Path  # cannot be decoded
    indexed: Result  # what ``earmark index`` said

    def run(self, *args: str) -> Result:
        return run("--library", str(self.library), *args)


def run(*args: str) -> Result:
    return CliRunner().invoke(app, args)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Make the shelf; in the end, whatever the commands did, every byte, time and mode of its sounds is as it was."""
    place = tmp_path_factory.mktemp("shelf")
    sounds = place / "Packs"
    first, second, *rest = write_demo_sounds(sounds)
    kick = first.rename(sounds / "dusty_boomstick_120bpm.wav")
    copy = sounds / "Again" / "same.wav"
    copy.parent.mkdir()
    copyfile(kick, copy)
    for name, path in zip(EVIL_NAMES, rest[::2], strict=False):  # others that sound unlike any, so that none is folded
        path.rename(sounds / name)
    broken = second.rename(sounds / "broken.wav")
    broken.write_bytes(b"RIFF, but not really")
    before = tree_hash(sounds)
    with pytest.MonkeyPatch.context() as patch:  # two workers find files in no fixed order, and the first one is kept
        patch.setattr("indexer.ingest.decode_and_embed.DecodePool", InlinePool)
        indexed = run("--library", str(place / "library"), "index", str(sounds), "--json")
    yield Shelf(place / "library", sounds, kick, copy, broken, indexed)
    assert tree_hash(sounds) == before


@pytest.fixture
def library(shelf: Shelf, tmp_path: Path) -> str:
    """Return a copy of the shelf's library that a test may change."""
    return str(copytree(shelf.library, tmp_path / "library"))
