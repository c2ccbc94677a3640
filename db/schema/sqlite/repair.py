"""Rebuild a damaged library from what can still be read of it; what the user said comes before all else."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.compiled.marks import MARKED
from db.engines.sqlite import FILE_NAME
from db.engines.sqlite.lock import writer_lock
from db.errors import LibraryError
from db.paths import display_text
from db.schema.revisions import refuse_newer, revisions
from db.schema.sqlite.backup import remove_caches
from db.schema.sqlite.upgrade import build_database, remove_database, set_aside

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

_STEP = 16  # row ids between two probes; a page holds more rows than that
_SEARCHED = 1 << 14  # row ids behind a damage that are probed in such steps, then in doubled ones
_MAX_GAP = 1 << 40
# What is left of a row where only its unique index can be read.
_INDEXED = {"samples": ("id", "audio_hash"), "tags": ("id", "facet", "name"), "collections": ("id", "name")}
_COUNTED = "n_files"  # by triggers, as files are added


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was rebuilt.

    Attributes:
        n_sounds: Sounds that are on record again.
        n_spoken_of: Those of them that the user rated, noted, tagged, corrected or collected.
        before: The damaged database, under another name.
    """

    n_sounds: int
    n_spoken_of: int
    before: Path


def repair(folder: Path) -> Repaired:
    """Rebuild the database of a library; the damaged one is kept beside it.

    Raises:
        LibraryError: Nothing of it can be read, a newer earmark made it, or the rebuilt one is not sound; the library
            is as it was.
        LibraryBusyError: Another process is writing the library.
    """
    new = folder / f"{FILE_NAME}.repaired"
    with writer_lock(folder):
        remove_database(new)
        try:
            with closing(_open_damaged(folder)) as old:
                for revision in _read_revisions(old):
                    refuse_newer(f"The library in {display_text(folder)}", revision, revisions())
            build_database(new)
            with closing(_open_damaged(folder)) as old, closing(sqlite3.connect(new)) as target:
                target.execute("PRAGMA foreign_keys = OFF")
                _copy_all(old, target)
                target.commit()
                n_sounds, n_spoken_of = _check(target)
            before = set_aside(folder)
            new.replace(folder / FILE_NAME)
            remove_caches(folder)
        except sqlite3.DatabaseError as error:
            where = display_text(folder)
            raise LibraryError(
                f"The library in {where} cannot be repaired ({error}). To bring back a copy: earmark restore"
            ) from error
        finally:
            remove_database(new)
    return Repaired(n_sounds, n_spoken_of, before)


def _open_damaged(folder: Path) -> sqlite3.Connection:
    old = sqlite3.connect(f"{(folder / FILE_NAME).absolute().as_uri()}?mode=ro", uri=True)
    old.text_factory = lambda data: data.decode("utf-8", "replace")
    return old


def _read_revisions(old: sqlite3.Connection) -> list[str]:
    """Return the revision of the schema; none where it cannot be read."""
    try:
        return [str(row[0]) for row in old.execute("SELECT version_num FROM alembic_version")]
    except sqlite3.DatabaseError:
        return []


def _copy_all(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Copy the rows that can be read; where only the identity of a sound can, the next index run analyses it again."""
    from db.schema.tables import Base

    stored = {row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    tables = [table for table in Base.metadata.sorted_tables if table.name in stored]
    for table in tables:  # those that others refer to come first
        columns = [row[1] for row in old.execute(f"PRAGMA table_info({table.name})")]
        shared = [name for name in columns if name in table.c and name != _COUNTED]
        _insert(new, table.name, shared, _read_rows(old, table, shared))
        if table.name in _INDEXED:
            _add_identities(old, new, table)
    new.execute("DELETE FROM embeddings WHERE sample_id IN (SELECT id FROM samples WHERE format = '')")
    _remove_orphans(new)
    new.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")


def _insert(new: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    verb = "REPLACE" if table == "meta" else "IGNORE"
    places = ", ".join("?" * len(columns))
    statement = f"INSERT OR {verb} INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 (own names)
    for row in rows:
        with suppress(sqlite3.IntegrityError, sqlite3.InterfaceError):  # a damaged page that looks like rows
            new.execute(statement, row)


def _read_rows(old: sqlite3.Connection, table: "Table", columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table that can be read, whatever lies between them."""
    names = ", ".join(columns)
    if table.dialect_options["sqlite"]["with_rowid"] is False:
        yield from _read_both_ways(old, f"SELECT {names} FROM {table.name} ORDER BY {_key(table)}")  # noqa: S608
        return
    query = f"SELECT rowid, {names} FROM {table.name} WHERE rowid >= ? ORDER BY rowid"  # noqa: S608 (own names)
    position: int | None = 0
    while position is not None:
        try:
            for rowid, *row in old.execute(query, (position,)):
                yield tuple(row)
                position = rowid + 1
            position = None
        except sqlite3.DatabaseError:
            position = _next_readable(old, query, position or 0)


def _next_readable(old: sqlite3.Connection, query: str, position: int) -> int | None:
    """Return the first row id from which on rows can be read again; None where there are no more."""
    gap = 1
    while gap < _MAX_GAP:
        found = _probe(old, query, position + gap)
        if found is not None:
            first = next(n for n in range(max(gap - _STEP, 1), gap + 1) if _probe(old, query, position + n) is not None)
            return position + first if found else None
        gap += _STEP if gap < _SEARCHED else gap
    return None


def _probe(old: sqlite3.Connection, query: str, position: int) -> bool | None:
    """Say whether there is a row from a row id on; None where that cannot be read."""
    try:
        return old.execute(f"{query} LIMIT 1", (position,)).fetchone() is not None
    except sqlite3.DatabaseError:
        return None


def _read_both_ways(old: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows before the first damage and those behind the last one."""
    try:
        yield from old.execute(query)
    except sqlite3.DatabaseError:
        with suppress(sqlite3.DatabaseError):
            yield from old.execute(f"{query} DESC")


def _add_identities(old: sqlite3.Connection, new: sqlite3.Connection, table: "Table") -> None:
    """Add rows of which only the unique index can be read."""
    columns = _INDEXED[table.name]
    index = f"sqlite_autoindex_{table.name}_1"
    key = columns[1]
    query = f"SELECT {', '.join(columns)} FROM {table.name} INDEXED BY {index} ORDER BY {key}"  # noqa: S608 (own names)
    known = {row[0] for row in new.execute(f"SELECT id FROM {table.name}")}  # noqa: S608 (own names)
    missing = [row for row in dict.fromkeys(_read_both_ways(old, query)) if row[0] not in known]
    needed = [
        column
        for column in table.columns
        if not column.nullable and column.server_default is None and column.name not in columns
    ]
    rows = ((*row, *(_nothing(column) for column in needed)) for row in missing)
    _insert(new, table.name, [*columns, *(column.name for column in needed)], rows)


def _nothing(column: "Column[Any]") -> Any:
    return column.type.python_type()


def _key(table: "Table") -> str:
    return ", ".join(column.name for column in table.primary_key.columns)


def _remove_orphans(new: sqlite3.Connection) -> None:
    """Remove rows whose sound, folder, tag or collection is lost."""
    new.execute("DELETE FROM file_contents WHERE sample_id NOT IN (SELECT id FROM samples)")  # has no row ids
    while orphans := new.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, *_ in orphans:
            new.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608 (own names)


def _check(new: sqlite3.Connection) -> tuple[int, int]:
    """Return how many sounds there are, and how many the user spoke of.

    Raises:
        LibraryError: The rebuilt database is not sound.
    """
    (found,) = new.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise LibraryError(f"What was rebuilt is not sound ({found}); the library is as it was.")
    (n_sounds,) = new.execute("SELECT count(*) FROM samples").fetchone()
    return n_sounds, len(new.execute(MARKED.sql).fetchall())
