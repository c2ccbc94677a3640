"""Follow files that earmark itself moved, copied or removed: nothing is read again, and nothing known is lost."""

from collections.abc import Iterable
from pathlib import Path

from db.engines.sqlite import Cursor
from db.paths import extension, is_skipped_below, relative_to, to_stored
from db.types import FileChange, FileStat
from db.write.edited_files import copy_user_data
from db.write.ingest import Place, name_columns
from db.write.tagging_queue import request_tagging

_MOVE = """
UPDATE files SET root_id = ?, relpath = ?, size_bytes = ?, mtime_ns = ?, ctime_ns = ?, folder = ?, name = ?,
search_folder = ?, search_name = ?, ext = ? WHERE id = ?
"""
_COPY = """
INSERT INTO files (root_id, relpath, size_bytes, mtime_ns, ctime_ns, folder, name, search_folder, search_name, ext,
file_hash, sample_id, first_seen_at)
SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, file_hash, sample_id, first_seen_at FROM files WHERE id = ?
"""
_ORIGINAL = "SELECT coalesce(original_name, ltrim(folder || '/' || name, '/')) FROM files WHERE id = ?"
_SET_ORIGINAL = "UPDATE files SET original_name = nullif(?, ltrim(folder || '/' || name, '/')) WHERE id = ?"
_COPY_PROVENANCE = """
INSERT OR REPLACE INTO provenances (file_id, author, license, url)
SELECT ?, author, license, url FROM provenances WHERE file_id = ?
"""


def follow_changes(cursor: Cursor, changes: Iterable[FileChange]) -> None:
    """Bring the rows of files to where the files are; a change that was followed before changes nothing."""
    roots = cursor.execute("SELECT id, path FROM roots").fetchall()
    for change in changes:
        before = None if change.before is None else _find_place(roots, change.before)
        after = None if change.after is None else _find_place(roots, change.after)
        file_id = None if before is None else _find_file(cursor, before)
        if file_id is None or before == after:
            continue
        sample_id = _sample_of(cursor, file_id)
        if after is not None and change.stat is not None:
            _forget(cursor, after)  # what lay there under this name before
            row = (*_row(after, change.stat), file_id)
            (original,) = cursor.execute(_ORIGINAL, (file_id,)).fetchone()
            if change.is_copy:
                copy_id = cursor.execute(_COPY, row).lastrowid
                cursor.execute(_COPY_PROVENANCE, (copy_id, file_id))
                cursor.execute(_SET_ORIGINAL, (original, copy_id))
            else:
                cursor.execute(_MOVE, row)
                cursor.execute(_SET_ORIGINAL, (original, file_id))
        elif not change.is_copy:
            cursor.execute("DELETE FROM files WHERE id = ?", (file_id,))
        if change.keeper is not None:
            _inherit(cursor, sample_id, _find_place(roots, change.keeper))


def _inherit(cursor: Cursor, sample_id: int, keeper: Place | None) -> None:
    """Give the sound of a kept file what the user said of one that lies nowhere any more."""
    keeper_id = None if keeper is None else _find_file(cursor, keeper)
    (n_files,) = cursor.execute("SELECT n_files FROM samples WHERE id = ?", (sample_id,)).fetchone()
    if keeper_id is not None and not n_files and _sample_of(cursor, keeper_id) != sample_id:
        kept_id = _sample_of(cursor, keeper_id)
        copy_user_data(cursor, sample_id, kept_id)
        request_tagging(cursor, [kept_id])


def _sample_of(cursor: Cursor, file_id: int) -> int:
    return int(cursor.execute("SELECT sample_id FROM files WHERE id = ?", (file_id,)).fetchone()[0])


def _find_place(roots: Iterable[tuple[int, bytes]], path: Path) -> Place | None:
    """Return root and path below it: of the innermost root whose scan finds the file."""
    stored = to_stored(path)
    found = [(len(root), root_id, relative_to(root, stored)) for root_id, root in roots]
    places = [(length, root_id, relpath) for length, root_id, relpath in found if relpath is not None]
    if not places:
        return None
    _, root_id, relpath = max(places)
    folder = relpath.rpartition(b"/")[0]
    return None if folder and is_skipped_below(folder) else (root_id, relpath)


def _find_file(cursor: Cursor, place: Place) -> int | None:
    row = cursor.execute("SELECT id FROM files WHERE root_id = ? AND relpath = ?", place).fetchone()
    return None if row is None else int(row[0])


def _forget(cursor: Cursor, place: Place) -> None:
    for table in ("files", "problems"):
        cursor.execute(f"DELETE FROM {table} WHERE root_id = ? AND relpath = ?", place)  # noqa: S608 (own names)


def _row(place: Place, stat: FileStat) -> tuple[object, ...]:
    root_id, relpath = place
    return root_id, relpath, *stat, *name_columns(relpath), extension(relpath)
