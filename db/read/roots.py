"""The folders of a library, and where a path lies in them."""

from pathlib import Path

from db.engines.sqlite import Cursor
from db.paths import (
    from_stored,
    is_present,
    is_same_file,
    relative_in_any_spelling,
    relative_to,
    search_text,
    spelling,
    split_display,
    to_stored,
)
from db.types import Root

_ROOTS = """
SELECT id, path, (SELECT count(*) FROM files WHERE root_id = roots.id) FROM roots ORDER BY id
"""


def read_roots(cursor: Cursor) -> list[Root]:
    """Return all roots in the order in which they were added; one that is not there now is offline."""
    return [_as_root(*row) for row in cursor.execute(_ROOTS)]


def find_root(cursor: Cursor, path: Path) -> Root | None:
    """Return the root at a path: as written, with links resolved, by a link's name or in another spelling."""
    written = to_stored(path.absolute())
    link = cursor.execute("SELECT root_id FROM root_links WHERE path = ? AND relpath = x''", (written,)).fetchone()
    resolved = to_stored(path.resolve())
    for root in read_roots(cursor):
        stored = to_stored(root.path)
        is_it = stored in {written, resolved} or link == (root.id,)
        if is_it or any(relative_in_any_spelling(stored, each) == b"" for each in (written, resolved)):
            return root
    return None


def read_folder_counts(cursor: Cursor, root_id: int) -> dict[str, int]:
    """Return the number of files directly in each folder of a root, by its path below the root; ``""`` for the root."""
    rows = cursor.execute("SELECT folder, count(*) FROM files WHERE root_id = ? GROUP BY folder", (root_id,))
    return dict(rows.fetchall())


def find_sample_id(cursor: Cursor, path: Path) -> int | None:
    """Return the sample that lies at a path: as written, with links resolved, or in another spelling of the same name.

    Accents may be composed or not (macOS and Linux differ); case may differ where the disk knows none.
    """
    roots = cursor.execute("SELECT id, path FROM roots").fetchall()
    absolute = path.absolute()
    places = list(dict.fromkeys([to_stored(absolute), to_stored(absolute.parent.resolve() / absolute.name)]))
    for stored in places:
        for root_id, root in roots:
            row = cursor.execute(
                "SELECT sample_id FROM files WHERE root_id = ? AND relpath = ?", (root_id, relative_to(root, stored))
            ).fetchone()
            if row is not None:
                return int(row[0])
    found = (_find_other_spelling(cursor, stored, root_id, root) for stored in places for root_id, root in roots)
    return next((sample_id for sample_id in found if sample_id is not None), None)


def _find_other_spelling(cursor: Cursor, stored: bytes, root_id: int, root: bytes) -> int | None:
    wanted, path = spelling(stored), from_stored(stored)
    if not wanted.startswith(spelling(root)):
        return None
    rows = cursor.execute(
        "SELECT sample_id, relpath FROM files WHERE root_id = ? AND search_name = ? ORDER BY id",
        (root_id, search_text(split_display(stored)[1])),
    )
    for sample_id, relpath in rows.fetchall():
        known = from_stored(root, relpath)
        if spelling(to_stored(known)) == wanted and (is_same_file(path, known) or not path.exists()):
            return int(sample_id)
    return None


def _as_root(root_id: int, stored: bytes, n_files: int) -> Root:
    is_online = is_present(stored) if n_files else from_stored(stored).is_dir()
    return Root(root_id, from_stored(stored), is_online, n_files)
