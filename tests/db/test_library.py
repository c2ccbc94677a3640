"""What the door of the library answers, and how it fails."""

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from db.engines.sqlite import database
from db.errors import LibraryError
from db.library import Library
from db.query.parser import parse_query
from db.read.overview import LibraryStats
from db.types import Root, Source, Tag
from db.write.edits import Edits
from tests.db.conftest import ONLY_IN_FOLDERS
from tests.db.factories import ENCODER, FEATURES, OTHER_ENCODER, failed, observed, record, vector_of


@contextmanager
def count_queries(library: Library) -> Iterator[list[str]]:
    """Collect the statements that one thread's connection runs."""
    queries: list[str] = []
    with library._database.read() as transaction:
        connection = transaction.cursor.connection
    connection.set_trace_callback(lambda sql: queries.append(sql) if sql.lstrip().startswith("SELECT") else None)
    yield queries
    connection.set_trace_callback(None)


def test_samples_come_in_the_order_asked_and_unknown_ids_are_left_out(library: Library, root: Root) -> None:
    record(library, root, *[observed(f"{i}.wav") for i in range(5)])
    assert [sample.id for sample in library.samples([4, 1, 99, 3])] == [4, 1, 3]
    assert library.samples(np.array([2])) == library.samples([2])
    assert library.samples([]) == []


def test_measures_are_those_of_the_features_and_unknown_where_there_are_none(library: Library, root: Root) -> None:
    padded = replace(FEATURES, duration_seconds=2.0, silence_before_ms=100.0, silence_after_ms=500.0, attack_ms=None)
    record(library, root, observed("plain.wav"), observed("padded.wav", features=padded))
    names = ("audible_seconds", "attack_ms", "loudness_lufs")
    found = library.measurements(np.array([2, 99, 1]), names)
    expected = [[getattr(one, name) for name in names] for one in (padded, FEATURES)]
    np.testing.assert_allclose(found[[0, 2]], np.array(expected, float), rtol=1e-6)
    assert np.isnan(found[1]).all()
    assert np.isnan(found[0, 1])
    assert library.measurements(np.array([], np.int64), names).shape == (0, 3)


@ONLY_IN_FOLDERS
def test_a_hundred_samples_take_as_many_queries_as_one(library: Library, root: Root) -> None:
    mark = Tag("type", "kick", Source.MODEL, 0.5)
    record(library, root, *[observed(f"{i}.wav", tags=(mark,)) for i in range(100)])
    library.samples([1])  # which finds the packs
    counts = []
    for n in (1, 100):
        with count_queries(library) as queries:
            assert len(library.samples(range(1, n + 1))) == n
        counts.append(len(queries))
    assert counts == [6, 6]


def test_stats_count_what_lies_on_disk(library: Library, root: Root) -> None:
    ogg = replace(FEATURES, format="ogg", bit_depth=None, duration_seconds=2.0)
    files = [
        observed("a.wav", "one"),
        observed("b.wav", "one"),
        observed("c.ogg", "two", features=ogg),
        observed("d.wav", "gone"),
    ]
    record(library, root, *files, bad=[failed("e.wav")])
    record(library, root, vanished=["d.wav"])
    (root.path / "a.wav").touch()  # an empty folder would be the mount point of an offline drive
    stats = library.stats()
    assert stats == LibraryStats(
        n_samples=2,
        n_files=3,
        n_duplicates=1,
        n_problems=1,
        duration_seconds=2.5,
        size_bytes=3000,
        formats={"wav": 2, "ogg": 1},
        roots=(replace(root, n_files=3),),
        encoders=tuple(library.encoders()),
        database_bytes=stats.database_bytes,
    )
    assert [found.n_vectors for found in stats.encoders] == [3]


def test_the_active_encoder_is_the_last_activated(library: Library) -> None:
    assert library.active_encoder() is None
    for encoder in (ENCODER, OTHER_ENCODER, ENCODER):
        with library.writer() as writer:
            writer.activate(encoder)
        assert library.active_encoder() == encoder.fingerprint


def test_problems_say_where_why_and_when(library: Library, root: Root) -> None:
    record(library, root, bad=[failed("b.wav"), failed("a.wav")])
    first, second = library.problems()
    assert [first.path, second.path] == [root.path / "a.wav", root.path / "b.wav"]
    assert (first.code, first.message) == ("empty", "The file is empty.")
    assert first.seen_at.utcoffset() is not None


@ONLY_IN_FOLDERS
def test_a_damaged_page_is_a_sentence(library: Library, root: Root) -> None:
    path = library.folder / "earmark.db"
    n_schema = path.stat().st_size
    record(library, root, *[observed(f"{i}.wav") for i in range(2000)])
    library.close()
    content = bytearray(path.read_bytes())
    content[n_schema:] = os.urandom(len(content) - n_schema)
    path.write_bytes(content)
    with Library.open(library.folder) as damaged:
        (fault,) = damaged.check()
        assert "is damaged" in fault
        with pytest.raises(LibraryError, match="is damaged"):
            damaged.known_files(root.id, ENCODER)


@ONLY_IN_FOLDERS
def test_inconsistent_rows_are_found_by_the_check(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"))
    library.close()
    with closing(sqlite3.connect(library.folder / "earmark.db")) as connection, connection:
        connection.execute("UPDATE samples SET n_files = 7")
        connection.execute("INSERT INTO readings VALUES (99, 'bpm', 1, 120.0, NULL, 0.5, NULL)")
        connection.execute("UPDATE embeddings SET vector = x'00'")
    with Library.open(library.folder) as faulty:
        assert len(faulty.check()) == 3


@ONLY_IN_FOLDERS
def test_a_full_disk_is_a_sentence_and_nothing_is_half_stored(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"))
    with library._database.read() as transaction:
        cursor = transaction.cursor
        cursor.execute(f"PRAGMA max_page_count = {cursor.execute('PRAGMA page_count').fetchone()[0] + 3}")
    with pytest.raises(LibraryError, match="the disk is full"):
        record(library, root, *[observed(f"{i}.wav") for i in range(2000)])
    assert library.stats().n_files == 1
    assert library.check() == []


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no modes")
@ONLY_IN_FOLDERS
def test_a_library_in_a_read_only_folder_can_be_read(
    library: Library, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(library, root, observed("a.wav", "one"))
    library.close()
    before = {path.name: path.read_bytes() for path in library.folder.iterdir()}
    library.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.geteuid() == 0:  # root may write everywhere
        monkeypatch.setattr(database, "is_writable", lambda _folder: False)
    try:
        with Library.open(library.folder) as readable:
            assert readable.vectors(ENCODER).search(vector_of("one"), 1)[0].tolist() == [1]
            assert readable.stats().n_files == 1
        assert {path.name: path.read_bytes() for path in library.folder.iterdir()} == before
    finally:
        library.folder.chmod(stat.S_IRWXU)


def test_a_folder_that_may_not_be_entered_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    for door in (Library.open, Library.create):
        with pytest.raises(LibraryError, match=r"cannot be opened: permission denied\."):
            door(tmp_path)


def test_folders_with_odd_names_hold_libraries(tmp_path: Path, root: Root) -> None:
    for name in (b"a?b#c%20d", b"\xff\xfe", "ü [Am]".encode()):
        folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        with Library.create(folder) as library:
            assert library.stats().n_files == 0
        assert (folder / "earmark.db").is_file()


def test_a_long_run_of_the_same_files_stores_nothing_twice(library: Library, root: Root) -> None:
    files = [observed(f"{i % 3}.wav", str(i % 3)) for i in range(9)]
    for _ in range(3):
        record(library, root, *files)
    assert (library.stats().n_samples, library.stats().n_files, library.vectors(ENCODER).n) == (3, 3, 3)
    found = library.filter_ids(parse_query("len:>0").filters)
    assert found is not None
    assert found.tolist() == [1, 2, 3]


def test_a_document_is_kept_replaced_and_removed(library: Library) -> None:
    assert library.document("taxonomy.toml") is None
    for content in (b"# one\n", b"# \xc3\xa9\n"):
        library.set_document("taxonomy.toml", content)
        assert library.document("taxonomy.toml") == content
    with pytest.raises(ValueError, match="utf-8"):
        library.set_document("taxonomy.toml", b"\xff")
    assert library.document("taxonomy.toml") == b"# \xc3\xa9\n"
    library.set_document("taxonomy.toml", None)
    assert library.document("taxonomy.toml") is None


def test_to_ask_whether_files_may_change_is_no_change(library: Library) -> None:
    before = library.generation()
    with library.writer() as writer:
        writer.check_file_changes()
    assert library.generation() == before


def test_changes_of_others_are_told_from_our_own(library: Library, root: Root) -> None:
    record(library, root, observed("kick.wav"))
    [sample_id] = library.sorted_ids().tolist()
    seen = library.generation()
    assert library.changes_of_others(seen) == (seen, False)

    with library.edits() as edits:
        edits.change_annotations([sample_id], stars=3)
        edits.note_hearings({sample_id: 1})
    assert library.changes_of_others(seen) == (seen + 1, False)

    Edits(library._database).change_annotations([sample_id], note="of somebody else")
    with library.writer() as writer:
        writer.activate(ENCODER)
    assert library.changes_of_others(seen + 1) == (seen + 3, True)
    assert library.changes_of_others(seen + 3) == (seen + 3, False)


@ONLY_IN_FOLDERS
def test_who_may_only_read_sees_what_others_write(
    library: Library, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(library, root, observed("kick.wav"))
    place = library.folder
    library.close()
    with monkeypatch.context() as folder:
        folder.setattr(database, "is_writable", lambda _folder: False)
        reader = Library.open(place)
    seen = reader.generation()
    with Library.open(place) as writer, writer.edits() as edits:
        edits.set_collection("Ours", [1])
    assert reader.changes_of_others(seen) == (seen + 1, True)
    assert reader.collection_ids("Ours") == [1]
    reader.close()
