"""File names that are valid and unique on Windows, macOS, Linux and FAT cards."""

import re
import unicodedata
from collections.abc import Collection

from db.paths import display_text
from indexer.export.profile import Profile

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ufffd]+')  # Windows and FAT
_SPECIAL = re.compile("[=$]")  # have a meaning in sampler formats, such as SFZ
_SEPARATORS = re.compile(r"[\s_-]+")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "æ": "ae", "Æ": "Ae", "œ": "oe"})
_MOST_BYTES = 240  # of a file name; ext4 and APFS take 255, NTFS and FAT as many UTF-16 units
_EMPTY = "sound"


def portable_name(
    stem: str, suffix: str, profile: Profile, *, taken: Collection[str] = (), room: int = 0, above: int = 1
) -> str:
    """Return a file name by the rules of a profile.

    Args:
        stem: Wanted name without extension; any text.
        suffix: Extension with its dot.
        profile: Rules for names.
        taken: `collision_key` of each name that is taken; a second ``name`` becomes ``name 2``.
        room: Number of characters of the path before the name.
        above: Numbers up to this one are known to be taken.
    """
    clean = _clean(stem, profile)
    most = profile.max_name if profile.max_path is None else min(profile.max_name, profile.max_path - room)
    number, name = above, _shortened(clean, "", suffix, most)
    while collision_key(name) in taken:
        number += 1
        name = _shortened(clean, f"{profile.separator or ' '}{number}", suffix, most)
    return name


def folder_name(name: str, profile: Profile) -> str:
    """Return the name of a folder by the rules of a profile."""
    return _shortened(_clean(name, profile), "", "", profile.max_name)


def collision_key(name: str) -> str:
    """Return a key that is equal for names that some system takes for one: without case, accents in one form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFD", name).casefold())


def _clean(stem: str, profile: Profile) -> str:
    text = display_text(stem)
    if profile.letters == "ascii":
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = _SPECIAL.sub("_", text)
        text = _NOT_ASCII.sub("", "".join(letter for letter in text if not unicodedata.combining(letter)))
    text = _FORBIDDEN.sub("_", text)
    if profile.separator is not None:
        text = _SEPARATORS.sub(profile.separator, text)
    if profile.case is not None:
        text = text.lower() if profile.case == "lower" else text.upper()
    text = text.strip(" .") or _EMPTY  # Windows drops dots at the end; elsewhere a dot at the beginning hides the file
    return f"_{text}" if _DEVICES.fullmatch(text) else text


def _shortened(stem: str, ending: str, suffix: str, most: int) -> str:
    room = max(most - len(ending) - len(suffix), 1)
    stem = stem[:room]
    while len((stem + ending + suffix).encode()) > _MOST_BYTES:
        stem = stem[:-1]
    return (stem.rstrip(" .") or _EMPTY[:room]) + ending + suffix
