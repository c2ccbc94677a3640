"""A library is the same after a copy, and a copy that was stopped goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table

from db.engines.postgres.place import LibraryPlace, ServerPlace
from db.errors import LibraryError
from db.library import Library
from db.query.parser import parse_query
from db.storage.copying import rows
from db.storage.copying.copy import copy_library
from db.storage.copying.folders import FolderTarget
from db.storage.copying.servers import ServerTarget
from db.types import Annotation
from tests.db import varied
from tests.db.factories import ENCODER, add_root, observed, record

N_SOUNDS = 135  # in 150 files


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with Library.create(folder / "library") as library:
        varied.fill(library, folder, 150)
        with library.writer():
            library.set_document("taxonomy.toml", b"# of my own: \xc3\xa9\n")
    return folder / "library"


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PAGE_ROWS", 100)


def _dump(folder: Path) -> dict[str, list[Any]]:
    """Return all that is in the tables, those that SQLite keeps for the index of names and for ids included."""
    with closing(sqlite3.connect(folder / "earmark.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        skipped = {"file_names_data", "file_names_idx", "root_links"}  # how a full-text index is stored may differ
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in set(names) - skipped}
        found["schema"] = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%_data'"
        ).fetchall()
    return {name: sorted(all_rows, key=repr) for name, all_rows in found.items()}


def test_a_copy_of_a_folder_is_the_same(filled: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    copied = copy_library(filled, tmp_path / "copy", lambda *given: told.append(given))
    assert copied.n_sounds == N_SOUNDS
    assert not copied.was_resumed
    assert told[-1][0] == told[-1][1]
    assert _dump(tmp_path / "copy") == _dump(filled)
    assert (tmp_path / "copy" / "taxonomy.toml").read_bytes() == b"# of my own: \xc3\xa9\n"
    with Library.open(tmp_path / "copy") as copy:
        assert copy.check() == []
        assert copy.name_matches(["kick"])


def test_there_and_back_again_is_the_same(filled: Path, server_library: ServerPlace, tmp_path: Path) -> None:
    copy_library(filled, server_library)
    with Library.open(server_library) as there, Library.open(filled) as here:
        assert there.id == here.id
        assert there.generation() == here.generation()
        assert [(root.path, root.n_files) for root in there.roots()] == [
            (root.path, root.n_files) for root in here.roots()
        ]
        assert there.document("taxonomy.toml") == here.document("taxonomy.toml")
        assert there.samples(range(1, N_SOUNDS + 1)) == here.samples(range(1, N_SOUNDS + 1))
        assert there.name_matches(["kick"]) == here.name_matches(["kick"])
    copy_library(server_library, tmp_path / "back")
    assert _dump(tmp_path / "back") == _dump(filled)


def test_a_copy_is_a_library_to_work_with(filled: Path, server_library: ServerPlace, tmp_path: Path) -> None:
    copy_library(filled, server_library)
    with Library.open(server_library) as library:
        folder = tmp_path / "more"
        root = add_root(library, folder)
        with library.writer() as writer:
            writer.store(root.id, ENCODER, [observed("a new kick.wav")], [], set())
        (sample_id,) = library.filter_ids(parse_query("name:new").filters)
        assert sample_id == N_SOUNDS + 1
        assert library.n_queued() > 0
        assert library.name_matches(["new", "kick"])[sample_id] == 1.0


@contextmanager
def _stopped_after(monkeypatch: pytest.MonkeyPatch, target: type[Any], n_pages: int) -> Iterator[None]:
    """Let a copy fail after some pages, as a kill would."""
    add = target.add
    done = 0

    def add_some(self: Any, connection: Connection, table: Table, given: rows.Rows) -> None:
        nonlocal done
        if done == n_pages:
            raise KeyboardInterrupt
        done += 1
        add(self, connection, table, given)

    with monkeypatch.context() as patch:
        patch.setattr(target, "add", add_some)
        yield


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("n_pages", [0, 1, 20])
def test_a_stopped_copy_to_a_folder_goes_on(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_pages: int
) -> None:
    with _stopped_after(monkeypatch, FolderTarget, n_pages), pytest.raises(KeyboardInterrupt):
        copy_library(filled, tmp_path / "copy")
    with pytest.raises(LibraryError, match="There is no library"):
        Library.open(tmp_path / "copy")
    assert copy_library(filled, tmp_path / "copy").was_resumed
    assert _dump(tmp_path / "copy") == _dump(filled)
    assert {path.name for path in (tmp_path / "copy").iterdir()} <= {"earmark.db", "taxonomy.toml", "writer.lock"}


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("n_pages", [20])
def test_a_stopped_copy_to_a_server_goes_on(
    filled: Path, server_library: ServerPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_pages: int
) -> None:
    with _stopped_after(monkeypatch, ServerTarget, n_pages), pytest.raises(KeyboardInterrupt):
        copy_library(filled, server_library)
    with pytest.raises(LibraryError, match=r"is not finished\. Go on with: earmark library copy FROM 'postgresql"):
        Library.open(server_library)
    assert copy_library(filled, server_library).was_resumed
    copy_library(server_library, tmp_path / "back")
    assert _dump(tmp_path / "back") == _dump(filled)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("is_server", [False, True])
def test_a_stopped_copy_of_what_has_changed_since_begins_anew(
    filled: Path, server_library: ServerPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_server: bool
) -> None:
    target: LibraryPlace = server_library if is_server else tmp_path / "copy"
    changing = tmp_path / "changing"
    copy_library(filled, changing)
    stopped = _stopped_after(monkeypatch, ServerTarget if is_server else FolderTarget, 20)
    with stopped, pytest.raises(KeyboardInterrupt):
        copy_library(changing, target)
    with Library.open(changing) as library, library.edits() as edits:
        edits.set_setting("changed", "since")
    assert not copy_library(changing, target).was_resumed
    with Library.open(target) as copy:
        assert copy.setting("changed") == "since"


@pytest.mark.parametrize("is_server", [False, True])
def test_no_library_is_written_over(filled: Path, server_library: ServerPlace, tmp_path: Path, is_server: bool) -> None:
    target: LibraryPlace = server_library if is_server else tmp_path / "copy"
    copy_library(filled, target)
    with pytest.raises(LibraryError, match=r"There is a library .* already"):
        copy_library(filled, target)


def test_odd_names_and_texts_survive_a_copy(server_library: ServerPlace, tmp_path: Path) -> None:
    with Library.create(tmp_path / "odd") as library:
        root = add_root(library, tmp_path / "so\udcffunds")
        record(library, root, observed(b"ki\xffck.wav"), observed(b"new\nline\x01.wav"))
        with library.edits() as edits:
            edits.set_annotations({1: Annotation(1, "a\x00b"), 2: Annotation(2, "x" * 100_000)})
            edits.set_collection("x\x00y", [1], {1: "s\x00"})
            edits.set_setting("odd\x00", "b\x00")
        paths = [one.path for one in library.samples([1, 2])]
    copy_library(tmp_path / "odd", server_library)
    copy_library(server_library, tmp_path / "back")
    with Library.open(tmp_path / "back") as library:
        assert [one.path for one in library.samples([1, 2])] == paths
        assert library.annotations([1, 2]) == {1: Annotation(1, "a\ufffdb"), 2: Annotation(2, "x" * 100_000)}
        assert library.kit_slots("x\ufffdy") == {1: "s\ufffd"}
        assert library.setting("odd\ufffd") == "b\ufffd"
        assert library.check() == []


def test_a_text_that_a_server_cannot_hold_is_refused_until_it_is_corrected(
    server_library: ServerPlace, tmp_path: Path
) -> None:
    with Library.create(tmp_path / "odd") as library:
        record(library, add_root(library, tmp_path / "sounds"), observed("kick.wav"))
    (tmp_path / "odd" / "taxonomy.toml").write_bytes(b"\xff")
    with pytest.raises(LibraryError, match="in the folder of the library is no UTF-8 text"):
        copy_library(tmp_path / "odd", server_library)
    (tmp_path / "odd" / "taxonomy.toml").write_bytes(b"# \x00")
    assert copy_library(tmp_path / "odd", server_library).was_resumed
    with Library.open(server_library) as library:
        assert library.document("taxonomy.toml") == "# \ufffd".encode()


def test_a_copy_that_is_not_the_same_is_no_library(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = FolderTarget.add

    def add_wrong(self: FolderTarget, connection: Connection, table: Table, given: rows.Rows) -> None:
        add(self, connection, table, given[1:] if table.name == "readings" else given)

    monkeypatch.setattr(FolderTarget, "add", add_wrong)
    with pytest.raises(LibraryError, match="The copy of readings is not what was copied"):
        copy_library(filled, tmp_path / "copy")
    with pytest.raises(LibraryError, match="There is no library"):
        Library.open(tmp_path / "copy")
