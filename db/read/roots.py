"""The folders of a library, and where a path lies in them."""

from pathlib import Path

from db.compiled.roots import CALLED, DISPLAYS, FOLDER_COUNTS, LINKED, PATHS, ROOTS, SAMPLE_AT
from db.engines.base import Transaction
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


def read_roots(transaction: Transaction) -> list[Root]:
    """Return all roots in the order in which they were added; one that is not there now is offline."""
    return [_as_root(*row) for row in transaction.rows(ROOTS)]


def find_root(transaction: Transaction, path: Path) -> Root | None:
    """Return the root at a path: as written, with links resolved, by a link's name or in another spelling.

    On a server also the root of a name, which is the only way to speak of one that this machine has nowhere.
    """
    written = to_stored(path.absolute())
    link = transaction.value(LINKED, path=written)
    resolved = to_stored(path.resolve())
    roots = read_roots(transaction)
    for root in roots:
        stored = to_stored(root.path)
        is_it = stored in {written, resolved} or link == root.id
        if is_it or any(relative_in_any_spelling(stored, each) == b"" for each in (written, resolved)):
            return root
    named = next((root_id for root_id, name in transaction.rows(DISPLAYS) if name == str(path)), None)
    return next((root for root in roots if root.id == named), None)


def read_folder_counts(transaction: Transaction, root_id: int) -> dict[str, int]:
    """Return the number of files directly in each folder of a root, by its path below the root; ``""`` for the root."""
    return dict(transaction.rows(FOLDER_COUNTS, root_id=root_id))


def find_sample_id(transaction: Transaction, path: Path) -> int | None:
    """Return the sample that lies at a path: as written, with links resolved, or in another spelling of the same name.

    Accents may be composed or not (macOS and Linux differ); case may differ where the disk knows none.
    """
    roots = transaction.rows(PATHS)
    absolute = path.absolute()
    places = list(dict.fromkeys([to_stored(absolute), to_stored(absolute.parent.resolve() / absolute.name)]))
    for stored in places:
        for root_id, root in roots:
            sample_id = transaction.value(SAMPLE_AT, root_id=root_id, relpath=relative_to(root, stored))
            if sample_id is not None:
                return int(sample_id)
    found = (_find_other_spelling(transaction, stored, root_id, root) for stored in places for root_id, root in roots)
    return next((each for each in found if each is not None), None)


def _find_other_spelling(transaction: Transaction, stored: bytes, root_id: int, root: bytes) -> int | None:
    wanted, path = spelling(stored), from_stored(stored)
    if not wanted.startswith(spelling(root)):
        return None
    rows = transaction.rows(CALLED, root_id=root_id, search_name=search_text(split_display(stored)[1]))
    for sample_id, relpath in rows:
        known = from_stored(root, relpath)
        if spelling(to_stored(known)) == wanted and (is_same_file(path, known) or not path.exists()):
            return int(sample_id)
    return None


def _as_root(root_id: int, stored: bytes, n_files: int) -> Root:
    is_online = is_present(stored) if n_files else from_stored(stored).is_dir()
    return Root(root_id, from_stored(stored), is_online, n_files)
