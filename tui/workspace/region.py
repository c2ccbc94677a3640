"""A part of a sound that the user marks: two edges, moved one at a time."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

_SHORTEST_SECONDS = 0.01


@dataclass
class Region:
    """A part of a sound, in seconds of what is heard.

    Attributes:
        length: Of the sound.
        start, end: Of the part.
        onsets: Where sounds begin, ascending.
        moves_end: The end is moved, not the start.
    """

    length: float
    start: float = 0.0
    end: float = 0.0
    onsets: Sequence[float] = field(default_factory=tuple)
    moves_end: bool = False

    def __post_init__(self) -> None:
        self.end = self.end or self.length

    @property
    def edge(self) -> float:
        """The edge that is moved."""
        return self.end if self.moves_end else self.start

    def move_to(self, seconds: float) -> None:
        """Move the edge, as far as the other one leaves room."""
        if self.moves_end:
            self.end = min(max(seconds, self.start + _SHORTEST_SECONDS), self.length)
        else:
            self.start = max(min(seconds, self.end - _SHORTEST_SECONDS), 0.0)

    def move_to_onset(self, direction: int) -> None:
        """Move the edge to the next onset, or to the one before; beyond the last one to the end of the sound."""
        places = [0.0, *self.onsets, self.length]
        near = _SHORTEST_SECONDS / 2
        if direction > 0:
            place = bisect_right(places, self.edge + near)
            self.move_to(places[min(place, len(places) - 1)])
        else:
            place = bisect_left(places, self.edge - near) - 1
            self.move_to(places[max(place, 0)])

    def snapped(self, seconds: float, within: float) -> float:
        """Return the nearest onset or end of the sound if it is near enough, else the place itself."""
        nearest = min([0.0, *self.onsets, self.length], key=lambda place: abs(place - seconds))
        return nearest if abs(nearest - seconds) <= within else seconds

    def mark(self, first: float, last: float) -> None:
        """Mark what lies between two places, in either order."""
        self.start, self.end = 0.0, self.length
        low, high = sorted((first, last))
        self.moves_end = False
        self.move_to(low)
        self.moves_end = True
        self.move_to(high)
