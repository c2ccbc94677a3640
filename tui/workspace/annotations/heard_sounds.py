"""Record which sounds were played, and store that from time to time, from a thread."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from db.errors import EarmarkError
from db.library import Library

_LEAST_SECONDS = 0.4  # of playback that count as listening, unless the sound is shorter
_MAX_WAITING = 10_000  # while another process writes the library


class HeardSounds:
    """The sounds that were played and not stored yet.

    Args:
        library: Open library.
        clock: Seconds that only go forwards.
    """

    def __init__(self, library: Library, clock: Callable[[], float] = time.monotonic) -> None:
        self._library = library
        self._clock = clock
        self._waiting: dict[int, int] = {}  # when sounds were heard, in seconds of Unix time, by id
        self._playing: tuple[int, float, float] | None = None  # id, when it began, its length
        self._turn = threading.Lock()

    def began(self, sample_id: int, length_seconds: float) -> None:
        """Record that a sound begins, and that the one before has ended."""
        self.ended()
        self._playing = (sample_id, self._clock(), length_seconds)

    def ended(self) -> None:
        """Record that nothing plays any more."""
        if self._playing is not None:
            sample_id, began, length = self._playing
            self._playing = None
            if self._clock() - began >= min(length, _LEAST_SECONDS) and len(self._waiting) < _MAX_WAITING:
                self._waiting[sample_id] = int(time.time())

    @property
    def has_any(self) -> bool:
        """Whether there is anything to store."""
        return bool(self._waiting)

    def store(self) -> None:
        """Store the played sounds; if another process writes the library, they wait for the next call."""
        with self._turn:
            before, self._waiting = self._waiting, {}
            waiting = dict(before)  # a thread that was just adding to it must not disturb the write
            if not waiting:
                return
            stored = False
            with suppress(EarmarkError), self._library.edits() as edits:
                edits.note_hearings(waiting)
                stored = True
            if not stored and self._library.is_writable:
                self._waiting = {**waiting, **self._waiting}
