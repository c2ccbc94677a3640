"""A library copied as a whole: all rows of one moment, in pages that stay after a kill, and then compared."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table

from db.engines.postgres.place import LibraryPlace
from db.errors import LibraryError
from db.schema.tables import Sample
from db.storage.copying.base import CopySource, CopyTarget, Mark
from db.storage.copying.folders import FolderSource, FolderTarget
from db.storage.copying.rows import TABLES, Digest, count_rows, digest, read_pages
from db.storage.opening import packages_of_servers


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied.

    Attributes:
        n_rows: By table.
        was_resumed: Whether an earlier copy of the same state had been stopped.
    """

    n_rows: dict[str, int]
    was_resumed: bool

    @property
    def n_sounds(self) -> int:
        return self.n_rows[Sample.__tablename__]


def copy_library(
    source: LibraryPlace, target: LibraryPlace, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Copied:
    """Copy a library to a place that holds none; ids, times and the library's own id stay.

    A copy that was stopped goes on where the library is as it was; else it begins anew. Where roots lie on this
    machine is copied too; links that lead to roots are not.

    Args:
        source: A library of the newest schema.
        target: A folder, or a database in which this user may make tables.
        on_progress: Told how many of how many rows were copied and compared.

    Raises:
        LibraryError: The target holds a library, cannot be written, or does not hold the same rows in the end.
    """
    given, taken = _source(source), _target(target)
    with given.snapshot() as old:
        settings = given.settings(old)
        is_whole = False
        try:
            was_resumed = taken.begin(Mark(settings["library"], settings["generation"]))
            progress = _Progress(sum(count_rows(old, table) for table in TABLES), on_progress)
            digests = {table: _copy_table(old, taken, table, progress) for table in TABLES}
            with taken.connection() as new:
                taken.finish(new, given.sequences(old), settings, given.documents(old))
                for table, expected in digests.items():
                    if digest(new, table) != expected:
                        raise LibraryError(
                            f"The copy of {table.name} is not what was copied, so there is no new library. Try again."
                        )
                    progress.add(expected[0])
            is_whole = True
        finally:
            taken.close(is_whole=is_whole)
    return Copied({table.name: n for table, (n, _) in digests.items()}, was_resumed)


class _Progress:
    """Each row counts twice, when it is copied and when it is compared."""

    def __init__(self, n_rows: int, tell: Callable[[int, int], None]) -> None:
        self._done = 0
        self._total = 2 * n_rows
        self._tell = tell

    def add(self, n_rows: int) -> None:
        self._done += n_rows
        self._tell(self._done, self._total)


def _copy_table(old: Connection, target: CopyTarget, table: Table, progress: _Progress) -> tuple[int, bytes]:
    """Copy what the target lacks of a table; return number and hash of all its rows."""
    with target.connection() as new:
        n_copied = count_rows(new, table)  # the first ones, in the same order
    found = Digest(table)
    for rows in read_pages(old, table):
        missing = rows[max(n_copied - found.n, 0) :]
        if missing:
            with target.connection() as new:
                target.add(new, table, missing)
        found.add(rows)
        progress.add(len(rows))
    return found.value()


def _source(place: LibraryPlace) -> CopySource:
    if isinstance(place, Path):
        return FolderSource(place)
    with packages_of_servers():
        from db.storage.copying.servers import ServerSource

    return ServerSource(place)


def _target(place: LibraryPlace) -> CopyTarget:
    if isinstance(place, Path):
        return FolderTarget(place)
    with packages_of_servers():
        from db.storage.copying.servers import ServerTarget

    return ServerTarget(place)
