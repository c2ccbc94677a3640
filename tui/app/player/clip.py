"""A sound that is decoded for playback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from indexer.audio.frame_reader import FrameReader

RATE_HZ = 48_000
MAX_SECONDS = 120  # of a longer sound the beginning is played; 46 MB in memory
_MAX_FRAMES = MAX_SECONDS * RATE_HZ
_BLOCK_SECONDS = 0.25  # the first block is heard while the next ones are decoded


class Change(NamedTuple):
    """What is done to a sound: tempo of the new one divided by the old one's, and semitones to transpose by."""

    tempo_factor: float = 1.0
    semitones: int = 0


UNCHANGED = Change()

Frames = npt.NDArray[np.float32]  # stereo at RATE_HZ, shape (n_frames, 2)
Compute = Callable[[Frames, Change], Frames]  # does what a change says
Peaks = npt.NDArray[np.float32]  # loudest level per bucket, 0 to 1, shape (n_buckets,)


class Clip:
    """Frames of one file, decoded block by block while they are being played.

    Args:
        path: The file.
        n_frames: Frames to allocate; grows if more come, since some headers are wrong.
        change: What is done to them.

    Attributes:
        path, change: As given.
        n_ready: Frames that can be played already.
        is_complete: Nothing more will come.
    """

    def __init__(self, path: Path, n_frames: int, change: Change = UNCHANGED) -> None:
        self.path = path
        self.change = change
        self.n_ready = 0
        self.is_complete = False
        self._frames: Frames = np.zeros((n_frames, 2), np.float32)

    @property
    def duration_seconds(self) -> float:
        """Length of what is ready."""
        return self.n_ready / RATE_HZ

    @property
    def is_full(self) -> bool:
        return self.n_ready == _MAX_FRAMES

    def read(self, first: int, n_frames: int) -> Frames:
        """Return the frames from ``first`` on that are ready: ``n_frames`` of them or fewer."""
        return self._frames[first : min(first + n_frames, self.n_ready)]

    @property
    def frames(self) -> Frames:
        """All frames that are ready."""
        return self._frames[: self.n_ready]

    def append(self, frames: Frames) -> None:
        end = min(self.n_ready + len(frames), _MAX_FRAMES)
        if end > len(self._frames):
            grown = np.zeros((min(2 * end, _MAX_FRAMES), 2), np.float32)
            grown[: self.n_ready] = self.frames
            self._frames = grown
        self._frames[self.n_ready : end] = frames[: end - self.n_ready]
        self.n_ready = end  # last, since the audio thread reads up to it

    def peaks(self, n_buckets: int) -> Peaks:
        """Return the loudest level in each of ``n_buckets`` equal parts of what is ready."""
        levels = np.abs(self._frames[: self.n_ready]).max(axis=1)
        if not len(levels):
            return np.zeros(n_buckets, np.float32)
        starts = np.linspace(0, len(levels), n_buckets, endpoint=False).astype(np.int64)
        return np.minimum(np.maximum.reduceat(levels, starts), 1)


def open_clip(path: Path, change: Change = UNCHANGED, engine: Compute | None = None) -> tuple[Clip, Iterator[None]]:
    """Open a sound for playing, with the decoder that analyses it.

    Args:
        path: Its file.
        change: What is done to it.
        engine: Does it; in this process by default.

    Returns:
        The clip, still empty, and an iterator that makes one more block ready each time it is asked.

    Raises:
        SoundError: It cannot be played.
    """
    from indexer.audio.open_audio import open_audio  # not at the start, of which it would take a twentieth of a second

    stack = ExitStack()
    reader = stack.enter_context(open_audio(path)).reader
    n_claimed = int(min(reader.n_frames / reader.sample_rate_hz, MAX_SECONDS) * RATE_HZ)
    source = Clip(path, n_claimed + 1)
    decoding = _decode(reader, source, stack)
    if change == UNCHANGED:
        return source, decoding
    from tui.app.player.stretch import compute, stretch

    clip = Clip(path, int(n_claimed / change.tempo_factor) + 1, change)
    return clip, stretch(source, decoding, clip, engine or compute)


def decode_clip(path: Path) -> Clip:
    """Decode a sound as far as it is played, in the caller's thread.

    Raises:
        SoundError: It cannot be decoded.
    """
    clip, blocks = open_clip(path)
    for _ in blocks:
        pass
    return clip


def _decode(reader: "FrameReader", clip: Clip, stack: ExitStack) -> Iterator[None]:
    from indexer.audio.downmix import to_stereo

    convert = _converter(reader.sample_rate_hz)
    n_block = max(1, int(_BLOCK_SECONDS * reader.sample_rate_hz))
    with stack:
        is_last = False
        while not is_last and not clip.is_full:
            block = reader.read(n_block)
            is_last = len(block) < n_block
            clip.append(np.nan_to_num(convert(to_stereo(block), is_last)))
            yield
    clip.is_complete = True


def _converter(rate_hz: int) -> Callable[[Frames, bool], Frames]:
    if rate_hz == RATE_HZ:
        return lambda block, _: block
    import soxr

    stream = soxr.ResampleStream(rate_hz, RATE_HZ, 2, dtype="float32", quality="HQ")
    return lambda block, is_last: stream.resample_chunk(np.ascontiguousarray(block), last=is_last)
