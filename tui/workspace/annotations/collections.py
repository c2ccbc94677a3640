"""Edits of collections from the command line, without undo."""

import re
from collections.abc import Sequence

from db.errors import UsageError
from db.library import Library
from db.paths import display_text

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def collection_name(text: str) -> str:
    """Return a name as it is stored, so that a query line can hold it in quotes.

    Raises:
        UsageError: It is empty.
    """
    name = " ".join(_CONTROLS.sub(" ", text.replace('"', "'")).split())
    if not name:
        raise UsageError("A collection needs a name, such as: earmark collection add Favourites kick.wav")
    return name


def get_collection(library: Library, name: str) -> list[int]:
    """Return the samples of a collection in its order.

    Raises:
        UsageError: There is no such collection.
    """
    ids = library.collection_ids(collection_name(name))
    if not ids:
        names = ", ".join(display_text(one.name) for one in library.collections())
        there_are = f"There are: {names}" if names else "There is none yet"
        raise UsageError(f"There is no collection {display_text(name)}. {there_are}.")
    return ids


def add_to_collection(library: Library, name: str, ids: Sequence[int]) -> int:
    """Add samples to a collection, which is created if needed; return how many were not in it.

    Raises:
        UsageError: The name is empty.
    """
    with library.edits() as edits:
        return edits.add_to_collection(collection_name(name), ids)


def remove_from_collection(library: Library, name: str, ids: Sequence[int]) -> int:
    """Remove samples from a collection, which is deleted with its last one; return how many were in it.

    Raises:
        UsageError: There is no such collection.
    """
    get_collection(library, name)
    with library.edits() as edits:
        return edits.remove_from_collection(collection_name(name), ids)


def rename_collection(library: Library, name: str, new: str) -> int:
    """Rename a collection; return its number of samples.

    Raises:
        UsageError: There is no such collection, or the new name is taken.
    """
    ids = get_collection(library, name)
    with library.edits() as edits:
        edits.rename_collection(collection_name(name), collection_name(new))
    return len(ids)


def delete_collection(library: Library, name: str) -> int:
    """Delete a collection; its sounds stay in the library. Return its number of samples.

    Raises:
        UsageError: There is no such collection.
    """
    ids = get_collection(library, name)
    with library.edits() as edits:
        edits.set_collection(collection_name(name), [])
    return len(ids)
