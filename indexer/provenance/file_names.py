"""Origin of sounds, read from the names of downloads."""

import re

from db.types import UNKNOWN_PROVENANCE, Provenance

_FREESOUND = re.compile(r"(?P<id>[1-9]\d{0,6})__(?P<user>[\w.-]+?)__(?P<title>.+)", re.ASCII)


def provenance_of_name(name: str) -> Provenance:
    """Read the author and the page from the name of a Freesound download, ``391691__user__title.wav``."""
    match = _FREESOUND.match(name)
    if match is None:
        return UNKNOWN_PROVENANCE
    return Provenance(author=match["user"], url=f"https://freesound.org/s/{match['id']}/")
