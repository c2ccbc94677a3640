"""The spectrogram of a sound, for drawing."""

import numpy as np
import numpy.typing as npt

from tui.app.player.clip import RATE_HZ, Frames

N_COLUMNS, N_BANDS = 512, 24
_WINDOW = 2048  # frames
_LOWEST_HZ, _HIGHEST_HZ = 40.0, 16_000.0
_RANGE_DB = 60.0

Spectrum = npt.NDArray[np.float32]  # 0 to 1, shape (N_COLUMNS, N_BANDS)
Brightness = npt.NDArray[np.float32]  # 0 to 1, shape (N_COLUMNS,)


def spectrum(frames: Frames) -> tuple[Spectrum, Brightness]:
    """Return how loud each band of a sound is at equally spaced times, and where their middle lies.

    Args:
        frames: Of a sound, shape ``(n_frames, 2)``.

    Returns:
        Levels in bands that are equally wide in octaves, from 60 dB below the loudest to 1, and the centroid of their
        power as a share of the way from the lowest band to the highest.
    """
    if not len(frames):
        return np.zeros((N_COLUMNS, N_BANDS), np.float32), np.zeros(N_COLUMNS, np.float32)
    mono = np.pad(frames.mean(axis=1), (0, _WINDOW))
    starts = np.linspace(0, max(len(frames) - _WINDOW, len(frames) / 2), N_COLUMNS).astype(np.int64)
    windows = mono[starts[:, None] + np.arange(_WINDOW)] * np.hanning(_WINDOW).astype(np.float32)
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, N_BANDS + 1) * _WINDOW / RATE_HZ
    bins = np.maximum(edges.astype(np.int64), np.arange(1, N_BANDS + 2))  # the lowest bands are a bin each
    bands = np.add.reduceat(power[:, : bins[-1]], bins[:-1], axis=1)
    total = bands.sum(axis=1)
    middle = bands @ np.linspace(0, 1, N_BANDS) / np.maximum(total, 1e-12)
    decibels = 10 * np.log10(np.maximum(bands / max(float(bands.max()), 1e-12), 1e-12))
    return (1 + decibels / _RANGE_DB).clip(0, 1).astype(np.float32), middle.astype(np.float32)
