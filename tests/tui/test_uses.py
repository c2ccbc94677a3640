"""What was used is noted, and never in the way."""

import shutil
from pathlib import Path

from db.engines.sqlite.lock import writer_lock
from db.library import Library
from tests.tui.conftest import Shelf
from tui.workspace.annotations.uses import note_use


def test_a_use_is_noted_unless_another_process_writes(shelf: Shelf, tmp_path: Path) -> None:
    shutil.copytree(shelf.library, tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        first, second, *_ = library.sorted_ids().tolist()
        known = library.uses([second])  # other tests use the shelf's sounds too
        note_use(library, [first, first])
        with writer_lock(library.folder):
            note_use(library, [second])
        before = library.generation()
        note_use(library, [])
        assert library.generation() == before
        assert list(library.uses([first])) == [first]
        assert library.uses([second]) == known
