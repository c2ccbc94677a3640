"""The words and series numbers in the names of files and folders."""

import re
import unicodedata
from collections.abc import Collection, Iterator

_ASCII_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words_in(name: str) -> list[str]:
    """Split a name into lower-case words and numbers.

    Words end at separators, between letters and digits, and where camel case starts a new one: ``"HiHatTR808_open"``
    is ``["hi", "hat", "tr", "808", "open"]``.
    """
    if name.isascii():  # 1 us; letter by letter it is 20, which counts when a whole library is tagged again
        return [word.lower() for word in _ASCII_WORD.findall(name)]
    name = unicodedata.normalize("NFC", name)  # as macOS stores it, "flöte" is "flo" and a mark that is no letter
    return [word.lower() for word in "".join(_spaced(name)).split()]


def is_series(number: str) -> bool:
    """Say whether a number, such as 7, 12 and 003, counts a series; 808 names a machine and 120 a tempo."""
    return len(number) < 3 or number[0] == "0"


def without_series(name: str, meant: Collection[str] = ()) -> str:
    """Cut the number that counts a series off the end of a name, before its extension if there is one.

    Args:
        name: Of a file, with or without the path to it.
        meant: Numbers that are kept.
    """
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    bare = stem.rstrip("0123456789")
    number = stem[len(bare) :]
    return bare + dot + extension if number and is_series(number) and number not in meant else name


def _spaced(name: str) -> Iterator[str]:
    """Yield the characters of a name, with a space wherever a word ends."""
    for before, here, after in zip(" " + name, name, name[1:] + " ", strict=False):
        is_new_number = here.isdigit() != before.isdigit()
        is_capital = here.isupper() and (before.islower() or (before.isupper() and after.islower()))
        if is_new_number or is_capital:
            yield " "
        yield here if here.isalnum() else " "
