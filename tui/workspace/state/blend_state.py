"""The corners of a blend and their weights, without Textual."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.errors import UsageError
from db.types import SampleIds
from indexer.search.blending import BlendEnd, BlendHit
from tui import formatting
from tui.workspace.session import Scores, Session

N_CORNERS = 4
LETTERS = "ABCD"
N_STEPS = 8
_N_NEAR = 40
_RIGHT_ANGLE = 90.0


@dataclass(frozen=True, slots=True)
class Corner:
    """A sound of the library, a file, or words."""

    words: str = ""
    sample_id: int | None = None
    file: Path | None = None

    @property
    def is_set(self) -> bool:
        return bool(self.words) or self.sample_id is not None or self.file is not None


@dataclass(frozen=True, slots=True)
class Blended:
    """The result of a blend for a list.

    Attributes:
        scores: 1 at the wanted point, 0 at a right angle from it.
        text: Description of the result.
        is_honest: Sounds were found near the wanted point; false if nothing lies between the ends.
    """

    ids: SampleIds
    scores: Scores
    text: str
    is_honest: bool


def pad_weights(n_corners: int, x: float, y: float) -> tuple[float, ...]:
    """Return the weight of each corner at a point of the pad; the weights sum to 1.

    Args:
        n_corners: 1 to 4: A at the top left, B at the top right, C and D below, C alone across the whole bottom.
        x: 0 at the left, 1 at the right.
        y: 0 at the top, 1 at the bottom.
    """
    if n_corners <= 1:
        return (1.0,) * n_corners
    if n_corners == 2:
        return (1 - x, x)
    top = ((1 - y) * (1 - x), (1 - y) * x)
    return (*top, y) if n_corners == 3 else (*top, y * (1 - x), y * x)


def blend_at(session: Session, corners: Sequence[Corner], x: float, y: float) -> Blended:
    """Return the sounds nearest to a point between the corners that are set.

    Args:
        session: Library and searches.
        corners: Up to four corners.
        x: 0 at the left of the pad, 1 at the right.
        y: 0 at the top, 1 at the bottom.

    Raises:
        UsageError: Nothing lies between the corners, or none is set.
        EarmarkError: A corner is invalid or cannot be decoded.
    """
    ends = _locate_all(session, corners)
    if not ends:
        raise UsageError("Fill in two corners: words, or a sound taken with the key for Blend.")
    weights = pad_weights(len(ends), x, y)
    point = session.blender.between(ends, weights).direction
    shares = "   ".join(
        f"{letter} {formatting.percent(weight)}" for letter, weight in zip(set_letters(corners), weights, strict=True)
    )
    return _blended(session.blender.near(point, _N_NEAR), shares)


def blend_path(session: Session, corners: Sequence[Corner], seed: int | None) -> Blended:
    """Return a path of sounds from the first corner to the second; each seed gives another path.

    Raises:
        UsageError: Less than two corners are set.
        EarmarkError: A corner is invalid or cannot be decoded.
    """
    ends = _locate_all(session, corners)[:2]
    if len(ends) < 2:
        raise UsageError("A path takes two corners: fill in two of them.")
    start, end = ends
    start_letter, end_letter = tuple(set_letters(corners)[:2])
    path = session.blender.path(start, end, N_STEPS, seed=seed)
    if not path.steps:
        return _blended((), "Too few sounds for a path", is_honest=False)
    text = f"A path of {len(path.steps)} steps from {start_letter} to {end_letter}"
    if not path.is_bridged:
        text = (
            f"Nothing in your library lies between {start_letter} and {end_letter}; "
            "these are the nearest to where it would be"
        )
    return _blended(path.steps, text, is_honest=path.is_bridged)


def match_of(distance_degrees: float) -> float:
    """Return the closeness of a sound to the wanted point: 1 at it, 0 at a right angle from it or further."""
    return max(1 - distance_degrees / _RIGHT_ANGLE, 0.0)


def set_letters(corners: Sequence[Corner]) -> str:
    """Return the letters of the corners that are set, in order."""
    return "".join(letter for letter, corner in zip(LETTERS, corners, strict=False) if corner.is_set)


def _blended(found: Sequence[BlendHit], text: str, *, is_honest: bool = True) -> Blended:
    ids = np.array([hit.sample.id for hit in found], np.int64)
    scores = np.array([match_of(hit.distance_degrees) for hit in found], np.float32)
    return Blended(ids, scores, text, is_honest)


def _locate_all(session: Session, corners: Sequence[Corner]) -> list[BlendEnd]:
    return [_locate(session, corner) for corner in corners if corner.is_set]


def _locate(session: Session, corner: Corner) -> BlendEnd:
    sound = corner.file if corner.sample_id is None else corner.sample_id
    return session.blender.locate(corner.words if sound is None else sound)
