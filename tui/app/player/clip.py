"""One sound made ready to be heard."""

import io
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from db.errors import SoundError
from indexer.audio.riff import find_inner_stream

if TYPE_CHECKING:
    import soundfile as sf

RATE_HZ = 48_000
MAX_SECONDS = 120  # of a longer sound the beginning is played; 46 MB in memory
_BLOCK_SECONDS = 0.25  # the first block is heard while the next ones are decoded
_MAX_CHANNELS = 64
_MIN_RATE_HZ, _MAX_RATE_HZ = 1_000, 768_000

Frames = npt.NDArray[np.float32]  # stereo at RATE_HZ, shape (n_frames, 2)
Peaks = npt.NDArray[np.float32]  # loudest level per bucket, 0 to 1, shape (n_buckets,)


class Clip:
    """Frames of one file, decoded block by block while they are being played.

    Attributes:
        path: The file.
        n_ready: Frames that can be played already.
        is_complete: Nothing more will come.
    """

    def __init__(self, path: Path, n_frames: int) -> None:
        self.path = path
        self.n_ready = 0
        self.is_complete = False
        self._frames: Frames = np.zeros((n_frames, 2), np.float32)

    @property
    def duration_seconds(self) -> float:
        """Length as far as it is known: what the header claims, then what was decoded."""
        return (self.n_ready if self.is_complete else len(self._frames)) / RATE_HZ

    @property
    def is_full(self) -> bool:
        return self.n_ready == len(self._frames)

    def read(self, first: int, n_frames: int) -> Frames:
        """Return the frames from ``first`` on that are ready: ``n_frames`` of them or fewer."""
        return self._frames[first : min(first + n_frames, self.n_ready)]

    def append(self, frames: Frames) -> None:
        n_taken = min(len(frames), len(self._frames) - self.n_ready)
        self._frames[self.n_ready : self.n_ready + n_taken] = frames[:n_taken]
        self.n_ready += n_taken  # last, since the audio thread reads up to it

    def peaks(self, n_buckets: int) -> Peaks:
        """Return the loudest level in each of ``n_buckets`` equal parts of what is ready."""
        levels = np.abs(self._frames[: self.n_ready]).max(axis=1)
        if not len(levels):
            return np.zeros(n_buckets, np.float32)
        starts = np.linspace(0, len(levels), n_buckets, endpoint=False).astype(np.int64)
        return np.minimum(np.maximum.reduceat(levels, starts), 1)


def open_clip(path: Path) -> tuple[Clip, Iterator[None]]:
    """Open a sound for playing.

    Returns:
        The clip, still empty, and an iterator that decodes one more block each time it is asked.

    Raises:
        SoundError: It cannot be played.
    """
    sound = _open(path)
    if sound.channels > _MAX_CHANNELS or not _MIN_RATE_HZ <= sound.samplerate <= _MAX_RATE_HZ:
        sound.close()
        raise SoundError("damaged", "Its header makes no sense.")
    n_claimed = int(min(max(sound.frames, 0) / sound.samplerate, MAX_SECONDS) * RATE_HZ)
    clip = Clip(path, n_claimed + 1)
    return clip, _decode(sound, clip)


def _open(path: Path) -> "sf.SoundFile":
    import soundfile as sf  # not at the start, of which it would take a twentieth of a second

    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a FIFO would wait for ever
            raise SoundError("not-a-file", "It is not a file.")
        try:
            return sf.SoundFile(path)
        except sf.LibsndfileError:
            return _open_inner(path)
    except OSError as error:
        raise SoundError("gone", "The file is not there now.") from error
    except sf.LibsndfileError as error:
        raise SoundError("damaged", "It cannot be decoded.") from error


def _open_inner(path: Path) -> "sf.SoundFile":
    """Open an Ogg stream that stands inside a RIFF wrapper, as some packs have it."""
    import soundfile as sf

    data = path.read_bytes()
    start = find_inner_stream(io.BytesIO(data))
    return sf.SoundFile(io.BytesIO(data[start or 0 :]))


def _decode(sound: "sf.SoundFile", clip: Clip) -> Iterator[None]:
    import soundfile as sf

    convert = _converter(sound.samplerate)
    n_block = max(1, int(_BLOCK_SECONDS * sound.samplerate))
    with sound:
        is_last = False
        while not is_last and not clip.is_full:
            try:
                block = sound.read(n_block, dtype="float32", always_2d=True)
            except sf.LibsndfileError:
                block = np.zeros((0, sound.channels), np.float32)  # what came before the damage is heard
            is_last = len(block) < n_block
            clip.append(np.nan_to_num(convert(_stereo(block), is_last), copy=False))
            yield
    clip.is_complete = True


def _stereo(block: Frames) -> Frames:
    if block.shape[1] == 2:
        return block
    return np.repeat(block.mean(axis=1, keepdims=True, dtype=np.float32), 2, axis=1)


def _converter(rate_hz: int) -> Callable[[Frames, bool], Frames]:
    if rate_hz == RATE_HZ:
        return lambda block, _: block
    import soxr

    stream = soxr.ResampleStream(rate_hz, RATE_HZ, 2, dtype="float32", quality="HQ")
    return lambda block, is_last: stream.resample_chunk(np.ascontiguousarray(block), last=is_last)
