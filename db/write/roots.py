"""Add, merge and move the folders of a library."""

import shlex
from pathlib import Path

from db.engines.sqlite import Cursor
from db.errors import UsageError
from db.paths import display_text, from_stored, is_skipped_below, relative_in_any_spelling, relative_to, to_stored
from db.types import Root
from db.write.ingest import name_columns

_N_LOOKED_FOR = 1000  # files of a root at its new place; some may be gone


def add_root(cursor: Cursor, path: Path) -> int:
    """Add a folder; return its root, or the one that contains it already.

    Links are resolved; the name of a link stays known. A hidden folder becomes a root of its own, also inside another
    root, which skips it. Roots inside the new one become part of it.
    """
    given, stored = to_stored(path.absolute()), to_stored(path.resolve())
    root_id, relpath = _find_containing(cursor, stored) or (_insert(cursor, stored), b"")
    if given != stored and ".." not in path.parts:
        row = (given, root_id, relpath, display_text(from_stored(given)))
        cursor.execute("INSERT OR REPLACE INTO root_links (path, root_id, relpath, display) VALUES (?, ?, ?, ?)", row)
    return root_id


def relink_root(cursor: Cursor, root: Root, path: Path) -> None:
    """Move a root to the place where its folder is now.

    Raises:
        UsageError: None of its files is there, or the library knows the place already.
    """
    stored = to_stored(path.resolve())
    for other_id, other in cursor.execute("SELECT id, path FROM roots").fetchall():
        if other_id != root.id and (relative_to(other, stored) or relative_to(stored, other) or other == stored):
            raise UsageError(
                f"{path} is in the library already, so its sounds are found there. "
                f"To take the old place out: earmark folders forget {shlex.quote(str(root.path))}"
            )
    relpaths = cursor.execute(
        "SELECT relpath FROM files WHERE root_id = ? LIMIT ?", (root.id, _N_LOOKED_FOR)
    ).fetchall()
    if relpaths and not any(from_stored(stored, relpath).is_file() for (relpath,) in relpaths):
        raise UsageError(
            f"{path} holds none of the sounds of {root.path}. If they lie in another order there, add it: "
            f"earmark index {shlex.quote(str(path))}"
        )
    display = display_text(from_stored(stored))
    cursor.execute("UPDATE roots SET path = ?, display = ? WHERE id = ?", (stored, display, root.id))


def _find_containing(cursor: Cursor, stored: bytes) -> tuple[int, bytes] | None:
    """Return the root whose scan reaches a folder, and the path of the folder below it."""
    for root_id, root in cursor.execute("SELECT id, path FROM roots").fetchall():
        relpath = relative_in_any_spelling(root, stored)
        if relpath is not None and not is_skipped_below(relpath):
            return root_id, relpath
    return None


def _insert(cursor: Cursor, stored: bytes) -> int:
    roots = cursor.execute("SELECT id, path FROM roots").fetchall()
    display = display_text(from_stored(stored))
    cursor.execute("INSERT INTO roots (path, display) VALUES (?, ?)", (stored, display))
    new_id = int(cursor.lastrowid or 0)
    for root_id, root in roots:
        relpath = relative_in_any_spelling(stored, root)
        if relpath is not None and not is_skipped_below(relpath):
            _absorb(cursor, root_id, new_id, relpath)
    return new_id


def _absorb(cursor: Cursor, root_id: int, into_id: int, folder: bytes) -> None:
    files = cursor.execute("SELECT id, relpath FROM files WHERE root_id = ?", (root_id,)).fetchall()
    paths = [(file_id, folder + b"/" + relpath) for file_id, relpath in files]
    cursor.executemany(
        "UPDATE files SET root_id = ?, relpath = ?, folder = ?, name = ?, search_folder = ?, search_name = ? "
        "WHERE id = ?",
        [(into_id, relpath, *name_columns(relpath), file_id) for file_id, relpath in paths],
    )
    moved = (into_id, folder + b"/", root_id)
    cursor.execute("UPDATE problems SET root_id = ?, relpath = CAST(? || relpath AS BLOB) WHERE root_id = ?", moved)
    cursor.execute("UPDATE root_links SET root_id = ?, relpath = CAST(? || relpath AS BLOB) WHERE root_id = ?", moved)
    cursor.execute("DELETE FROM roots WHERE id = ?", (root_id,))
