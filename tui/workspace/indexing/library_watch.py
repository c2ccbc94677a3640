"""Notice what others write to the library while the app is open, without Textual."""

import threading
from collections.abc import Callable

from db.errors import LibraryReplacedError
from db.library import Library
from tui.workspace.fault_log import error_text

_LOOK_SECONDS = 1.0  # a look reads one row
_REST_SECONDS = 3.0  # after a change: to show it costs a search, and who indexes writes every second
_BUSY_SECONDS = 0.1  # until it is asked again whether the user is at work

_TRYING = " earmark keeps trying."


class LibraryWatch:
    """A thread that reports changes of the library that were not made here.

    Args:
        library: Open library.
        is_busy: Whether a key was just pressed, so that a look has to wait.
        on_change: Called in the thread when others have changed the library, and when it can be read again.
        on_trouble: Called in the thread with sentences when the library cannot be read, and with an empty text when it
            can be read again.
    """

    def __init__(
        self,
        library: Library,
        is_busy: Callable[[], bool],
        on_change: Callable[[], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._library = library
        self._is_busy = is_busy
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._generation = library.generation()  # that was seen last
        self._is_gone = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="earmark-changes", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End soon; a look under way may wait for a server that does not answer, so nobody waits for it."""
        self._stop.set()

    def _run(self) -> None:
        pause = _LOOK_SECONDS
        while not self._stop.wait(pause):
            while self._is_busy() and not self._stop.is_set():
                self._stop.wait(_BUSY_SECONDS)
            pause = _REST_SECONDS if self._look() else _LOOK_SECONDS

    def _look(self) -> bool:
        """Look for changes, and return whether there were any."""
        try:
            self._generation, has_changed = self._library.changes_of_others(self._generation)
        except Exception as error:  # whatever it is: who closes the app must be able to, and a server may come back
            if not self._is_gone and not self._stop.is_set():
                self._is_gone = True
                next_step = "" if isinstance(error, LibraryReplacedError) else _TRYING
                self._on_trouble(error_text(error) + next_step)
            return False
        is_back, self._is_gone = self._is_gone, False
        if is_back:
            self._on_trouble("")
        if has_changed or is_back:
            self._on_change()
        return has_changed
