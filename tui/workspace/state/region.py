"""A region of a sound that the user marks, with two edges that move one at a time."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

_SHORTEST_SECONDS = 0.01


@dataclass
class Region:
    """A region of a sound, in seconds as played.

    Attributes:
        length: Length of the sound.
        start, end: Edges of the region.
        onsets: Onsets of the sound, ascending.
        moves_end: Keys move the end, not the start.
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
        """The edge that keys move."""
        return self.end if self.moves_end else self.start

    def move_to(self, seconds: float) -> None:
        """Move the edge, at most to the other edge."""
        if self.moves_end:
            self.end = min(max(seconds, self.start + _SHORTEST_SECONDS), self.length)
        else:
            self.start = max(min(seconds, self.end - _SHORTEST_SECONDS), 0.0)

    def move_to_onset(self, direction: int) -> None:
        """Move the edge to the next onset, or to the one before; beyond the last onset, to the end of the sound.

        It stays where no onsets are known, as while they are being looked for.
        """
        if not self.onsets:
            return
        places = [0.0, *self.onsets, self.length]
        near = _SHORTEST_SECONDS / 2
        if direction > 0:
            place = bisect_right(places, self.edge + near)
            self.move_to(places[min(place, len(places) - 1)])
        else:
            place = bisect_left(places, self.edge - near) - 1
            self.move_to(places[max(place, 0)])

    def snapped(self, seconds: float, within: float) -> float:
        """Return the nearest onset or end of the sound if it is within a distance, else the position itself."""
        nearest = min([0.0, *self.onsets, self.length], key=lambda place: abs(place - seconds))
        return nearest if abs(nearest - seconds) <= within else seconds

    def mark(self, first: float, last: float) -> None:
        """Mark the region between two positions, in either order."""
        self.start, self.end = 0.0, self.length
        low, high = sorted((first, last))
        self.moves_end = False
        self.move_to(low)
        self.moves_end = True
        self.move_to(high)
