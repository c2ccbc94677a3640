"""FLAC files."""

from typing import BinaryIO

from indexer.audio.audio_file import AudioFile, DamagedError
from indexer.audio.containers.vorbis_comments import read_comments
from indexer.audio.embedded import NOTHING_EMBEDDED, Embedded
from indexer.audio.frame_reader import SndfileReader
from indexer.audio.spliced_file import Span, SplicedFile

_STREAM_INFO, _COMMENTS = 0, 4
_STREAM_INFO_BYTES = 34
_MAX_BLOCKS = 1_000
_MAX_COMMENT_BYTES = 1 << 20


def is_flac(head: bytes) -> bool:
    """Say whether a file begins as FLAC files do."""
    return head[:4] == b"fLaC"


def open_flac(file: BinaryIO, span: Span) -> AudioFile:
    """Open a FLAC file.

    Raises:
        SoundError: It is damaged.
    """
    return open_stream(SplicedFile(file, [span]))


def open_stream(data: SplicedFile) -> AudioFile:
    """Open a FLAC file that is put together from parts of another one."""
    embedded, n_claimed, n_bits = _read_blocks(data)
    data.seek(0)
    return AudioFile(
        format="flac", reader=SndfileReader(data), n_claimed=n_claimed, bit_depth=n_bits, embedded=embedded
    )


def _read_blocks(data: SplicedFile) -> tuple[Embedded, int, int]:
    """Read what the metadata says, the number of frames, 0 if it is not told, and the bits of a value."""
    position, is_last = 4, False
    embedded, n_frames, n_bits = NOTHING_EMBEDDED, 0, 0
    for _ in range(_MAX_BLOCKS):
        data.seek(position)
        header = data.read(4)
        if is_last or len(header) < 4:
            break
        is_last, kind, size = bool(header[0] & 0x80), header[0] & 0x7F, int.from_bytes(header[1:], "big")
        if kind == _STREAM_INFO and size >= _STREAM_INFO_BYTES:
            body = data.read(_STREAM_INFO_BYTES)
            packed = int.from_bytes(body[10:18], "big")  # rate (20 bits), channels - 1 (3), bits - 1 (5), frames (36)
            n_bits, n_frames = (packed >> 36 & 0x1F) + 1, packed & ((1 << 36) - 1)
        elif kind == _COMMENTS:
            embedded = read_comments(data.read(min(size, _MAX_COMMENT_BYTES)))
        position += 4 + size
    if not n_bits:
        raise DamagedError
    return embedded, n_frames, n_bits
