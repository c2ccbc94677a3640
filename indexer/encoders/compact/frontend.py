"""Waveforms to log-mel pictures: the same steps in training and in use."""

import math
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from indexer.audio.fourier import rfft
from indexer.audio.waveform import Waveform
from indexer.audio.windows import windows

if TYPE_CHECKING:
    import torch

SAMPLE_RATE_HZ = 48_000
HOP = 480  # 10 ms: an attack is told from a swell
WINDOW_SECONDS = 5.0
MAX_WINDOWS = 6  # bounds the cost of an hour-long recording
N_MELS = 64
DYNAMIC_RANGE_DB = 80.0
SILENCE_DB = -60.0  # below the peak; what is cut from both ends

Floats = npt.NDArray[np.float32]
Picture = TypeVar("Picture", Floats, "torch.Tensor")

_FRAMES_AT_ONCE = 1 << 17  # half a megabyte, so that the steps of a transform stay in the cache
_BANDS_AT_ONCE = 16  # a fifth of the multiplications of all 64; with 8, the products are too small to be quick
_WINDOW_FRAMES = int(WINDOW_SECONDS * SAMPLE_RATE_HZ)
# (frames of one transform, columns from one to the next): 43 ms resolves pitch and changes slowly, 11 ms resolves time
VIEWS = ((2048, 2), (512, 1))
N_CHANNELS = len(VIEWS)


def active_part(waveform: Waveform) -> Waveform:
    """Cut what is ``SILENCE_DB`` below the peak from both ends; at least one frame stays."""
    level = np.abs(waveform)
    is_loud = (level >= level.max() * 10 ** (SILENCE_DB / 20)).tobytes()  # `argmax` from the end takes 50 times as long
    return waveform[is_loud.index(1) : is_loud.rindex(1) + 1]


def cut_windows(waveform: Waveform) -> list[Waveform]:
    """Cut a sound in windows of at most ``WINDOW_SECONDS``, evenly spaced from its first frame to its last.

    A short sound is one window of its own length. The positions depend on the length alone.
    """
    n_frames = len(waveform)
    if n_frames <= _WINDOW_FRAMES:
        return [waveform]
    n_windows = min(MAX_WINDOWS, math.ceil(n_frames / _WINDOW_FRAMES))
    starts = np.linspace(0, n_frames - _WINDOW_FRAMES, n_windows).astype(int)
    return [waveform[start : start + _WINDOW_FRAMES] for start in starts]


def draw(waveform: Waveform) -> Floats:
    """Draw one window as log-mel pictures, one per FFT size.

    Returns:
        dB below the loudest cell of each picture, within ``[-DYNAMIC_RANGE_DB, 0]``, so that the level of the waveform
        has no influence; shape ``(N_CHANNELS, N_MELS, ceil(n_frames / HOP))``.
    """
    n_columns = math.ceil(len(waveform) / HOP)
    pictures = np.empty((N_CHANNELS, n_columns, N_MELS), np.float32)
    for picture, (n_fft, stride) in zip(pictures, VIEWS, strict=True):
        level = _levels_db(waveform, n_fft, stride * HOP, math.ceil(n_columns / stride))
        picture[:] = np.repeat(level, stride, axis=0)[:n_columns]
    return pictures.transpose(0, 2, 1)


def to_input(picture_db: Picture) -> Picture:
    """Scale dB below the maximum to about [-1, 1], the range that the network is fed."""
    return picture_db / (DYNAMIC_RANGE_DB / 2) + 1.0


def length_views(seconds: npt.ArrayLike) -> Floats:
    """Return two views on the length of whole sounds, up to a second and up to a minute; shape ``(n, 2)``."""
    logs = np.log(np.asarray(seconds, np.float32))
    views = np.empty((len(logs), 2), np.float32)
    views[:, 0] = np.minimum(np.maximum(logs, -4), 0) / 2 + 1
    views[:, 1] = np.minimum(np.maximum(logs, -2), 4) / 3
    return views


def _levels_db(waveform: Waveform, n_fft: int, hop: int, n_columns: int) -> Floats:
    """Return mel bands in dB below the loudest, shape ``(n_columns, N_MELS)``.

    Column t is centred on ``t * hop``, so that an attack at the first frame is seen whole.
    """
    frames = windows(waveform, n_fft, hop, n_columns, n_before=n_fft // 2)
    mel = np.empty((n_columns, N_MELS), np.float32)
    n_at_once = _FRAMES_AT_ONCE // n_fft
    for first in range(0, n_columns, n_at_once):
        part = slice(first, first + n_at_once)
        squares = rfft(frames[part] * hann(n_fft)).view(np.float32)  # real and imaginary parts, one beside the other
        np.square(squares, out=squares)
        for bands, bins, filters in _mel_blocks(n_fft):
            np.matmul(squares[:, bins], filters, out=mel[part, bands])
    # The floor keeps digital silence finite.
    level = np.maximum(mel, np.float32(1e-20), out=mel)
    level = np.float32(10.0) * np.log10(level, out=level)
    level -= level.max()
    quietest: Floats = np.maximum(level, np.float32(-DYNAMIC_RANGE_DB), out=level)
    return quietest


@cache
def hann(n_fft: int) -> Floats:
    """Return the window of a transform, shape ``(n_fft,)``."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)


@cache
def mel_filters(n_fft: int) -> Floats:
    """Triangles evenly spaced on O'Shaughnessy's mel scale, 20 Hz to 20 kHz; shape ``(n_fft // 2 + 1, N_MELS)``.

    A triangle narrower than one FFT bin is widened to it, so that no band of the short window is empty.
    """
    bin_hz = SAMPLE_RATE_HZ / n_fft
    low, high = (2595 * math.log10(1 + hz / 700) for hz in (20.0, 20_000.0))
    edges = 700 * (10 ** (np.linspace(low, high, N_MELS + 2) / 2595) - 1)
    bins = np.arange(n_fft // 2 + 1)[:, None] * bin_hz
    left, center, right = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins - center) / np.maximum(center - left, bin_hz) + 1
    falling = (center - bins) / np.maximum(right - center, bin_hz) + 1
    filters = np.clip(np.minimum(rising, falling), 0, None)
    return (filters / filters.sum(0)).astype(np.float32)


@cache
def _mel_blocks(n_fft: int) -> tuple[tuple[slice, slice, Floats], ...]:
    """Return `mel_filters` in blocks of bands, which leave out most of its zeros.

    Returns:
        Of each block its bands, the places in a row of real and imaginary parts that they reach, and its filters,
        shape ``(n_places, n_bands)``.
    """
    rows = np.repeat(mel_filters(n_fft), 2, axis=0)
    blocks = []
    for first in range(0, N_MELS, _BANDS_AT_ONCE):
        bands = slice(first, first + _BANDS_AT_ONCE)
        reached = np.flatnonzero(rows[:, bands].any(axis=1))
        places = slice(int(reached[0]), int(reached[-1]) + 1)
        blocks.append((bands, places, np.ascontiguousarray(rows[places, bands])))
    return tuple(blocks)
