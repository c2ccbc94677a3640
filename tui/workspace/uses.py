"""When sounds were taken elsewhere, so that what was used lately can be listed."""

import time
from collections.abc import Collection
from contextlib import suppress

from db.errors import LibraryBusyError, LibraryReadOnlyError
from db.library import Library


def note_use(library: Library, ids: Collection[int]) -> None:
    """Note that sounds were exported, dragged or copied just now.

    Where another process is writing the library, or nobody may, the note is left out: what was done is done.
    """
    if ids:
        with suppress(LibraryBusyError, LibraryReadOnlyError), library.edits() as edits:
            edits.note_use(ids, int(time.time()))
