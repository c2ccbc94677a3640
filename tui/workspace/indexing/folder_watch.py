"""Follow the folders of the library while the app is open, without Textual."""

import threading
from collections.abc import Callable

from db.errors import LibraryError
from db.library import Library
from db.paths import display_text

_RETRY_SECONDS = 10.0


class FolderWatch:
    """A thread that reports when the library should be updated; one without sounds has nothing to be updated.

    While the library cannot be read, as on a server that was stopped, it waits.

    Args:
        library: Whose folders to follow.
        on_due: Called in the thread: at once, after changes, and every few minutes.
        on_fallback: Called in the thread with a sentence where the system reports no changes, or where following ends.
    """

    def __init__(self, library: Library, on_due: Callable[[], None], on_fallback: Callable[[str], None]) -> None:
        self._library = library
        self._on_due = on_due
        self._on_fallback = on_fallback
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="earmark-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_seconds: float) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        from indexer.ingest.watch import follow

        while not self._stop.is_set():
            try:
                for _ in follow(self._library.online_folders, self._stop, self._on_fallback):
                    if not self._library.is_empty:
                        self._on_due()
            except LibraryError:  # `LibraryWatch` tells of it
                self._stop.wait(_RETRY_SECONDS)
            except Exception as error:  # a thread that ends without a word looks like folders in which nothing changes
                if not self._stop.is_set():
                    reason = display_text(str(error))
                    self._on_fallback(
                        f"The folders are no longer followed ({reason}). To follow them, restart earmark."
                    )
                return
