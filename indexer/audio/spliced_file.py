"""Parts of a file and bytes in memory, read as one file."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import BinaryIO, NamedTuple, TypeAlias


class Span(NamedTuple):
    """A byte range of a file."""

    start: int
    size: int

    @property
    def end(self) -> int:
        return self.start + self.size


Part: TypeAlias = Span | bytes


class SplicedFile:
    """A read-only file that is put together from parts of another one and from bytes.

    libsndfile reads it through callbacks, where nothing may raise: forged offsets are clamped, and a disk that fails
    looks like an end of file until `check` is asked.
    """

    def __init__(self, file: BinaryIO, parts: Sequence[Part]) -> None:
        self._file = file
        self._parts = [part for part in parts if _size(part)]
        self._starts = list(accumulate(map(_size, self._parts), initial=0))
        self._position = 0
        self._failure: OSError | None = None

    def check(self) -> None:
        """Raise the error that reading from the disk raised, if any."""
        if self._failure is not None:
            raise self._failure

    @property
    def size(self) -> int:
        return self._starts[-1]

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self._position, self.size)[whence]
        self._position = min(max(base + offset, 0), self.size)
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, n_bytes: int) -> bytes:
        return b"".join(self._iter_pieces(n_bytes))

    def readinto(self, buffer: memoryview) -> int:
        n_read = 0
        for piece in self._iter_pieces(len(buffer)):
            buffer[n_read : n_read + len(piece)] = piece
            n_read += len(piece)
        return n_read

    def _iter_pieces(self, n_bytes: int) -> Iterator[bytes]:
        """Yield the next bytes, one piece for each part that they lie in."""
        while n_bytes > 0 and self._position < self.size:
            index = bisect_right(self._starts, self._position) - 1
            offset = self._position - self._starts[index]
            piece = self._piece(self._parts[index], offset, n_bytes)
            if not piece:
                return
            self._position += len(piece)
            n_bytes -= len(piece)
            yield piece

    def _piece(self, part: Part, offset: int, n_bytes: int) -> bytes:
        if isinstance(part, bytes):
            return part[offset : offset + n_bytes]
        try:
            self._file.seek(part.start + offset)
            return self._file.read(min(n_bytes, part.size - offset))
        except OSError as error:
            self._failure = error
            return b""


def _size(part: Part) -> int:
    return part.size if isinstance(part, Span) else len(part)
