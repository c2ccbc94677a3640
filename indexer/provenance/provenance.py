"""Who made a sound, under which licence it may be used, and where it is from."""

import re
from dataclasses import dataclass, fields

_FREESOUND_NAME = re.compile(r"(?P<id>[1-9]\d{0,6})__(?P<user>[\w.-]+?)__(?P<title>.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of the origin of a sound; None for what is not.

    Attributes:
        author: Name or user name.
        license: Short spelling, as `indexer.provenance.licenses.license_in` returns it.
        url: Of the page of the sound.
    """

    author: str | None = None
    license: str | None = None
    url: str | None = None

    def or_else(self, other: "Provenance") -> "Provenance":
        """Fill what this does not say with what another says."""
        return Provenance(*(getattr(self, field.name) or getattr(other, field.name) for field in fields(self)))


UNKNOWN = Provenance()


def from_file_name(name: str) -> Provenance:
    """Read the author and the page from the name of a Freesound download, ``391691__user__title.wav``."""
    match = _FREESOUND_NAME.match(name)
    if match is None:
        return UNKNOWN
    return Provenance(author=match["user"], url=f"https://freesound.org/s/{match['id']}/")
