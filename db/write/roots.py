"""Add, merge and move the folders of a library."""

import shlex
from collections.abc import Sequence
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


def split_root(cursor: Cursor, root: Root, folders: Sequence[Path]) -> None:
    """Take a root out, and make folders that it absorbed when it was added roots again.

    Nothing changes where it holds files elsewhere.
    """
    top = to_stored(root.path)
    insides = [inside for folder in folders if (inside := relative_to(top, to_stored(folder))) is not None]
    files = cursor.execute("SELECT id, relpath FROM files WHERE root_id = ?", (root.id,)).fetchall()
    if not all(any(relative_to(inside, relpath) for inside in insides) for _, relpath in files):
        return
    for inside in insides:
        stored = to_stored(from_stored(top, inside))
        known = cursor.execute("SELECT id FROM roots WHERE path = ?", (stored,)).fetchone()
        if known is None:
            _move_out(cursor, root.id, _insert_row(cursor, stored), inside)
    cursor.execute("DELETE FROM roots WHERE id = ?", (root.id,))


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
    new_id = _insert_row(cursor, stored)
    for root_id, root in roots:
        relpath = relative_in_any_spelling(stored, root)
        if relpath is not None and not is_skipped_below(relpath):
            _absorb(cursor, root_id, new_id, relpath)
    return new_id


def _insert_row(cursor: Cursor, stored: bytes) -> int:
    display = display_text(from_stored(stored))
    cursor.execute("INSERT INTO roots (path, display) VALUES (?, ?)", (stored, display))
    return int(cursor.lastrowid or 0)


def _absorb(cursor: Cursor, root_id: int, into_id: int, folder: bytes) -> None:
    files = cursor.execute("SELECT id, relpath FROM files WHERE root_id = ?", (root_id,)).fetchall()
    _place_files(cursor, into_id, [(file_id, folder + b"/" + relpath) for file_id, relpath in files])
    moved = (into_id, folder + b"/", root_id)
    cursor.execute("UPDATE problems SET root_id = ?, relpath = CAST(? || relpath AS BLOB) WHERE root_id = ?", moved)
    cursor.execute("UPDATE root_links SET root_id = ?, relpath = CAST(? || relpath AS BLOB) WHERE root_id = ?", moved)
    cursor.execute("DELETE FROM roots WHERE id = ?", (root_id,))


def _move_out(cursor: Cursor, root_id: int, into_id: int, folder: bytes) -> None:
    """Move what lies in a folder of a root to another root, which is that folder."""
    files = cursor.execute("SELECT id, relpath FROM files WHERE root_id = ?", (root_id,)).fetchall()
    found = [(file_id, relative_to(folder, relpath)) for file_id, relpath in files]
    _place_files(cursor, into_id, [(file_id, relpath) for file_id, relpath in found if relpath is not None])
    for table in ("problems", "root_links"):
        rows = cursor.execute(f"SELECT relpath FROM {table} WHERE root_id = ?", (root_id,)).fetchall()  # noqa: S608 (own names)
        below = [
            (relpath[len(folder) + 1 :], relpath) for (relpath,) in rows if (relpath + b"/").startswith(folder + b"/")
        ]
        cursor.executemany(
            f"UPDATE {table} SET root_id = ?, relpath = ? WHERE root_id = ? AND relpath = ?",  # noqa: S608
            [(into_id, after, root_id, before) for after, before in below],
        )


def _place_files(cursor: Cursor, root_id: int, places: Sequence[tuple[int, bytes]]) -> None:
    cursor.executemany(
        "UPDATE files SET root_id = ?, relpath = ?, folder = ?, name = ?, search_folder = ?, search_name = ? "
        "WHERE id = ?",
        [(root_id, relpath, *name_columns(relpath), file_id) for file_id, relpath in places],
    )
