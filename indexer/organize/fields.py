"""The fields that templates of paths can use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from db.keys import note_name
from db.measurements import MEASUREMENTS, channels_text
from db.paths import display_text
from db.read.duplicates import FilePlace
from db.types import Annotation, Sample, Source

_LENGTHS = ((1.0, "short"), (5.0, "medium"))


@dataclass(frozen=True, slots=True)
class Subject:
    """One file with its sample and annotation."""

    file: FilePlace
    sample: Sample
    annotation: Annotation


class Field(NamedTuple):
    """One field of a template; ``read`` returns None where a sound has no value, and "" where the value is empty."""

    about: str
    read: Callable[[Subject], str | None]
    can_be_path: bool = False


def _place(subject: Subject) -> PurePosixPath:
    """Return the path below the root, safe to print."""
    return PurePosixPath(display_text(subject.file.relpath))


def _name(subject: Subject) -> str:
    return _place(subject).stem


def _extension(subject: Subject) -> str | None:
    return _place(subject).suffix[1:].lower() or None


def _folder(subject: Subject) -> str:
    folder = _place(subject).parent.as_posix()
    return "" if folder == "." else folder


def _parent(subject: Subject) -> str:
    return _place(subject).parent.name or _root(subject)


def _pack(subject: Subject) -> str | None:
    """Return the pack of this file, as the filter ``pack:`` knows it."""
    packs = dict(zip(subject.sample.paths, subject.sample.packs, strict=False))
    return packs.get(subject.file.path) or None


def _root(subject: Subject) -> str:
    return display_text(subject.file.root.name) or "disk"


def _tag(facet: str) -> Callable[[Subject], str | None]:
    return lambda subject: next((tag.name for tag in subject.sample.tags if tag.facet == facet), None)


def _family(subject: Subject) -> str | None:
    return next((tag.parent or tag.name for tag in subject.sample.tags if tag.facet == "type"), None)


def _tempo(subject: Subject) -> str | None:
    """Return the tempo; of a measured one the whole number, since loops of one tempo measure 166.7 and 166.8."""
    reading = subject.sample.bpm
    if reading is None or not reading.number:
        return None
    return f"{round(reading.number, 0 if reading.source == Source.ANALYSIS else 1):g}"


def _tempos(subject: Subject) -> str | None:
    reading = subject.sample.bpm
    if reading is None or not reading.number:
        return None
    first = int(reading.number // 10) * 10
    return f"{first}-{first + 9}"


def _key(subject: Subject) -> str | None:
    reading = subject.sample.key
    return None if reading is None else reading.text


def _note(subject: Subject) -> str | None:
    reading = subject.sample.pitch
    return None if reading is None or not reading.number else note_name(reading.number)


def _length(subject: Subject) -> str:
    seconds = subject.sample.features.duration_seconds
    return next((word for most, word in _LENGTHS if seconds < most), "long")


def _channels(subject: Subject) -> str:
    return channels_text(subject.sample.features.n_channels)


def _rate(subject: Subject) -> str:
    return f"{subject.sample.features.sample_rate_hz / 1000:g}k"


def _bits(subject: Subject) -> str | None:
    bits = subject.sample.features.bit_depth
    return None if bits is None else f"{bits} bit"


def _stars(subject: Subject) -> str | None:
    stars = subject.annotation.stars
    return None if not stars else f"{stars} star" if stars == 1 else f"{stars} stars"


def _added(subject: Subject) -> str | None:
    added_at = subject.file.first_seen_at
    return None if added_at is None else added_at.astimezone().strftime("%Y-%m-%d")


def _measured(feature: str) -> Callable[[Subject], str | None]:
    text = MEASUREMENTS[feature].unit.text

    def read(subject: Subject) -> str | None:
        value = getattr(subject.sample.features, feature)
        return None if value is None else text.format(value)

    return read


_OTHER_FIELDS = {"len", "channels", "rate", "bits"}
FIELDS: Mapping[str, Field] = {
    "name": Field("file name without its extension", _name),
    "ext": Field("extension, such as wav; kept where a template has none", _extension),
    "folder": Field("folders that it is in now, below the library's folder", _folder, can_be_path=True),
    "parent": Field("the folder that it is in now", _parent),
    "pack": Field("the pack, as pack: finds it", _pack),
    "root": Field("the library's folder itself", _root),
    "type": Field("kick, snare, bass, ...", _tag("type")),
    "family": Field("drums, bass, ...: the family of the type", _family),
    "form": Field("loop or one-shot", _tag("form")),
    "character": Field("the clearest character, such as dark or dusty", _tag("character")),
    "tag": Field("the first tag of your own", _tag("user")),
    "bpm": Field("tempo, such as 120; a measured one as a whole number", _tempo),
    "tempo": Field("tempo by tens, such as 120-129", _tempos),
    "key": Field("key, such as Am", _key),
    "note": Field("note, such as C2", _note),
    "length": Field("short (under 1 s), medium (under 5 s) or long", _length),
    "seconds": Field("length, such as 0.34", lambda subject: f"{subject.sample.features.duration_seconds:.2f}"),
    "channels": Field("mono or stereo", _channels),
    "rate": Field("sample rate, such as 44.1k", _rate),
    "bits": Field("bit depth, such as 24 bit", _bits),
    "format": Field("wav, flac, ...", lambda subject: subject.sample.features.format),
    "stars": Field("your rating, such as 4 stars", _stars),
    "author": Field("who made it", lambda subject: subject.sample.provenance.author),
    "license": Field("such as cc0", lambda subject: subject.sample.provenance.license),
    "added": Field("day when it was added to the library, such as 2026-11-29", _added),
    **{
        one.filter: Field(f"{one.name}, as measured", _measured(feature))
        for feature, one in MEASUREMENTS.items()
        if one.filter not in _OTHER_FIELDS
    },
}
