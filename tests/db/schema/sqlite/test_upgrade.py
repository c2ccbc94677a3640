"""Libraries of every age: made new, upgraded after a backup, or refused untouched."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.engines.sqlite.lock import writer_lock
from db.errors import LibraryBusyError, LibraryError
from db.library import Library
from db.query.parser import parse_query
from db.schema.sqlite import upgrade
from tests.db.factories import ENCODER, observed, record, vector_of

SCHEMAS = Path(__file__).parent / "versions"
OLDEST = upgrade.revisions()[0]
NEXT = f"{int(upgrade.revisions()[-1]) + 1:04}"
NEXT_MIGRATION = f'''
"""Rebuild two tables in the way of batch migrations, and add a column to each."""
import sqlalchemy as sa
from alembic import op
revision = "{NEXT}"
down_revision = "{upgrade.revisions()[-1]}"
def upgrade() -> None:
    with op.batch_alter_table("samples", recreate="always") as batch:
        batch.add_column(sa.Column("rating", sa.Integer, nullable=True))
    with op.batch_alter_table("roots", recreate="always") as batch:
        batch.add_column(sa.Column("note", sa.String, nullable=True))
'''


@pytest.fixture
def newer_migrations(tmp_path: Path) -> Path:
    """Our migrations and one more."""
    copy = tmp_path / "migrations"
    shutil.copytree(upgrade.MIGRATIONS, copy)
    (copy / "versions" / f"{NEXT}_next.py").write_text(NEXT_MIGRATION)
    return copy


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Make the oldest library that this version can open."""
    return load(OLDEST, tmp_path / "old")


def load(revision: str, folder: Path) -> Path:
    """Make a library of one schema from its dump."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "earmark.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript((SCHEMAS / f"{revision}.sql").read_text())
    return folder


def schema_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: _definitions(sql) for name, sql in rows}


def _definitions(sql: str) -> str:
    """Sort what a table consists of: a column that was added later stands behind the constraints."""
    head, bracket, body = re.sub(r'\s|"', "", sql).partition("(")
    if not head.startswith("CREATETABLE"):
        return head + bracket + body
    inner, _, tail = body.rpartition(")")
    return f"{head}({','.join(sorted(re.split(r',(?![^(]*[)])', inner)))}){tail}"


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def set_revision(folder: Path, revision: str) -> None:
    with closing(sqlite3.connect(folder / "earmark.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_migrations_make_the_schema_of_the_models_from_the_oldest_library(library: Library, old: Path) -> None:
    upgrade.prepare_database(old)
    assert schema_of(old / "earmark.db") == schema_of(library.folder / "earmark.db")
    assert query(old / "earmark.db", "SELECT * FROM alembic_version") == [(upgrade.revisions()[-1],)]


@pytest.mark.parametrize("revision", upgrade.revisions())
def test_a_library_of_each_schema_opens_with_all_that_it_holds(revision: str, tmp_path: Path) -> None:
    with Library.open(load(revision, tmp_path / "old")) as library:
        assert schema_of(library.folder / "earmark.db").keys() >= {"samples", "files", "file_names", "files_added"}
        kick, pad = library.samples([1, 2])
        assert [len(kick.paths), len(pad.paths)] == [2, 1]
        assert kick.bpm is not None
        assert kick.key is not None
        assert (kick.bpm.number, kick.key.text) == (120.0, "A#m")
        assert {tag.name for tag in kick.tags} == {"kick", "favourite"}
        assert [problem.code for problem in library.problems()] == ["empty"]
        assert library.vectors(ENCODER).search(vector_of("two"), 1)[0].tolist() == [2]
        assert list(library.name_matches(["kick"])) == [1]
        found = library.filter_ids(parse_query("type:drums bpm:120 key:Bbmin").filters)
        assert found is not None
        assert found.tolist() == [1]
        assert library.check() == []
        (root,) = library.roots()
        assert record(library, root, observed("new.wav"))


def test_an_older_library_is_backed_up_and_upgraded(newer_migrations: Path, old: Path) -> None:
    tables = ("samples", "roots", "files", "embeddings", "sample_tags", "readings", "problems", "annotations")
    before = {table: query(old / "earmark.db", f"SELECT * FROM {table}") for table in tables}
    upgrade.prepare_database(old, newer_migrations)
    assert query(old / "earmark.db", "SELECT version_num FROM alembic_version") == [(NEXT,)]
    for table, rows in before.items():
        upgraded = query(old / "earmark.db", f"SELECT * FROM {table}")
        assert [row[: len(known)] for row, known in zip(upgraded, rows, strict=True)] == rows  # new columns stand last
    (backup,) = old.glob(f"earmark.db.backup-{OLDEST}-*")
    assert {table: query(backup, f"SELECT * FROM {table}") for table in tables} == before


def test_a_measurement_that_is_new_gets_its_column_without_a_migration(old: Path, library: Library) -> None:
    with closing(sqlite3.connect(old / "earmark.db")) as connection:
        connection.execute("DROP INDEX ix_samples_noisiness")
        connection.execute("ALTER TABLE samples DROP COLUMN noisiness")
    with Library.open(old) as upgraded:
        assert [sample.features.noisiness for sample in upgraded.samples([1, 2])] == [None, None]
        assert upgraded.check() == []
    assert schema_of(old / "earmark.db") == schema_of(library.folder / "earmark.db")
    assert len(list(old.glob("earmark.db.backup-*"))) == 1


def test_an_upgrade_that_fails_leaves_the_library_as_it_was(newer_migrations: Path, old: Path) -> None:
    script = newer_migrations / "versions" / f"{NEXT}_next.py"
    script.write_text(script.read_text() + "    raise RuntimeError('power cut')\n")
    before = schema_of(old / "earmark.db")
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade.prepare_database(old, newer_migrations)
    assert schema_of(old / "earmark.db") == before
    with Library.open(old) as library:
        assert library.stats().n_files == 3


def test_an_upgrade_waits_for_no_writer(newer_migrations: Path, old: Path) -> None:
    with writer_lock(old), pytest.raises(LibraryBusyError):
        upgrade.prepare_database(old, newer_migrations)


def test_a_newer_library_is_refused_and_left_as_it_was(library: Library) -> None:
    library.close()
    set_revision(library.folder, "9999")
    before = files_of(library.folder)
    for door in (Library.open, Library.create):
        with pytest.raises(LibraryError, match=r"made by a newer earmark \(schema 9999\).*pip install --upgrade"):
            door(library.folder)
    assert files_of(library.folder) == before


def test_where_there_is_no_library_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"There is no library in .* yet\. Make one with: earmark index FOLDER"):
        Library.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 400, b"SQLite format 3\x00" + bytes(5000)])
def test_a_file_that_is_no_database_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "earmark.db").write_bytes(content)
    with pytest.raises(LibraryError, match=r"is damaged|is not an earmark library"):
        Library.create(tmp_path)
    assert (tmp_path / "earmark.db").read_bytes() == content


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "earmark.db")) as connection:
        connection.execute("CREATE TABLE songs (id INTEGER)")
    with pytest.raises(LibraryError, match="is not an earmark library"):
        Library.open(tmp_path)


def test_a_truncated_database_is_refused(library: Library) -> None:
    library.close()
    path = library.folder / "earmark.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(LibraryError, match="is damaged"):
        Library.open(library.folder)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="No library can be made in"):
        Library.create(tmp_path / "file" / "library")


def test_create_opens_what_is_there(library: Library) -> None:
    with Library.create(library.folder) as again:
        assert again.roots() == []


def test_large_pages_and_a_write_ahead_log(library: Library) -> None:
    path = library.folder / "earmark.db"
    assert query(path, "PRAGMA page_size") == [(16384,)]
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
