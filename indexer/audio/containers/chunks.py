"""Chunks of RIFF and IFF files, tolerant of what programs write against the standard."""

from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple, TypeAlias

from indexer.audio.spliced_file import Span

ByteOrder: TypeAlias = Literal["little", "big"]

_HEADER_BYTES = 8
_MAX_CHUNKS = 100_000  # a forged file can hold millions of empty ones
_STREAMED_BYTES = 0x7FFF_0000  # sizes from here on stand for "not known yet" in files under 2 GB
_MAX_CHAIN = 100


class Chunk(NamedTuple):
    """One chunk.

    Attributes:
        span: Its body, as far as it lies in the file.
        n_claimed: Size of the body by its header; 0 for "not known".
    """

    name: bytes
    span: Span
    n_claimed: int

    def read(self, file: BinaryIO, n_bytes: int = 1 << 16) -> bytes:
        """Return the body, or the first ``n_bytes`` of it."""
        file.seek(self.span.start)
        return file.read(min(n_bytes, self.span.size))


def iter_chunks(
    file: BinaryIO, span: Span, order: ByteOrder, sound: bytes, n_sound_bytes: int | None = None
) -> Iterator[Chunk]:
    """Yield the chunks of a file.

    A body of odd length may or may not be padded. The chunk of the sound goes on to the end of the file where its size
    was never written, is that of a stream, or is too small to be told in 32 bits.

    Args:
        file: Seekable.
        span: Where the chunks lie, behind the head of the file.
        order: Byte order of the sizes.
        sound: Name of the chunk that holds the sound.
        n_sound_bytes: Its size, where 64 bits elsewhere in the file have it.
    """
    position = span.start
    for _ in range(_MAX_CHUNKS):
        file.seek(position)
        header = file.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES or position + _HEADER_BYTES > span.end:
            return
        name, size = header[:4], int.from_bytes(header[4:], order)
        start = position + _HEADER_BYTES
        n_left = span.end - start
        n_claimed = size
        if name == sound:
            n_claimed, size = _sound_size(file, start, size if n_sound_bytes is None else n_sound_bytes, n_left, order)
        yield Chunk(name, Span(start, min(size, n_left)), n_claimed)
        position = _next_chunk(file, start + size) if size % 2 else start + size


def _sound_size(file: BinaryIO, start: int, size: int, n_left: int, order: ByteOrder) -> tuple[int, int]:
    """Return the size of the sound by its header, 0 for unknown, and its true size."""
    if size == 0 and n_left and not _is_chain(file, Span(start, n_left), order):
        return 0, n_left
    if size > n_left:
        return (0 if size >= _STREAMED_BYTES else size), n_left
    while size + (1 << 32) <= n_left:  # over 4 GB, of which 32 bits told the remainder
        size += 1 << 32
    return size, size


def _is_chain(file: BinaryIO, span: Span, order: ByteOrder) -> bool:
    """Say whether a sequence of valid chunks starts here."""
    position = span.start
    for _ in range(_MAX_CHAIN):
        file.seek(position)
        header = file.read(_HEADER_BYTES)
        if not header.strip(b"\0"):
            return position > span.start
        if len(header) < _HEADER_BYTES or not _is_name(header[:4]):
            return False
        size = int.from_bytes(header[4:], order)
        position += _HEADER_BYTES + size
        if position > span.end:
            return False
        position = _next_chunk(file, position) if size % 2 else position
    return True


def _next_chunk(file: BinaryIO, position: int) -> int:
    """Return where the chunk after a body of odd length starts: behind a byte of padding, or at once."""
    file.seek(position)
    found = file.read(4)
    return position if _is_name(found) else position + 1


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and name[0] != 0x20 and all(0x20 <= byte < 0x7F for byte in name)
