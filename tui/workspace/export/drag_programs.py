"""Programs with a window to drag files from, for terminals that cannot drag."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

DRAG_HINT = "To drag: kitty 0.47 or iTerm2 3.7, or install ripdrag."
_NAMES = ("ripdrag", "dragon-drop", "xdragon", "dragon")
_ASKED_SECONDS = 2.0
_OPEN_SECONDS = 300.0  # until an unused window is closed


def find_drag_program() -> str | None:
    """Return the path of the first installed program; None if there is none or no display."""
    if sys.platform not in {"darwin", "win32"} and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return None
    found = ((name, shutil.which(name)) for name in _NAMES)
    return next((path for name, path in found if path and (name != "dragon" or _drags(path))), None)


async def drag_by_program(program: str, paths: Sequence[Path]) -> int | None:
    """Open the window; return the exit code of the program, 0 after a drag.

    The window is closed when this is cancelled, or after five minutes, which returns None.

    Raises:
        OSError: The program cannot be run.
    """
    process = await asyncio.create_subprocess_exec(
        program,
        "--all",
        "--and-exit",
        *map(str, paths),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return await asyncio.wait_for(process.wait(), _OPEN_SECONDS)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()


def _drags(path: str) -> bool:
    """Say whether a program called dragon is the one for dragging, not KDE's video player."""
    try:
        asked = subprocess.run(  # noqa: S603 (a program of the user's PATH, asked what it is)
            [path, "--help"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASKED_SECONDS,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"--and-exit" in asked.stdout + asked.stderr
