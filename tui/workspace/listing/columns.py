"""The columns of a list of sounds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from db.keys import note_name
from db.measurements import MEASUREMENTS
from db.paths import display_text
from db.types import Annotation, Sample, Tag
from tui import formatting

FAMILIES = ("drums", "bass", "melodic", "vocal", "fx")
"""Families of types, in the order in which they are listed; each has a colour of its own."""

_GAP = 2
_LEAST_NAME = 26
_LEAST_FOLDER, _MOST_FOLDER = 10, 20
_FOLDER_SHARE = 0.3  # of what is free beyond the least


@dataclass(frozen=True, slots=True)
class Row:
    """One sound as the list shows it.

    Attributes:
        score: 0 to 1; None without a description or example.
        guess: Most likely type of a sound whose type is uncertain.
        used_at: Time of the last export, drag or copy, in seconds of Unix time.
        heard_at: Time when it was last played, likewise.
    """

    sample: Sample
    score: float | None = None
    annotation: Annotation = field(default_factory=Annotation)
    guess: Tag | None = None
    used_at: int | None = None
    heard_at: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        width: In cells; 0 for the name and the folder, which share the remaining width.
        priority: On narrow screens, columns of lower priority are dropped first.
    """

    key: str
    title: str
    width: int
    priority: int
    text: Callable[[Row], str]
    is_right: bool = False


def tag_name(sample: Sample, facet: str) -> str:
    """Return the effective tag of a facet, or ""."""
    return next((tag.name for tag in sample.tags if tag.facet == facet), "")


def family(sample: Sample) -> str | None:
    """Return the family of a sound's type: ``"drums"`` for a kick."""
    return next((tag.parent or tag.name for tag in sample.tags if tag.facet == "type"), None)


def sample_name(sample: Sample) -> str:
    return display_text(sample.paths[0].name)


def type_text(row: Row) -> str:
    """Return the type of a sound; if it is uncertain, the most likely one with a question mark."""
    name = tag_name(row.sample, "type")
    return name or ("" if row.guess is None else f"{row.guess.name}?")


def _confidence(row: Row) -> str:
    best = next((tag for tag in row.sample.tags if tag.facet == "type"), row.guess)
    return "" if best is None else formatting.percent(best.confidence)


def _tempo(row: Row) -> str:
    bpm = row.sample.bpm
    return "" if bpm is None or bpm.number is None else formatting.bpm(bpm.number)


def _key(row: Row) -> str:
    key = row.sample.key
    return "" if key is None else display_text(key.text or "")


def _pitch(row: Row) -> str:
    pitch = row.sample.pitch
    return "" if pitch is None or pitch.number is None else note_name(pitch.number)


def _ago(at: int | None) -> str:
    """Return how long ago a Unix time was; "" for None."""
    return formatting.ago(time.time() - at) if at else ""


def _measured(name: str, form: str) -> Callable[[Row], str]:
    """Return a function that formats a feature; "" where it could not be measured."""

    def text(row: Row) -> str:
        value = getattr(row.sample.features, name)
        return "" if value is None else form.format(value)

    return text


def _tags(row: Row) -> str:
    return " ".join(display_text(tag.name) for tag in row.sample.tags if tag.facet not in {"type", "form"})


_ALL = (
    Column("name", "Name", 0, 9, lambda row: sample_name(row.sample)),
    Column("type", "Type", 13, 8, type_text),
    Column("confidence", "Sure", 5, 2, _confidence, is_right=True),
    Column("form", "Form", 8, 2, lambda row: tag_name(row.sample, "form")),
    Column(
        "length", "Length", 6, 7, lambda row: formatting.duration(row.sample.features.duration_seconds), is_right=True
    ),
    Column("tempo", "BPM", 5, 5, _tempo, is_right=True),
    Column("key", "Key", 3, 4, _key),
    Column("pitch", "Pitch", 5, 2, _pitch),
    *(
        Column(one.name, one.title, max(len(one.title), 5), 2, _measured(feature, one.unit.cell), is_right=True)
        for feature, one in MEASUREMENTS.items()
        if one.name != "length"
    ),
    Column("tags", "Tags", 20, 1, _tags),
    Column("stars", "★", 2, 3, lambda row: f"{row.annotation.stars}★" if row.annotation.stars else ""),
    Column("pack", "Pack", 18, 1, lambda row: display_text(row.sample.pack)),
    Column("added", "Added", 6, 1, lambda row: _ago(row.sample.added_at)),
    Column("heard", "Heard", 6, 1, lambda row: _ago(row.heard_at)),
    Column("used", "Used", 6, 1, lambda row: _ago(row.used_at)),
    Column("license", "License", 12, 1, lambda row: display_text(row.sample.provenance.license or "")),
    Column("author", "Author", 14, 1, lambda row: display_text(row.sample.provenance.author or "")),
    Column("folder", "Folder", 0, 1, lambda row: display_text(row.sample.paths[0].parent.name)),
    Column(
        "score", "Match", 5, 6, lambda row: "" if row.score is None else formatting.percent(row.score), is_right=True
    ),
)
COLUMNS = {column.key: column for column in _ALL}


def fit(keys: Sequence[str], width: int) -> list[tuple[Column, int]]:
    """Choose the columns that fit, and their widths; the name always stays and takes the remaining width.

    Args:
        keys: Columns in the wanted order; unknown ones are skipped.
        width: Available cells.
    """
    chosen = [COLUMNS[key] for key in dict.fromkeys([*keys, "name"]) if key in COLUMNS]
    while len(chosen) > 1 and _needed(chosen) > width:
        chosen.remove(min(chosen, key=lambda column: column.priority))
    free = width - _needed(chosen) + _LEAST_NAME
    folder_width = min(max(int(free * _FOLDER_SHARE), 0), _MOST_FOLDER) + _LEAST_FOLDER
    widths = {column.key: folder_width if column.key == "folder" else column.width for column in chosen}
    widths["name"] = max(width - sum(widths.values()) - _GAP * (len(chosen) - 1), 1)
    return [(column, widths[column.key]) for column in chosen]


def _needed(columns: Sequence[Column]) -> int:
    least = {"name": _LEAST_NAME, "folder": _LEAST_FOLDER}
    return sum(least.get(column.key, column.width) for column in columns) + _GAP * (len(columns) - 1)
