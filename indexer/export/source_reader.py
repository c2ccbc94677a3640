"""Read the sounds of an export; ascending excerpts of one file are read in one pass."""

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
    """Frames, shape ``(n_frames, n_channels)``, and the format of their file; ``bit_depth`` is None for lossy ones."""

    frames: Frames
    rate_hz: int
    bit_depth: int | None


class SourceReader:
    """Reads files; the file of an excerpt stays open until another file is read or the ``with`` block ends."""

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
            source: Sound file.
            span: First frame of an excerpt and the one after its last; None for the whole sound.

        Raises:
            SoundError: The sound cannot be decoded, or has no frames in the span.
            MemoryError: The frames take more than 2 GB.
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
        """Return a file that is open at the given frame or before it."""
        if self._audio is None or self._path != source or self._place > first:
            self._close()
            self._audio = self._open_file.enter_context(open_audio(source))
            self._path, self._place = source, 0
        return self._audio

    def _read_span(self, reader: FrameReader, first: int, last: int) -> Frames:
        """Read the frames of a span; frames before it are decoded and dropped."""
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
