"""What turns an encoder's likenesses into confidences: fitted by ``python -m training.calibrate``, kept as data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from db.types import EncoderInfo

FILE_NAME = "calibration.json"
# For an encoder that nobody calibrated: CLAP's cosines of text and sound differ by a few hundredths.
_DEFAULT_SCALE = 12.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How likenesses of one encoder are read.

    Attributes:
        scale: Log odds per unit of cosine between a sound and a type.
        offsets: Added to the log odds of each type; takes back what every sound has in common with it.
        characters: For each pair of opposites, by its first name: slope and offset from the difference of cosines to
            the log odds of the first. Pairs that could not be told apart on held-out sounds are missing.
    """

    scale: float = _DEFAULT_SCALE
    offsets: Mapping[str, float] = field(default_factory=dict)
    characters: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def calibration_of(info: EncoderInfo) -> Calibration:
    """Return the calibration of an encoder, or a cautious one where none was fitted."""
    return _calibrations().get(f"{info.name}-{info.revision}", Calibration())


@cache
def _calibrations() -> dict[str, Calibration]:
    entries = json.loads(files("indexer.tagging").joinpath(FILE_NAME).read_text("utf-8"))
    return {
        encoder: Calibration(
            entry["scale"], entry["offsets"], {name: (line[0], line[1]) for name, line in entry["characters"].items()}
        )
        for encoder, entry in entries.items()
    }
