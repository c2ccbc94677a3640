"""Follow folders: tell when a library should be brought up to date.

What the system tells of changes is only a hint, and it can get lost; what has changed, the next scan finds out.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from db.paths import display_text, is_hidden
from indexer.audio.formats import AUDIO_EXTENSIONS, UNREADABLE_EXTENSIONS

_LOOK_SECONDS = 5.0  # between looks at which folders there are
_RESCAN_SECONDS = 300.0  # network shares send no events, macOS loses some
_RESCAN_WITHOUT_EVENTS_SECONDS = 30.0
_TICK_MS = 1000  # longest wait for a change
_SETTLE_MS = 1000  # how long changes that follow each other are collected
_STEP_MS = 200  # a burst is over when nothing came for this long
_BAD_NAME = "Unable to decode path"  # watchfiles ends at a changed file whose name is not UTF-8
_EXTENSIONS = frozenset(b"." + extension for extension in AUDIO_EXTENSIONS | UNREADABLE_EXTENSIONS)


def follow(
    find_folders: Callable[[], Sequence[Path]],
    stop: threading.Event,
    on_fallback: Callable[[str], None],
) -> Iterator[None]:
    """Yield each time that a scan is due: at once, after changes, and every five minutes in any case.

    Changes during a scan are noticed after it.

    Args:
        find_folders: Returns the folders to follow, those that are there now; asked every few seconds.
        stop: Ends it when set, from any thread.
        on_fallback: Told a sentence where the system cannot tell of changes, so that scans are made every 30 seconds.
    """
    has_told = False
    while not stop.is_set():
        folders = find_folders()
        try:
            yield from _follow_events(folders, find_folders, stop)
        except (OSError, RuntimeError, UnicodeError) as error:
            if str(error).startswith(_BAD_NAME):
                stop.wait(_STEP_MS / 1000)  # to begin again is to scan
                continue
            if not has_told:  # most often: more folders, or more who watch, than the system's limits
                on_fallback(
                    f"This system cannot tell of changes here ({display_text(str(error))}), so the folders are looked "
                    f"through every {_RESCAN_WITHOUT_EVENTS_SECONDS:.0f} seconds."
                )
                has_told = True
            yield
            stop.wait(_RESCAN_WITHOUT_EVENTS_SECONDS)


def _follow_events(
    folders: Sequence[Path], find_folders: Callable[[], Sequence[Path]], stop: threading.Event
) -> Iterator[None]:
    """Yield each time that a scan is due, until other folders are to be followed.

    Raises:
        OSError, RuntimeError: The system cannot tell of changes, or the name of what changed is not UTF-8.
        UnicodeError: The name of a folder is not UTF-8.
    """
    from watchfiles import watch  # a tenth of a second, most of it for asyncio

    scanned_at, looked_at = float("-inf"), time.monotonic()
    for changes in watch(
        *folders,
        watch_filter=lambda _, path: may_be_sound(path),
        debounce=_SETTLE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    ):
        if changes or time.monotonic() - scanned_at >= _RESCAN_SECONDS:
            yield
            scanned_at = time.monotonic()
        if time.monotonic() - looked_at >= _LOOK_SECONDS:
            looked_at = time.monotonic()
            if find_folders() != folders:
                return


def may_be_sound(path: str) -> bool:
    """Say whether a change at a path can concern sounds: an audio file, a folder, or what was one and is gone."""
    name = os.fsencode(os.path.basename(path))
    if is_hidden(name):
        return False
    return os.path.splitext(name)[1].lower() in _EXTENSIONS or not os.path.isfile(path)
