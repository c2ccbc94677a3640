"""Names on disk are bytes: how they are kept, joined and shown."""

import os
import re
import unicodedata
from pathlib import Path

_UNDECODABLE = re.compile("[\ud800-\udfff]")  # how Python keeps bytes that are no text
# C0, DEL and C1 controls, line separators, and the marks that turn the reading direction: each can garble a
# terminal or make "gnp.wav" read as something else.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def display_text(path: Path | str | bytes) -> str:
    """Return a name that is safe to print and to search.

    Undecodable bytes become U+FFFD, control and direction characters are removed, and composed and decomposed
    accents (macOS) become one form. The result is for people; it does not lead back to the file.
    """
    text = _UNDECODABLE.sub("\ufffd", os.fsdecode(path))
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text))


def to_stored(path: Path) -> bytes:
    """Return an absolute path as the library keeps it: bytes, ``/``-separated on every system."""
    return _with_slashes(os.fsencode(path))


def from_stored(root: bytes, relpath: bytes = b"") -> Path:
    """Return the place of a stored root, or of a stored path under it."""
    return Path(os.fsdecode(_as_folder(root) + relpath if relpath else root))


def relative_to(root: bytes, path: bytes) -> bytes | None:
    """Return a stored path relative to a stored root, or None where it is not below it."""
    folder = _as_folder(root)
    return path[len(folder) :] if path.startswith(folder) and path != folder else None


def split_display(relpath: bytes) -> tuple[str, str]:
    """Split a relative path into its folder and its file name, both safe to print."""
    folder, _, name = relpath.rpartition(b"/")
    return display_text(folder), display_text(name)


def extension(relpath: bytes) -> str:
    """Return the extension in lower case without its dot: ``"wav"``; empty where there is none."""
    stem, _, ending = split_display(relpath)[1].rpartition(".")
    return ending.lower() if stem else ""


def _as_folder(root: bytes) -> bytes:
    return root if root.endswith(b"/") else root + b"/"


def _with_slashes(path: bytes) -> bytes:
    return path if os.sep == "/" else path.replace(os.fsencode(os.sep), b"/")
