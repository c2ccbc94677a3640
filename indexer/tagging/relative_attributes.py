"""Where a sound stands among those of its type in one library: a short snare is shorter than most snares there.

The embedding says little about length and brightness, so the characters that name them are measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import numpy as np

from db.types import Matrix, Source, Tag, Vector

# The character of low values and that of high ones, and the number of `db.types.Features` that tells them apart.
MEASURED = {("short", "long"): "audible_seconds", ("dark", "bright"): "brightness_hz"}
MEASURES = tuple(MEASURED.values())
_CLEAR = 0.8  # of its type are on the other side: as in the captions that the model has learned from
_NOTABLE = 1.25  # times the middle: of hits that are as good as equally long, none is short
_MOST = 0.95  # confidence; the type may be another one
_LEAST = 20  # sounds of a type or family; fewer are compared with the library
_N_STEPS = 40
_ALL = ""

Ladder = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PercentileTable:
    """How long and how bright the sounds of a library are.

    Attributes:
        ladders: ``_N_STEPS + 1`` rising quantiles of each of `MEASURES`, by type, by family, and of all under "".
    """

    ladders: Mapping[str, tuple[Ladder, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, marks: Sequence[Sequence[Tag]], measures: Matrix) -> Self:
        """Lay out what was measured.

        Args:
            marks: What each sound is said to be.
            measures: `MEASURES` of each, NaN where one is not known, shape ``(n, len(MEASURES))``.
        """
        members: dict[str, list[int]] = {}
        for place, given in enumerate(marks):
            for group in _groups(given):
                members.setdefault(group, []).append(place)
        laid_out = {group: _ladders(measures[places]) for group, places in members.items() if len(places) >= _LEAST}
        return cls({group: ladders for group, ladders in laid_out.items() if all(ladders)})

    def characters(self, marks: Sequence[Sequence[Tag]], measures: Matrix) -> list[tuple[Tag, ...]]:
        """Say of many sounds what they are beside others of their type; arguments as in `of`."""
        members: dict[str, list[int]] = {}
        for place, given in enumerate(marks):
            group = next((group for group in _groups(given) if group in self.ladders), None)
            if group is not None:
                members.setdefault(group, []).append(place)
        found: list[tuple[Tag, ...]] = [()] * len(marks)
        for group, places in members.items():
            for pair, ladder, values in zip(MEASURED, self.ladders[group], measures[places].T, strict=True):
                for word, confidences in zip(pair, _standings(ladder, values), strict=True):
                    for place in np.flatnonzero(confidences).tolist():
                        found[places[place]] += (_mark(word, float(confidences[place])),)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can hold; 30 kB."""
        return {group: [list(ladder) for ladder in ladders] for group, ladders in self.ladders.items()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `as_dict` returned."""
        return cls({group: tuple(map(tuple, ladders)) for group, ladders in kept.items()})


def best_type(marks: Iterable[Tag]) -> Tag | None:
    """Return the type of the best source, the first of several."""
    best: Tag | None = None
    for mark in marks:
        if mark.facet == "type" and (best is None or mark.source > best.source):
            best = mark
    return best


def _standings(ladder: Ladder, values: Vector) -> tuple[Vector, Vector]:
    """Return how sure it is that each value is low, and that it is high; 0 where that is not clear, or not known."""
    steps = np.array(ladder, np.float32)
    places = np.searchsorted(steps, values) + np.searchsorted(steps, values, side="right")
    below = (places / (2 * len(steps))).astype(np.float32)
    middle = steps[len(steps) // 2]
    is_low = (below <= 1 - _CLEAR) & (values * _NOTABLE <= middle)
    is_high = (below >= _CLEAR) & (values >= _NOTABLE * middle)
    return np.where(is_low, np.minimum(1 - below, _MOST), 0), np.where(is_high, np.minimum(below, _MOST), 0)


@cache
def _mark(word: str, confidence: float) -> Tag:
    """There are few steps, so few different marks."""
    return Tag("character", word, Source.ANALYSIS, round(confidence, 3))


def _groups(marks: Sequence[Tag]) -> tuple[str, ...]:
    """Return whom a sound is compared with, the nearest first."""
    best = best_type(marks)
    return (_ALL,) if best is None else (best.name, *([best.parent] if best.parent else []), _ALL)


def _ladders(measures: Matrix) -> tuple[Ladder, ...]:
    shares = np.linspace(0, 1, _N_STEPS + 1)
    known = [column[np.isfinite(column)] for column in measures.T.astype(np.float64)]
    return tuple(
        tuple(float(f"{step:.4g}") for step in np.quantile(column, shares)) if len(column) else () for column in known
    )
