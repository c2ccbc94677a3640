"""Two sounds on one axis of time, so that their waveforms stand over each other."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tui.app.player.player import Loaded

_SILENT = np.float32(0)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sound on an axis that is longer than it.

    Attributes:
        loaded: To be drawn; its duration is that of the axis.
        start_seconds: Where on the axis the file begins.
    """

    loaded: Loaded
    start_seconds: float

    def share(self, position_seconds: float) -> float:
        """Return where on the axis a position in the file lies, 0 to 1."""
        share = (self.start_seconds + position_seconds) / max(self.loaded.duration_seconds, 1e-9)
        return min(max(share, 0.0), 1.0)

    def position(self, share: float) -> float:
        """Return the position in the file at a place on the axis, not before its start."""
        return max(share * self.loaded.duration_seconds - self.start_seconds, 0.0)


def align(one: Loaded, other: Loaded, silences_seconds: tuple[float, float]) -> tuple[Aligned, Aligned]:
    """Put two sounds on one axis where both begin to sound at once.

    Args:
        one: A sound.
        other: Another one.
        silences_seconds: Silence at the start of each.
    """
    latest = max(silences_seconds)
    starts = [latest - silence for silence in silences_seconds]
    ends = [start + loaded.duration_seconds for start, loaded in zip(starts, (one, other), strict=True)]
    first, second = (Aligned(_on_axis(*pair, max(ends)), pair[1]) for pair in zip((one, other), starts, strict=True))
    return first, second


def _on_axis(loaded: Loaded, start: float, seconds: float) -> Loaded:
    def spread(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        times = (np.arange(len(values)) + 0.5) / len(values) * seconds - start
        places = np.floor(times / max(loaded.duration_seconds, 1e-9) * len(values)).astype(np.int64)
        is_inside = (places >= 0) & (places < len(values))
        taken = values[places.clip(0, len(values) - 1)]
        spread_out: npt.NDArray[np.float32] = np.where(is_inside.reshape(-1, *[1] * (values.ndim - 1)), taken, _SILENT)
        return spread_out

    return replace(
        loaded,
        peaks=spread(loaded.peaks),
        spectrum=spread(loaded.spectrum),
        brightness=spread(loaded.brightness),
        duration_seconds=seconds,
    )
