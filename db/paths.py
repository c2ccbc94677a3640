"""Names on disk, which are bytes: stored, joined, compared and shown; and which of them hold no sounds."""

import os
import re
import shlex
import unicodedata
from pathlib import Path

from db.errors import UsageError

_UNDECODABLE = re.compile("[\ud800-\udfff]")  # how Python keeps bytes that are no text
# C0, DEL and C1 controls, line separators, and the marks that turn the reading direction: each can garble a
# terminal or make "gnp.wav" read as something else.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_ACCENTS = re.compile("[\u0300-\u036f]")  # not the marks of other scripts, which make other letters
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})

# A name that begins with more than one dot, or with a number (".38 Special"), is a title.
_HIDDEN = re.compile(rb"\.[^.\s\d]")
# Made by systems and file servers in every folder or at the top of every drive, in any case.
_SYSTEM_FOLDERS = frozenset(
    (
        b"__macosx",
        b"$recycle.bin",
        b"recycler",
        b"lost+found",
        b"system volume information",
        b"@eadir",
        b"@recycle",
        b"#recycle",
        b"#snapshot",
    )
)
_SYSTEM_FILES = frozenset((b"desktop.ini", b"thumbs.db", b"icon\r", b"autorun.inf"))


def display_text(path: Path | str | bytes) -> str:
    """Return a name that is safe to print and to search.

    Undecodable bytes become U+FFFD, control and direction characters are removed, and composed and decomposed
    accents (macOS) become one form. The result is for people; it does not lead back to the file.
    """
    text = _UNDECODABLE.sub("\ufffd", os.fsdecode(path))
    return unicodedata.normalize("NFC", without_controls(text))


def shell_text(path: Path | str) -> str:
    """Return a name as one word of a command that is shown, quoted where a shell needs it."""
    return display_text(shlex.quote(str(path)))


def without_controls(text: str) -> str:
    """Return a text without control characters, line ends and marks of direction."""
    return _UNSAFE.sub("", text)


def search_text(text: str) -> str:
    """Return a text as searches compare it: without case and accents, ``"strasse"`` for ``"Straße"``."""
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


def to_stored(path: Path) -> bytes:
    """Return an absolute path as the library keeps it: bytes, ``/``-separated on every system.

    Raises:
        UsageError: No file can lie there: it holds NUL, or what is neither a character nor a byte.
    """
    try:
        stored = os.fsencode(path)
    except UnicodeEncodeError:
        stored = b"\0"
    if b"\0" in stored:
        raise UsageError(f"{display_text(path)} is no path: it holds characters that no name of a file can have.")
    return _with_slashes(stored)


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


def spelling(stored: bytes) -> str:
    """Return what two spellings of one stored path have in common: accents in one form, and no case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", os.fsdecode(stored)).casefold())


def relative_in_any_spelling(root: bytes, path: bytes) -> bytes | None:
    """Return a stored path relative to a root whose name may be spelled another way on the same disk.

    ``/Volumes/SAMPLES/kick.wav`` lies in ``/Volumes/Samples`` where the disk knows no case. Returns ``b""`` for the
    root itself and None for what is not in it.
    """
    n_parts = root.rstrip(b"/").count(b"/") + 1
    parts = path.rstrip(b"/").split(b"/")
    begin = b"/".join(parts[:n_parts])
    if len(parts) < n_parts or spelling(begin) != spelling(root.rstrip(b"/")):
        return None
    if begin != root.rstrip(b"/") and not is_same_file(from_stored(begin or b"/"), from_stored(root)):
        return None
    return b"/".join(parts[n_parts:])


def find_obstacle(folder: Path) -> Path | None:
    """Return what is no folder and lies in the place of a folder to be made, or on the way to it; None where it can."""
    found = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), None)
    return None if found is None or found.is_dir() else found


def is_same_file(one: Path, other: Path) -> bool:
    """Say whether two paths lead to one file or folder; not where one of them is not there."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def is_hidden(name: bytes) -> bool:
    """Say whether a file or folder of this name is hidden by Unix convention; ``...And Kicks`` is not."""
    return _HIDDEN.match(name) is not None


def is_system_folder(name: bytes) -> bool:
    """Say whether a system or a file server made a folder for itself."""
    return name.lower() in _SYSTEM_FOLDERS


def is_skipped_below(relpath: bytes) -> bool:
    """Say whether a folder lies where an index run of the folder above it does not look."""
    return any(is_hidden(part) or is_system_folder(part) for part in relpath.split(b"/"))


def is_present(root: Path | bytes) -> bool:
    """Say whether a folder is there and is more than the empty mount point of a drive that is not plugged in.

    What systems leave in a mount point does not count: ``.DS_Store``, ``lost+found``.
    """
    try:
        with os.scandir(os.fsencode(root)) as entries:
            return any(not is_litter(entry.name) for entry in entries)
    except (OSError, ValueError):  # no path at all, in a list of roots that somebody edited
        return False


def is_litter(name: bytes) -> bool:
    """Say whether this may lie in a mount point whose drive is not plugged in."""
    return is_hidden(name) or is_system_folder(name) or name.lower() in _SYSTEM_FILES


def _as_folder(root: bytes) -> bytes:
    return root if root.endswith(b"/") else root + b"/"


def _with_slashes(path: bytes) -> bytes:
    return path if os.sep == "/" else path.replace(os.fsencode(os.sep), b"/")
