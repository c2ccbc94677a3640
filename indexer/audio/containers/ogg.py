"""Ogg files: Vorbis, Opus and FLAC in them."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from indexer.audio.audio_file import AudioFile, DamagedError, ForeignCodecError
from indexer.audio.containers import flac
from indexer.audio.containers.vorbis_comments import read_comments
from indexer.audio.frame_reader import SndfileReader
from indexer.audio.spliced_file import Span, SplicedFile

_PAGE_HEADER_BYTES = 27
_SEARCHED_BYTES = 1 << 16
_MAX_COMMENT_BYTES = 1 << 20  # what comes after is a picture
_FLAC_HEAD_BYTES = 9  # before the FLAC file in the first packet: type, "FLAC", version, number of headers
_N_HEADERS = {b"\x01vorbis": 3, b"OpusHead": 2}
_CODEC_NAMES = {b"Speex": "Speex", b"\x80theora": "Theora", b"fishead": "video", b"BBCD": "video"}


class Page(NamedTuple):
    """One page.

    Attributes:
        serial: Number of the stream that it belongs to.
        lacing: Sizes of the pieces of packets in it; below 255 where a packet ends.
        body: The pieces.
    """

    serial: bytes
    lacing: bytes
    body: Span


def is_ogg(head: bytes) -> bool:
    """Say whether a file begins as Ogg files do."""
    return head[:4] == b"OggS"


def open_ogg(file: BinaryIO, span: Span) -> AudioFile:
    """Open the first stream of an Ogg file.

    Raises:
        ForeignCodecError: It is in a codec that is not read.
        SoundError: It is damaged.
    """
    pages = _iter_pages(file, span)
    first = next(pages, None)
    if first is None:
        raise DamagedError
    file.seek(first.body.start)
    head = file.read(first.body.size)
    own_pages = (page for page in pages if page.serial == first.serial)
    if head.startswith(b"\x7fFLAC"):
        bodies = [page.body for page in own_pages]
        return flac.open_stream(SplicedFile(file, [head[_FLAC_HEAD_BYTES:], *bodies]))
    n_headers = next((count for magic, count in _N_HEADERS.items() if head.startswith(magic)), 0)
    if not n_headers:
        codec = next((name for magic, name in _CODEC_NAMES.items() if head.startswith(magic)), "unknown")
        raise ForeignCodecError(codec, "ogg")
    is_opus = n_headers == 2
    comments = _read_headers(file, own_pages, n_headers - 1)
    return AudioFile(
        format="opus" if is_opus else "ogg",
        reader=SndfileReader(SplicedFile(file, [span])),
        payload=lambda: SplicedFile(file, [page.body for page in own_pages]),
        embedded=read_comments(comments.removeprefix(b"OpusTags" if is_opus else b"\x03vorbis")),
    )


def _read_headers(file: BinaryIO, pages: Iterator[Page], n_packets: int) -> bytes:
    """Read pages up to that on which the last header packet ends; return what they hold: the comments come first."""
    data = b""
    for page in pages:
        if len(data) < _MAX_COMMENT_BYTES:
            file.seek(page.body.start)
            data += file.read(page.body.size)
        n_packets -= sum(size < 255 for size in page.lacing)
        if n_packets <= 0:
            break
    return data


def _iter_pages(file: BinaryIO, span: Span) -> Iterator[Page]:
    """Yield the pages; bytes between them are skipped."""
    position = span.start
    while position < span.end:
        file.seek(position)
        header = file.read(_PAGE_HEADER_BYTES)
        if len(header) < _PAGE_HEADER_BYTES:
            return
        if header[:4] != b"OggS":
            found = _find_page(file, Span(position, span.end - position))
            if found is None:
                return
            position = found
            continue
        lacing = file.read(header[26])
        position += _PAGE_HEADER_BYTES + len(lacing)
        body = Span(position, min(sum(lacing), span.end - position))
        yield Page(header[14:18], lacing, body)
        position = body.end


def _find_page(file: BinaryIO, span: Span) -> int | None:
    """Return where the next page starts."""
    position = span.start
    while position < span.end:
        file.seek(position)
        block = file.read(_SEARCHED_BYTES)
        place = block.find(b"OggS")
        if place >= 0:
            return position + place
        if len(block) < _SEARCHED_BYTES:
            return None
        position += len(block) - 3
    return None
