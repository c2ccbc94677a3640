"""Edits of collections that are made at once, for the command line."""

from collections.abc import Sequence

from db.errors import UsageError
from db.library import Library
from db.paths import display_text


def get_collection(library: Library, name: str) -> list[int]:
    """Return the samples of a collection in its order.

    Raises:
        UsageError: There is no such collection.
    """
    ids = library.collection_ids(name)
    if not ids:
        names = ", ".join(display_text(one.name) for one in library.collections())
        there_are = f"There are: {names}" if names else "There is none yet"
        raise UsageError(f"There is no collection {display_text(name)}. {there_are}.")
    return ids


def add_to_collection(library: Library, name: str, ids: Sequence[int]) -> int:
    """Add samples, and make the collection where there is none; return how many were not in it.

    Raises:
        UsageError: The name is empty.
    """
    name = _clean(name)
    before = library.collection_ids(name)
    added = [sample_id for sample_id in dict.fromkeys(ids) if sample_id not in set(before)]
    if added:
        with library.edits() as edits:
            edits.set_collection(_spelled(library, name), [*before, *added])
    return len(added)


def remove_from_collection(library: Library, name: str, ids: Sequence[int]) -> int:
    """Take samples out of a collection, which goes with its last one; return how many were in it.

    Raises:
        UsageError: There is no such collection.
    """
    before = get_collection(library, name)
    after = [sample_id for sample_id in before if sample_id not in set(ids)]
    if len(after) < len(before):
        with library.edits() as edits:
            edits.set_collection(_spelled(library, name), after)
    return len(before) - len(after)


def rename_collection(library: Library, name: str, new: str) -> None:
    """Give a collection another name.

    Raises:
        UsageError: There is no such collection, or one of the new name already.
    """
    ids, new = get_collection(library, name), _clean(new)
    if new.casefold() != name.casefold() and library.collection_ids(new):
        raise UsageError(f"There is a collection {display_text(new)} already. Choose another name.")
    with library.edits() as edits:
        edits.set_collection(new, ids)
        if new.casefold() != name.casefold():
            edits.set_collection(name, [])


def delete_collection(library: Library, name: str) -> None:
    """Delete a collection; its sounds stay.

    Raises:
        UsageError: There is no such collection.
    """
    get_collection(library, name)
    with library.edits() as edits:
        edits.set_collection(name, [])


def _spelled(library: Library, name: str) -> str:
    """Return the name of a collection as it is stored: case does not matter."""
    return next((one.name for one in library.collections() if one.name.lower() == name.lower()), name)


def _clean(name: str) -> str:
    name = " ".join(name.replace('"', "'").split())
    if not name:
        raise UsageError("A collection needs a name, such as: earmark collection add Favourites kick.wav")
    return name
