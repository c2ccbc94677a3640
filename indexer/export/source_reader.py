"""Read the sounds of an export; excerpts of one file that follow each other take one pass over it."""

from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np

from db.errors import SoundError
from indexer.audio.audio_file import AudioFile
from indexer.audio.frame_reader import FrameReader, Frames
from indexer.audio.open_audio import open_audio, os_failure

_BLOCK_VALUES = 1 << 20
_MOST_VALUES = 1 << 29  # 2 GB


class SourceFrames(NamedTuple):
    """Frames, shape ``(n_frames, n_channels)``, and how their file has them; ``bit_depth`` is None of a lossy one."""

    frames: Frames
    rate_hz: int
    bit_depth: int | None


class SourceReader:
    """Reads one file after another; that of an excerpt stays open until another sound is read, or `with` ends."""

    def __init__(self) -> None:
        self._open_file = ExitStack()
        self._path: Path | None = None  # of the open file
        self._audio: AudioFile | None = None
        self._place = 0  # of its next frame

    def __enter__(self) -> "SourceReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def read(self, source: Path, span: tuple[int, int] | None) -> SourceFrames:
        """Return the frames of a sound.

        Args:
            source: Its file.
            span: First frame of an excerpt and the one behind its last; None for the whole sound.

        Raises:
            SoundError: It cannot be decoded, or has no frames there.
            MemoryError: It takes more than 2 GB.
        """
        first, last = span or (0, None)
        audio = self._open(source, first)
        try:
            if last is None:
                frames = _read_all(audio.reader)
                self._close()
            else:
                frames = self._read_span(audio.reader, first, last)
        except OSError as error:
            self._close()
            raise os_failure(error) from error
        if not len(frames):
            raise SoundError("empty", "It holds no sound, or none that can be decoded.")
        # a sum takes an eighth of the time of `nan_to_num`, and is finite where all frames are
        finite = frames if np.isfinite(frames.sum()) else np.nan_to_num(frames)
        return SourceFrames(finite, audio.reader.sample_rate_hz, audio.bit_depth)

    def _open(self, source: Path, first: int) -> AudioFile:
        """Return an open file that is not read beyond a frame."""
        if self._audio is None or self._path != source or self._place > first:
            self._close()
            self._audio = self._open_file.enter_context(open_audio(source))
            self._path, self._place = source, 0
        return self._audio

    def _read_span(self, reader: FrameReader, first: int, last: int) -> Frames:
        """Read the frames from one up to another; what lies before is decoded and dropped."""
        if (last - first) * reader.n_channels > _MOST_VALUES:
            raise MemoryError
        n_block = max(1, _BLOCK_VALUES // reader.n_channels)
        while self._place < first:
            n_read = len(reader.read(min(n_block, first - self._place)))
            self._place += n_read
            if not n_read:
                break
        frames = reader.read(last - first)
        self._place += len(frames)
        return frames

    def _close(self) -> None:
        self._audio = None
        self._open_file.close()


def _read_all(reader: FrameReader) -> Frames:
    n_block = max(1, _BLOCK_VALUES // reader.n_channels)
    blocks, n_values, is_last = list[Frames](), 0, False
    while not is_last:
        block = reader.read(n_block)
        is_last = len(block) < n_block
        n_values += block.size
        if n_values > _MOST_VALUES:
            raise MemoryError
        blocks.append(block)
    return np.concatenate(blocks)
