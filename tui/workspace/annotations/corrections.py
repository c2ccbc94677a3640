"""Corrections of tempo, key and pitch by the user; they override any analysis."""

from dataclasses import dataclass

from db.errors import QueryError, UsageError
from db.keys import canonical_key
from db.paths import display_text
from db.query.parser import parse_query
from db.types import Reading, Sample, Source
from tui import formatting

AUTO = "auto"
HALF, DOUBLE = "half", "double"
_NAMES = {"bpm": "tempo", "key": "key", "pitch": "pitch"}
_FORMS = {"bpm": "a number above 0, half, double", "pitch": "a note such as C2, a frequency in Hz"}


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as the user wrote it.

    Attributes:
        name: ``"bpm"``, ``"key"`` or ``"pitch"``.
        value: A value; `HALF` or `DOUBLE` of the tempo; `AUTO` for the analysed value.
    """

    name: str
    value: str

    @property
    def text(self) -> str:
        """The correction in a few words."""
        if self.value == AUTO:
            return f"{_NAMES[self.name]} as analysed"
        if self.name == "bpm":
            return f"{self.value} tempo" if self.value in {HALF, DOUBLE} else f"{display_text(self.value)} bpm"
        return f"{_NAMES[self.name]} {display_text(self.value)}"

    def earlier_reading(self, sample: Sample) -> Reading | None:
        """Return the user's current reading of a sound; None if there is none."""
        reading: Reading | None = getattr(sample, self.name)
        return reading if reading is not None and reading.source == Source.USER else None


def read_correction(correction: Correction, sample: Sample) -> Reading | None:
    """Return the user's reading for a correction of a sound; None for `AUTO`.

    Raises:
        UsageError: The value is invalid, or there is no tempo to halve or double.
    """
    name, value = correction.name, correction.value.strip()
    if value == AUTO:
        return None
    if name == "key":
        key = canonical_key(value)
        if key is None:
            raise UsageError(f"{display_text(value)!r} is not a key. Keys are written: Am, F#, Bbmin, 8A.")
        return Reading("key", Source.USER, 1.0, text=key)
    if name == "bpm" and value in {HALF, DOUBLE}:
        if sample.bpm is None or sample.bpm.number is None:
            raise UsageError(f"{display_text(sample.paths[0].name)} has no tempo yet; give one first, such as 120.")
        return Reading("bpm", Source.USER, 1.0, number=sample.bpm.number * (2 if value == DOUBLE else 0.5))
    return Reading(name, Source.USER, 1.0, number=_number(name, value))


def _number(name: str, text: str) -> float:
    wrong = UsageError(f"{display_text(text)!r} is not a {_NAMES[name]}. Give {_FORMS[name]} or auto.")
    try:
        (condition,) = parse_query(f'{name}:"{text}"').filters
    except QueryError as error:
        raise wrong from error
    number = condition.value
    if ".." in text or isinstance(number, str) or number.low is None or number.high is None or number.low <= 0:
        raise wrong
    return (number.low + number.high) / 2


def tempo_choices(bpm: float | None) -> list[tuple[str, str]]:
    """Return the values and labels of common corrections of a tempo."""
    if bpm is None:
        return [(AUTO, "As analysed")]
    return [
        (HALF, f"Half: {formatting.bpm(bpm / 2)}"),
        (DOUBLE, f"Double: {formatting.bpm(bpm * 2)}"),
        (AUTO, "As analysed"),
    ]
