"""Overlapping windows over a signal."""

import numpy as np
import numpy.typing as npt


def windows(
    signal: npt.NDArray[np.float32], n_window: int, hop: int, n_windows: int, n_before: int = 0
) -> npt.NDArray[np.float32]:
    """Return overlapping windows, with zeros before and behind the signal where they reach beyond it.

    Args:
        signal: Shape ``(n,)``.
        n_window: Values of a window.
        hop: Values from one window to the next.
        n_windows: How many windows.
        n_before: How many zeros there are before the first value.

    Returns:
        A view, shape ``(n_windows, n_window)``: `numpy.lib.stride_tricks` takes ten times as long, which counts where a
        sound is measured in a millisecond.
    """
    padded = np.zeros(max(n_before + len(signal), (n_windows - 1) * hop + n_window), np.float32)
    padded[n_before : n_before + len(signal)] = signal
    return np.ndarray((n_windows, n_window), np.float32, padded, strides=(hop * padded.itemsize, padded.itemsize))
