"""A library copied to a PostgreSQL server and back: how fast, and whether it is the same."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Figure, at_least, at_most
from db.engines.postgres.place import LibraryPlace
from db.library import Library
from db.storage.copying.copy import copy_library
from indexer.encoders.compact.model import INFO
from tests.db import varied
from tests.postgres import running_server

# How a full-text index is stored depends on the order in which names came in; links belong to the machine.
_NOT_COMPARED = {"file_names_data", "file_names_idx", "root_links"}


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Copy 100,000 sounds with tags, stars, notes and collections (2,000 when quick) there and back."""
    n = 2_000 if is_quick else 100_000
    here, back = work_dir / "library", work_dir / "back"
    with Library.create(here) as library, running_server() as server, server.library() as place:
        varied.fill(library, work_dir, n, INFO)
        n_sounds = len(library.sorted_ids())
        there_seconds, back_seconds = _copy(here, place), _copy(place, back)
    return [
        at_least(f"copy {n_sounds:,} sounds to a server, compared", n_sounds / there_seconds, "sounds/s", 5000),
        at_least("copy them back, compared", n_sounds / back_seconds, "sounds/s", 5000),
        at_most("tables that differ after both", _count_different(here, back), "tables", 0),
    ]


def _copy(source: LibraryPlace, target: LibraryPlace) -> float:
    began = time.perf_counter()
    copy_library(source, target)
    return time.perf_counter() - began


def _count_different(*folders: Path) -> int:
    first, second = (_tables(folder) for folder in folders)
    return sum(first.get(name) != second.get(name) for name in first.keys() | second.keys())


def _tables(folder: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(folder / "earmark.db")) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in names - _NOT_COMPARED}
