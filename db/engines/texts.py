"""Texts as every database can hold them."""

import re

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses the first, SQLite's driver the others


def storable(value: object) -> object:
    """Return a text with U+FFFD for NUL and for what is no character; any other value as it is."""
    return _NO_TEXT.sub("\ufffd", value) if isinstance(value, str) else value
