"""Follow files that earmark itself moved, copied or removed: nothing is read again, and nothing known is lost."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from db.compiled.ingest import DROP_FILE, DROP_FILE_AT, DROP_PROBLEM_AT, FILE_AT, N_FILES
from db.compiled.locks import AT_PLACES
from db.compiled.moved_files import COPY, COPY_PROVENANCE, MOVE, ORIGINAL, SAMPLE, SET_ORIGINAL
from db.compiled.roots import PATHS
from db.engines.base import Transaction
from db.paths import is_skipped_below, relative_to, to_stored
from db.write.edited_files import copy_user_data
from db.write.ingest import Place, file_columns
from db.write.records import FileChange
from db.write.tagging_queue import request_tagging


def follow_changes(transaction: Transaction, changes: Sequence[FileChange]) -> None:
    """Bring the rows of files to where the files are; a change that was followed before changes nothing."""
    roots = transaction.rows(PATHS)
    places = [tuple(_find_place(roots, path) for path in (one.before, one.after, one.keeper)) for one in changes]
    lock_samples_at(transaction, [place for found in places for place in found if place is not None])
    for change, (before, after, keeper) in zip(changes, places, strict=True):
        file_id = None if before is None else _find_file(transaction, before)
        if file_id is None or before == after:
            continue
        sample_id = transaction.value(SAMPLE, file_id=file_id)
        if after is not None and change.stat is not None:
            _forget(transaction, after)  # what lay there under this name before
            _bring(transaction, file_id, file_columns(after, change.stat), is_copy=change.is_copy)
        elif not change.is_copy:
            transaction.run(DROP_FILE, file_id=file_id)
        if keeper is not None:
            _inherit(transaction, sample_id, keeper)


def _bring(transaction: Transaction, file_id: int, columns: Mapping[str, object], *, is_copy: bool) -> None:
    """Bring the row of a file, or a copy of it, to another place; the name that people gave it stays."""
    original = transaction.value(ORIGINAL, file_id=file_id)
    new_id = file_id
    if is_copy:
        new_id = transaction.add(COPY, file_id=file_id, **columns)
        transaction.run(COPY_PROVENANCE, to_id=new_id, from_id=file_id)
    else:
        transaction.run(MOVE, file_id=file_id, **columns)
    transaction.run(SET_ORIGINAL, original=original, file_id=new_id)


def lock_samples_at(transaction: Transaction, places: Iterable[Place]) -> None:
    """Lock the sounds at some places before they change: `Transaction.lock_samples`."""
    root_ids, relpaths = zip(*places, strict=True) if places else ((), ())
    transaction.lock_samples(AT_PLACES, root_ids=root_ids, relpaths=relpaths)


def _inherit(transaction: Transaction, sample_id: int, keeper: Place) -> None:
    """Give the sound of a kept file what the user said of one that lies nowhere any more."""
    keeper_id = _find_file(transaction, keeper)
    if keeper_id is None or transaction.value(N_FILES, sample_id=sample_id):
        return
    kept_id = transaction.value(SAMPLE, file_id=keeper_id)
    if kept_id != sample_id:
        copy_user_data(transaction, sample_id, kept_id)
        request_tagging(transaction, [kept_id])


def _find_place(roots: Iterable[tuple[int, bytes]], path: Path | None) -> Place | None:
    """Return root and path below it: of the innermost root whose scan finds the file."""
    if path is None:
        return None
    stored = to_stored(path)
    found = [(len(root), root_id, relative_to(root, stored)) for root_id, root in roots]
    places = [(length, root_id, relpath) for length, root_id, relpath in found if relpath is not None]
    if not places:
        return None
    _, root_id, relpath = max(places)
    folder = relpath.rpartition(b"/")[0]
    return None if folder and is_skipped_below(folder) else (root_id, relpath)


def _find_file(transaction: Transaction, place: Place) -> int | None:
    row = transaction.first(FILE_AT, root_id=place[0], relpath=place[1])
    return None if row is None else int(row[0])


def _forget(transaction: Transaction, place: Place) -> None:
    for statement in (DROP_FILE_AT, DROP_PROBLEM_AT):
        transaction.run(statement, root_id=place[0], relpath=place[1])
