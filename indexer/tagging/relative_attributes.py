"""Attributes relative to the sounds of the same type in one library: a short snare is shorter than most snares there.

The embedding says little about length and brightness, so these opposites are measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import numpy as np

from db.types import Matrix, Source, Tag, Vector

# The tags of low and of high values, and the measurement that tells them apart.
MEASURED_PAIRS = {("short", "long"): "audible_seconds", ("dark", "bright"): "brightness_hz"}
MEASUREMENTS = tuple(MEASURED_PAIRS.values())
_CLEAR = 0.8  # share of the type on the other side: as in the captions that the model was trained on
_NOTABLE = 1.25  # times the median: of one-shots of practically one length, none is short
_MAX_CONFIDENCE = 0.95  # the type may be another one
_MIN_SOUNDS = 20  # of a type or family; where there are fewer, a sound is compared with the whole library
_N_STEPS = 40
_ALL = ""

Quantiles = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PercentileTable:
    """How long and how bright the sounds of a library are.

    Attributes:
        quantiles: ``_N_STEPS + 1`` rising quantiles of each of `MEASUREMENTS`, by type, by family, and of all under "".
    """

    quantiles: Mapping[str, tuple[Quantiles, ...]] = field(default_factory=dict)

    @classmethod
    def build(cls, types: Sequence[Tag | None], values: Matrix) -> Self:
        """Build the table from some sounds.

        Args:
            types: The type of each that counts.
            values: `MEASUREMENTS` of each, NaN where one is unknown, shape ``(n, len(MEASUREMENTS))``.
        """
        members: dict[str, list[int]] = {}
        for place, sound_type in enumerate(types):
            for group in _groups(sound_type):
                members.setdefault(group, []).append(place)
        table = {group: _quantiles(values[places]) for group, places in members.items() if len(places) >= _MIN_SOUNDS}
        return cls({group: quantiles for group, quantiles in table.items() if all(quantiles)})

    def tag(self, types: Sequence[Tag | None], values: Matrix) -> list[tuple[Tag, ...]]:
        """Return the relative attributes of many sounds; arguments as in `build`."""
        members: dict[str, list[int]] = {}
        for place, sound_type in enumerate(types):
            group = next((group for group in _groups(sound_type) if group in self.quantiles), None)
            if group is not None:
                members.setdefault(group, []).append(place)
        tags: list[tuple[Tag, ...]] = [()] * len(types)
        for group, places in members.items():
            for names, quantiles, column in zip(MEASURED_PAIRS, self.quantiles[group], values[places].T, strict=True):
                for name, confidences in zip(names, _confidences(quantiles, column), strict=True):
                    for place in np.flatnonzero(confidences).tolist():
                        tags[places[place]] += (_tag(name, float(confidences[place])),)
        return tags

    def as_dict(self) -> dict[str, Any]:
        """Return values for JSON; 30 kB."""
        return {group: [list(steps) for steps in quantiles] for group, quantiles in self.quantiles.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `as_dict` returned."""
        return cls({group: tuple(map(tuple, quantiles)) for group, quantiles in values.items()})


def _confidences(quantiles: Quantiles, values: Vector) -> tuple[Vector, Vector]:
    """Return the confidence that each value is low, and that it is high; 0 where that is unclear or unknown."""
    steps = np.array(quantiles, np.float32)
    ranks = np.searchsorted(steps, values) + np.searchsorted(steps, values, side="right")
    below = (ranks / (2 * len(steps))).astype(np.float32)
    median = steps[len(steps) // 2]
    is_low = (below <= 1 - _CLEAR) & (values * _NOTABLE <= median)
    is_high = (below >= _CLEAR) & (values >= _NOTABLE * median)
    low, high = np.minimum(1 - below, _MAX_CONFIDENCE), np.minimum(below, _MAX_CONFIDENCE)
    return np.where(is_low, low, 0), np.where(is_high, high, 0)


@cache
def _tag(name: str, confidence: float) -> Tag:
    """Make a tag once: there are few steps, so few different confidences."""
    return Tag("character", name, Source.ANALYSIS, round(confidence, 3))


def _groups(sound_type: Tag | None) -> tuple[str, ...]:
    """Return what a sound is compared with, the nearest group first."""
    return (_ALL,) if sound_type is None else (sound_type.name, *filter(None, [sound_type.parent]), _ALL)


def _quantiles(values: Matrix) -> tuple[Quantiles, ...]:
    shares = np.linspace(0, 1, _N_STEPS + 1)
    known = [column[np.isfinite(column)] for column in values.T.astype(np.float64)]
    return tuple(
        tuple(float(f"{step:.4g}") for step in np.quantile(column, shares)) if len(column) else () for column in known
    )
