"""Show a file in the system's file manager."""

import subprocess
import sys
from pathlib import Path

from db.errors import UsageError
from db.paths import display_text


def reveal(path: Path) -> None:
    """Open the file manager at a file; it may stay open after earmark has ended.

    Raises:
        UsageError: There is no file manager.
    """
    try:
        subprocess.Popen(  # noqa: S603 (a fixed program, the path as one argument)
            _command(path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"There is no file manager to open. The file is {display_text(path)}") from error


def _command(path: Path) -> list[str]:
    if sys.platform == "darwin":
        return ["open", "-R", str(path)]
    if sys.platform == "win32":
        return ["explorer", f"/select,{path}"]
    return ["xdg-open", str(path.parent)]
