"""A picture of a sound, as SVG."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from indexer.audio.frame_reader import FrameReader
from indexer.audio.open_audio import open_file

MAX_SECONDS = 600  # of a longer sound the beginning is drawn
_N_SPANS = 8192  # at most so many are told apart
_BLOCK_FRAMES = 1 << 16

Extremes = npt.NDArray[np.float32]
"""Lowest and highest level of equal parts of a sound, -1 to 1, shape ``(n, 2)``."""


def read_extremes(file: BinaryIO) -> Extremes:
    """Decode a sound and return the extremes of all channels in some thousand equal parts.

    Args:
        file: Open and seekable.

    Raises:
        SoundError: It cannot be decoded.
    """
    reader = open_file(file).reader
    try:
        n_frames = min(reader.n_frames or _N_SPANS, MAX_SECONDS * reader.sample_rate_hz)
        n_span = max(1, n_frames // _N_SPANS)
        found = list(_iter_extremes(reader, n_span))
    finally:
        reader.close()
    return np.concatenate(found) if found else np.zeros((1, 2), np.float32)


def _iter_extremes(reader: FrameReader, n_span: int) -> Iterator[Extremes]:
    """Yield the extremes of each ``n_span`` frames."""
    n_block = n_span * max(1, _BLOCK_FRAMES // n_span)
    n_left = MAX_SECONDS * reader.sample_rate_hz
    while n_left > 0:
        block = np.nan_to_num(reader.read(n_block))
        if len(block):
            starts = np.arange(0, len(block), n_span)
            lowest, highest = (
                np.minimum.reduceat(block.min(axis=1), starts),
                np.maximum.reduceat(block.max(axis=1), starts),
            )
            yield np.clip(np.stack([lowest, highest], axis=1), -1, 1).astype(np.float32)
        if len(block) < n_block:
            return
        n_left -= n_block


def draw_waveform(extremes: Extremes, width: int, height: int) -> str:
    """Draw the outline of a sound as SVG in the colour of its surroundings.

    Args:
        extremes: From `read_extremes`.
        width: In pixels.
        height: Likewise.
    """
    starts = np.linspace(0, len(extremes), min(width, len(extremes)), endpoint=False).astype(np.int64)
    lowest = np.minimum.reduceat(extremes[:, 0], starts)
    highest = np.maximum.reduceat(extremes[:, 1], starts)
    across = np.linspace(0, width, len(starts)) if len(starts) > 1 else np.array([0.0])
    upper = [f"{x:.1f} {(1 - y) * height / 2:.1f}" for x, y in zip(across, highest, strict=True)]
    lower = [f"{x:.1f} {(1 - y) * height / 2:.1f}" for x, y in zip(across, lowest, strict=True)]
    outline = " L".join([*upper, *reversed(lower)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'preserveAspectRatio="none"><path d="M{outline}Z" fill="currentColor" stroke="currentColor" '
        'stroke-width="0.5"/></svg>'
    )
