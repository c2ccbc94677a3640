"""ID3v2 tags: how long they are, and the tempo, key, artist and copyright in them."""

from collections.abc import Iterator
from typing import BinaryIO

from indexer.audio.embedded import NOTHING_EMBEDDED, Embedded
from indexer.audio.spliced_file import Span

_HEADER_BYTES = 10
_MAX_TAGS = 8  # one behind another
_MAX_FRAMES = 2_000
_MAX_TEXT_BYTES = 200
_HAS_FOOTER, _HAS_EXTENDED_HEADER, _IS_UNSYNCHRONISED = 0x10, 0x40, 0x80
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_FRAMES = {
    "tempo": (b"TBPM", b"TBP"),
    "key": (b"TKEY", b"TKE"),
    "author": (b"TPE1", b"TP1"),
    "rights": (b"TCOP", b"TCR"),
}
_WANTED = frozenset(name for names in _FRAMES.values() for name in names)


def skip_tags(file: BinaryIO, start: int) -> tuple[int, Embedded]:
    """Return the end of the ID3v2 tags that begin at ``start``, and their metadata."""
    embedded = NOTHING_EMBEDDED
    for _ in range(_MAX_TAGS):
        file.seek(start)
        size = tag_size(file.read(_HEADER_BYTES))
        if size is None:
            break
        embedded = embedded.or_else(read_tag(file, Span(start, size)))
        start += size
    return start, embedded


def tag_size(header: bytes) -> int | None:
    """Return the size of the tag that begins with these ten bytes, them included; None where they are no tag."""
    if len(header) < _HEADER_BYTES or header[:3] != b"ID3" or header[3] == 0xFF or max(header[6:10]) >= 0x80:
        return None
    return _HEADER_BYTES + _from_7_bits(header[6:10]) + (_HEADER_BYTES if header[5] & _HAS_FOOTER else 0)


def read_tag(file: BinaryIO, span: Span) -> Embedded:
    """Read an ID3v2 tag; nothing where there is none at ``span``."""
    file.seek(span.start)
    header = file.read(_HEADER_BYTES)
    size = tag_size(header)
    if size is None:
        return NOTHING_EMBEDDED
    version, flags = header[3], header[5]
    texts: dict[bytes, str] = {}
    for name, body in _iter_frames(file, Span(span.start, min(size, span.size)), version, flags):
        if name in _WANTED and name not in texts:
            texts[name] = _text(body.replace(b"\xff\0", b"\xff") if flags & _IS_UNSYNCHRONISED else body)
    found = {field: next((texts[name] for name in names if texts.get(name)), None) for field, names in _FRAMES.items()}
    return Embedded(
        tempo_bpm=as_tempo(found["tempo"] or ""), key=found["key"], author=found["author"], rights=found["rights"]
    )


def as_tempo(text: str) -> float | None:
    """Parse a tempo as tags write it; None if it is not one."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _iter_frames(file: BinaryIO, span: Span, version: int, flags: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and first bytes of the frames, without pictures."""
    n_name, n_size = (3, 3) if version <= 2 else (4, 4)
    n_header = n_name + n_size + (0 if version <= 2 else 2)
    position = span.start + _HEADER_BYTES
    if flags & _HAS_EXTENDED_HEADER and version > 2:
        file.seek(position)
        size = file.read(4)
        position += _from_7_bits(size) if version == 4 else 4 + int.from_bytes(size, "big")
    for _ in range(_MAX_FRAMES):
        file.seek(position)
        header = file.read(n_header)
        name = header[:n_name]
        if len(header) < n_header or position + n_header > span.end or not name.isalnum():
            return
        size = header[n_name : n_name + n_size]
        n_body = _from_7_bits(size) if version == 4 and max(size) < 0x80 else int.from_bytes(size, "big")
        yield name, file.read(min(n_body, _MAX_TEXT_BYTES, max(span.end - position - n_header, 0)))
        position += n_header + n_body


def _text(body: bytes) -> str:
    """Return the first string of a text frame."""
    if not body or body[0] >= len(_ENCODINGS):
        return ""
    return body[1:].decode(_ENCODINGS[body[0]], "replace").split("\0")[0].strip("\ufeff ")


def _from_7_bits(size: bytes) -> int:
    """Read a synchsafe integer: seven bits per byte."""
    number = 0
    for byte in size:
        number = number << 7 | byte & 0x7F
    return number
