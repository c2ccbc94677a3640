"""Add, merge and move the folders of a library."""

import os
from collections.abc import Sequence
from pathlib import Path

from db.compiled.locks import IN_ROOT
from db.compiled.roots import (
    ABSORB_BESIDE,
    ADD_ROOT,
    DISPLAYS,
    DROP_ROOT,
    FILES,
    PATHS,
    PLACE_BESIDE,
    PLACE_FILE,
    PLACES_BESIDE,
    SET_LINK,
    SET_PLACE,
    SOME_PLACES,
)
from db.engines.base import Transaction
from db.errors import UsageError
from db.paths import (
    display_text,
    from_stored,
    is_skipped_below,
    relative_in_any_spelling,
    relative_to,
    shell_text,
    to_stored,
)
from db.read.packs import free_name, root_name
from db.types import Root
from db.write.ingest import name_columns

_N_LOOKED_FOR = 1000  # files of a root at its new place; some may be gone


def add_root(transaction: Transaction, path: Path) -> int:
    """Add a folder; return its root, or the one that contains it already.

    Links are resolved; the name of a link stays known. A hidden folder becomes a root of its own, also inside another
    root, which skips it. Roots inside the new one become part of it. On a server a folder that holds sounds of a root
    which this machine has nowhere is that root.
    """
    given, stored = to_stored(path.absolute()), to_stored(path.resolve())
    root_id, relpath = _find_containing(transaction, stored) or (_insert(transaction, stored), b"")
    if given != stored and ".." not in path.parts and transaction.root_places is None:
        display = display_text(from_stored(given))
        transaction.run(SET_LINK, path=given, root_id=root_id, relpath=relpath, display=display)
    return root_id


def split_root(transaction: Transaction, root: Root, folders: Sequence[Path]) -> None:
    """Take a root out, and make folders that it absorbed when it was added roots again.

    Nothing changes where it holds files elsewhere.
    """
    top = to_stored(root.path)
    insides = [inside for folder in folders if (inside := relative_to(top, to_stored(folder))) is not None]
    transaction.lock_samples(IN_ROOT, root_id=root.id)
    files = transaction.rows(FILES, root_id=root.id)
    if not all(any(relative_to(inside, relpath) for inside in insides) for _, relpath in files):
        return
    for inside in insides:
        stored = to_stored(from_stored(top, inside))
        if stored not in {path for _, path in transaction.rows(PATHS)}:
            _move_out(transaction, root.id, _insert_row(transaction, stored), inside)
    transaction.run(DROP_ROOT, root_id=root.id)


def relink_root(transaction: Transaction, root: Root, path: Path) -> None:
    """Move a root to the place where its folder is now.

    Raises:
        UsageError: None of its files is there, or the library knows the place already; or it is no path.
    """
    to_stored(path)  # what is no path cannot be resolved
    stored = to_stored(path.resolve())
    for other_id, other in transaction.rows(PATHS):
        if other_id != root.id and (relative_to(other, stored) or relative_to(stored, other) or other == stored):
            raise UsageError(
                f"{path} is in the library already, so its sounds are found there. "
                f"To take the old place out: earmark folders forget {shell_text(root.path)}"
            )
    if _holds_files(transaction, root.id, stored) is False:
        raise UsageError(
            f"{path} holds none of the sounds of {root.path}. If they lie in another order there, add it: "
            f"earmark index {shell_text(path)}"
        )
    places = transaction.root_places
    if places is None:
        transaction.run(SET_PLACE, path=stored, display=display_text(from_stored(stored)), root_id=root.id)
    else:
        name = next(name for root_id, name in transaction.rows(DISPLAYS) if root_id == root.id)
        places.set(os.fsencode(name), stored)


def _find_containing(transaction: Transaction, stored: bytes) -> tuple[int, bytes] | None:
    """Return the root whose scan reaches a folder, and the path of the folder below it."""
    for root_id, root in transaction.rows(PATHS):
        relpath = relative_in_any_spelling(root, stored)
        if relpath is not None and not is_skipped_below(relpath):
            return root_id, relpath
    return None


def _holds_files(transaction: Transaction, root_id: int, stored: bytes) -> bool | None:
    """Say whether files of a root lie at a place; None where the root has no files."""
    relpaths = transaction.rows(SOME_PLACES, root_id=root_id, limit=_N_LOOKED_FOR)
    return any(from_stored(stored, relpath).is_file() for (relpath,) in relpaths) if relpaths else None


def _insert(transaction: Transaction, stored: bytes) -> int:
    known_id = _find_elsewhere(transaction, stored)
    if known_id is not None:
        return known_id
    roots = transaction.rows(PATHS)
    new_id = _insert_row(transaction, stored)
    for root_id, root in roots:
        relpath = relative_in_any_spelling(stored, root)
        if relpath is not None and not is_skipped_below(relpath):
            _absorb(transaction, root_id, new_id, relpath)
    return new_id


def _find_elsewhere(transaction: Transaction, stored: bytes) -> int | None:
    """Return the root of other machines whose files lie in a folder of this one, and keep that it lies there."""
    places = transaction.root_places
    if places is None:
        return None
    own = _name_of(stored)
    named = sorted(transaction.rows(DISPLAYS), key=lambda row: row[1] != own)  # the same name is most likely it
    for root_id, name in named:
        if not places.has(os.fsencode(name)) and _holds_files(transaction, root_id, stored):
            places.set(os.fsencode(name), stored)
            return int(root_id)
    return None


def _insert_row(transaction: Transaction, stored: bytes) -> int:
    places = transaction.root_places
    if places is None:
        return transaction.add(ADD_ROOT, path=stored, display=display_text(from_stored(stored)))
    taken = {name for _, name in transaction.rows(DISPLAYS)}
    name = free_name(_name_of(stored), taken)
    root_id = transaction.add(ADD_ROOT, path=os.fsencode(name), display=name)
    places.set(os.fsencode(name), stored)
    return root_id


def _name_of(stored: bytes) -> str:
    return root_name(display_text(stored)).strip("/") or "Root"


def _absorb(transaction: Transaction, root_id: int, into_id: int, folder: bytes) -> None:
    transaction.lock_samples(IN_ROOT, root_id=root_id)
    files = transaction.rows(FILES, root_id=root_id)
    _place_files(transaction, into_id, [(file_id, folder + b"/" + relpath) for file_id, relpath in files])
    for statement in ABSORB_BESIDE.values():
        transaction.run(statement, into_id=into_id, before=folder + b"/", from_id=root_id)
    transaction.run(DROP_ROOT, root_id=root_id)


def _move_out(transaction: Transaction, root_id: int, into_id: int, folder: bytes) -> None:
    """Move what lies in a folder of a root to another root, which is that folder."""
    files = transaction.rows(FILES, root_id=root_id)
    found = [(file_id, relative_to(folder, relpath)) for file_id, relpath in files]
    _place_files(transaction, into_id, [(file_id, relpath) for file_id, relpath in found if relpath is not None])
    for table, statement in PLACE_BESIDE.items():
        for (relpath,) in transaction.rows(PLACES_BESIDE[table], root_id=root_id):
            if (relpath + b"/").startswith(folder + b"/"):
                after = relpath[len(folder) + 1 :]
                transaction.run(statement, into_id=into_id, after=after, from_id=root_id, place=relpath)


def _place_files(transaction: Transaction, root_id: int, places: Sequence[tuple[int, bytes]]) -> None:
    rows = [(root_id, relpath, *name_columns(relpath), file_id) for file_id, relpath in places]
    transaction.run_many(PLACE_FILE, rows)
