"""Parse the paths of files that are dropped on a terminal."""

import re
import urllib.parse
from pathlib import Path


def dropped_file(line: str) -> Path | None:
    """Return the file that a line names, as terminals insert dropped files; None if there is none."""
    path = dropped_path(line)
    return path if path is not None and path.is_file() else None


def dropped_path(line: str) -> Path | None:
    """Return the file or folder that a line names; None if there is none."""
    text = line.strip()
    if text[:1] in {"'", '"'} and text[-1:] == text[:1]:
        text = text[1:-1]
    if text.startswith("file://"):
        text = urllib.parse.unquote(text.removeprefix("file://"))
    if not text.startswith(("/", "~")) and not re.match(r"[A-Za-z]:\\", text):
        return None
    for candidate in (text, re.sub(r"\\(.)", r"\1", text)):
        try:
            path = Path(candidate).expanduser()
            if path.exists():
                return path
        except (OSError, RuntimeError):  # longer than a path can be; no such user
            continue
    return None
