"""The folders of a library, and where a path lies in them."""

from pathlib import Path

from db.engines.sqlite import Cursor
from db.paths import from_stored, relative_to, to_stored
from db.types import Root

_ROOTS = """
SELECT id, path, (SELECT count(*) FROM files WHERE root_id = roots.id) FROM roots ORDER BY id
"""


def read_roots(cursor: Cursor) -> list[Root]:
    """Return all roots in the order in which they were added; one that is not there now is offline."""
    return [_as_root(*row) for row in cursor.execute(_ROOTS)]


def find_sample_id(cursor: Cursor, path: Path) -> int | None:
    """Return the sample that lies at a path, as written or with links in its folders resolved."""
    roots = cursor.execute("SELECT id, path FROM roots").fetchall()
    absolute = path.absolute()
    for candidate in (absolute, absolute.parent.resolve() / absolute.name):
        stored = to_stored(candidate)
        for root_id, root in roots:
            relpath = relative_to(root, stored)
            row = cursor.execute(
                "SELECT sample_id FROM files WHERE root_id = ? AND relpath = ?", (root_id, relpath)
            ).fetchone()
            if row is not None:
                return int(row[0])
    return None


def _as_root(root_id: int, stored: bytes, n_files: int) -> Root:
    path = from_stored(stored)
    return Root(root_id, path, path.is_dir(), n_files)
