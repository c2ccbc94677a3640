"""A server's indexes hold no path of more than some 2,700 bytes: such a file is a problem, and the run goes on."""

import os
import random
import shutil
from pathlib import Path

from db.engines.postgres.place import ServerPlace
from db.library import Library
from db.types import FileStat
from indexer.ingest.long_paths import leave_out_long_paths
from indexer.ingest.pipeline import index
from indexer.ingest.scan import FoundFile, Scan
from tests.fakes import FakeEncoder


def _put_deep(sound: Path, top: Path) -> None:
    """Copy a sound to a path that no server can compress below its limit."""
    chance = random.Random(1)
    before = Path.cwd()
    top.mkdir()
    os.chdir(top)
    try:
        for _ in range(15):
            folder = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=200))
            Path(folder).mkdir()
            os.chdir(folder)
        shutil.copy(sound, "deep.wav")
    finally:
        os.chdir(before)


def test_the_run_goes_on_and_tells_of_the_file_once(server_library: ServerPlace, folder: Path, tmp_path: Path) -> None:
    top = tmp_path / "some"
    _put_deep(folder / "audio_0001.wav", top)
    shutil.copy(folder / "audio_0002.wav", top / "near.wav")
    with Library.open(server_library) as library:
        first = index(library, [top], FakeEncoder())
        assert (first.n_new, first.n_failed) == (1, 1)
        (problem,) = library.problems()
        assert "too long for a library on a server, which takes 2,600 bytes" in problem.message
        before = library.generation()
        again = index(library, [], FakeEncoder())
        assert (again.n_unchanged, again.n_failed, library.generation()) == (2, 0, before)
        shutil.rmtree(top / next(entry.name for entry in top.iterdir() if entry.is_dir()))
        index(library, [], FakeEncoder())
        assert library.problems() == []


def test_paths_that_begin_alike_stay_apart_and_folders_take_any() -> None:
    stat = FileStat(1, 2, 3)
    names = [b"x" * 90 + ending for ending in (b"a" * 20, b"b" * 20)]
    found = Scan(is_online=True, to_embed=[FoundFile(name, stat, was_known=False) for name in (*names, b"near.wav")])
    assert leave_out_long_paths(found, {}, None) is found
    short = leave_out_long_paths(found, {}, 100)
    assert [file.relpath for file in short.to_embed] == [b"near.wav"]
    told = [one.relpath for one in short.failed]
    assert (len(set(told)), {len(one) for one in told}) == (2, {100})
    known = {told[0]: (*stat, True), told[1]: (1, 2, 4, True)}
    later = leave_out_long_paths(Scan(is_online=True, to_embed=found.to_embed, vanished=told), known, 100)
    assert ([one.relpath for one in later.failed], later.n_unchanged, later.vanished) == ([told[1]], 1, [])
