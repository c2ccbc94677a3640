"""Damaged libraries are rebuilt: what the user said survives wherever it can be read."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.errors import LibraryError
from db.library import Library
from db.schema.sqlite.repair import repair
from db.types import Annotation, Reading, Source, TagKey, TagName
from db.write.records import TagEdit
from tests.db.factories import ENCODER, observed

N = 400
PAGE = 16384
DUSTY = TagName("user", "dusty")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a library of which much was said, as bytes."""
    folder = tmp_path_factory.mktemp("library")
    with Library.create(folder) as library, library.writer() as writer:
        (folder / "sounds").mkdir()
        root = writer.add_root(folder / "sounds")
        writer.store(root.id, ENCODER, [observed(f"folder {i % 7}/kick {i}.wav") for i in range(N)], [], set())
        writer.activate(ENCODER)
        writer.set_annotations({i: Annotation(i % 6, f"note {i}") for i in range(1, N)})
        writer.set_user_readings("bpm", {i: Reading("bpm", Source.USER, 1.0, number=90.0 + i) for i in range(1, N, 5)})
        writer.edit_tags(TagEdit("said", {TagKey(i, DUSTY, Source.USER): 1.0 for i in range(1, N, 3)}))
        writer.set_collection("Kit", list(range(5, 50)))
    return (folder / "earmark.db").read_bytes()


def readable_notes(path: Path) -> dict[int, str]:
    """Return the notes that SQLite can still read one by one, of sounds whose identity it can read."""
    found = {}
    with closing(sqlite3.connect(path)) as connection:
        for sample_id in range(1, N + 1):
            try:
                row = connection.execute("SELECT note FROM annotations WHERE sample_id = ?", (sample_id,)).fetchone()
                known = connection.execute("SELECT audio_hash FROM samples WHERE id = ?", (sample_id,)).fetchone()
            except sqlite3.DatabaseError:
                continue
            if row and known:
                found[sample_id] = row[0]
    return found


@pytest.mark.parametrize("seed", range(12))
def test_every_word_that_can_be_read_survives_random_damage(seed: int, content: bytes, tmp_path: Path) -> None:
    damage = random.Random(seed)
    damaged = bytearray(content)
    n_pages = len(content) // PAGE
    for page in damage.sample(range(1, n_pages), k=1 + seed // 3):  # the first holds the schema
        damaged[page * PAGE : (page + 1) * PAGE] = damage.randbytes(PAGE)
    path = tmp_path / "earmark.db"
    path.write_bytes(damaged)
    notes = readable_notes(path)
    done = repair(tmp_path)
    with Library.open(tmp_path) as library:
        assert library.check() == []
        marks = {each.sample_id: each for each in library.marks()}
    assert {sample_id: marks[sample_id].annotation.note for sample_id in notes} == notes
    assert done.before.read_bytes() == bytes(damaged)


def test_sounds_are_known_by_the_index_of_their_identities(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "earmark.db"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'samples'").fetchone()
        hashes = dict(connection.execute("SELECT id, audio_hash FROM samples").fetchall())
    damaged = bytearray(content)
    damaged[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
    path.write_bytes(damaged)
    done = repair(tmp_path)
    assert done.n_sounds == N
    with Library.open(tmp_path) as library:
        marks = library.marks()
        assert len(marks) >= N - 1
        assert all(hashes[each.sample_id] == each.audio_hash for each in marks)
        assert library.embeddings(ENCODER, [1])[0] == []  # so that the next index run analyses it


def test_a_sound_library_is_the_same_afterwards(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "earmark.db"
    path.write_bytes(content)
    with Library.open(tmp_path) as library:
        before = (library.marks(), library.samples(range(1, N + 1)), library.collections())
    repair(tmp_path)
    with Library.open(tmp_path) as library:
        assert (library.marks(), library.samples(range(1, N + 1)), library.collections()) == before
        assert len(library.vectors(ENCODER).known()) == N


def test_what_is_no_database_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "earmark.db").write_bytes(b"mine" * 9000)
    with pytest.raises(LibraryError, match="cannot be repaired"):
        repair(tmp_path)
    assert (tmp_path / "earmark.db").read_bytes() == b"mine" * 9000
    assert [path.name for path in tmp_path.iterdir() if "repaired" in path.name] == []


def test_a_library_of_a_newer_earmark_stays_as_it_was(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "earmark.db"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    newer = path.read_bytes()
    with pytest.raises(LibraryError, match="newer earmark"):
        repair(tmp_path)
    assert path.read_bytes() == newer
    assert [path.name for path in tmp_path.iterdir() if "repaired" in path.name or "before" in path.name] == []
