"""Record when sounds were used: exported, dragged or copied."""

import time
from collections.abc import Collection
from contextlib import suppress

from db.errors import LibraryBusyError, LibraryReadOnlyError
from db.library import Library


def note_use(library: Library, ids: Collection[int]) -> None:
    """Record that sounds were exported, dragged or copied now.

    If the library cannot be written now, nothing is recorded.
    """
    if ids:
        with suppress(LibraryBusyError, LibraryReadOnlyError), library.edits() as edits:
            edits.note_use(ids, int(time.time()))
