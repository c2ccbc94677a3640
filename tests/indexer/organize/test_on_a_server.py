"""Files are moved only by who may tell the library on the server of it."""

from pathlib import Path

import pytest

from db.engines.postgres.place import ServerPlace
from db.errors import LibraryReadOnlyError
from db.library import Library
from db.schema.postgres.roles import grant_roles
from indexer.organize.journal import RunLog
from indexer.organize.run import apply_plan, undo_run
from tests.indexer.organize.conftest import Shelf, write_sound
from tests.postgres import Server


def test_an_editor_moves_no_file_and_undoes_no_move(
    server_library: ServerPlace, postgres: Server, tmp_path: Path
) -> None:
    name = server_library.url.partition("@/")[2].partition("?")[0]
    sounds = tmp_path / "disk" / "sounds"
    write_sound(sounds / "Drums" / "kick 1.wav", 1)
    with postgres.connect(name) as connection, Library.open(server_library) as library:
        shelf = Shelf(library, sounds)
        shelf.index(sounds)
        plan, before = shelf.plan("New/{name}"), shelf.tree()
        connection.execute("CREATE ROLE mover LOGIN")
        try:
            grant_roles(server_library, {"mover": "editor"})
            with Library.open(postgres.place(name, "mover")) as theirs:
                with pytest.raises(LibraryReadOnlyError, match="your role may not"):
                    apply_plan(theirs, plan)
                assert (shelf.tree(), RunLog(theirs.folder).runs()) == (before, [])
                assert apply_plan(library, plan).n_done == 1
                moved = shelf.tree()
                with pytest.raises(LibraryReadOnlyError, match="your role may not"):
                    undo_run(theirs)
                assert shelf.tree() == moved != before
            assert undo_run(library).n_done == 1
            assert shelf.tree() == before
        finally:
            connection.execute("DROP OWNED BY mover")
            connection.execute("DROP ROLE mover")
