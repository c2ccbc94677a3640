"""MPEG audio (MP3 and MP2): find the frames among tags, padding and damage.

libsndfile takes the length of a file from its first frame, in which most files have a table. Where there is none, or it
is wrong, a table with the true number of frames is put in front. Damaged stretches are left out.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import BinaryIO, NamedTuple

from indexer.audio.audio_file import AudioFile
from indexer.audio.frame_reader import SndfileReader
from indexer.audio.spliced_file import Part, Span, SplicedFile

_BLOCK_BYTES = 1 << 20
_MAX_SEARCHED_BYTES = 1 << 20  # for the first frame, zeros not counted
_SURE_FRAMES = 4  # so many in a row are no accident
_HEADER_BYTES = 4
_RATES_HZ = (44_100, 48_000, 32_000)
_DIVISORS = {3: 1, 2: 2, 0: 4}  # of the rates above, by the two bits of the version: MPEG 1, 2, 2.5
_LAYERS = {3: 1, 2: 2, 1: 3}  # by the two bits of the layer
_KILOBITS = {  # by MPEG 1 or not, and layer
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SPACIOUS_BIT_RATE = 10  # a frame of every kind has room for a table then
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")


class Kind(NamedTuple):
    """Properties that all frames of a stream share."""

    version: int
    layer: int
    rate_index: int

    @property
    def n_frames(self) -> int:
        """PCM frames in one frame of the stream."""
        return {1: 384, 2: 1152, 3: 1152 if self.version == 3 else 576}[self.layer]


class Run(NamedTuple):
    """Frames of a stream without a gap."""

    span: Span
    n_frames: int


class Table(NamedTuple):
    """The table in the first frame: where its name stands in it, and the number of frames that it tells."""

    place: int
    n_frames: int


def is_mpeg(head: bytes) -> bool:
    """Say whether a file begins with what looks like a frame of MPEG audio."""
    return len(head) >= _HEADER_BYTES and head[0] == 0xFF and _kind(head) is not None


def open_mpeg(file: BinaryIO, span: Span) -> AudioFile:
    """Open a stream of MPEG audio.

    Raises:
        SoundError: ``not-audio``: no frames are found; ``damaged``: they cannot be decoded.
    """
    start = find_mpeg(file, span)
    if start is None:
        return AudioFile(format="mp3", reader=SndfileReader(SplicedFile(file, [span])))  # of a bit rate of its own
    file.seek(start)
    header = file.read(_HEADER_BYTES)
    kind = _kind(header)
    assert kind is not None
    lengths = _lengths(kind)
    runs = list(_iter_runs(file, Span(start, span.end - start), lengths))
    file.seek(start)
    first_frame = file.read(lengths[header[1] << 8 | header[2]])
    table = _find_table(first_frame, kind)
    n_frames = sum(run.n_frames for run in runs)
    sound: list[Span] = [run.span for run in runs]
    if table is not None:
        n_frames -= 1
        sound[0] = Span(start + len(first_frame), sound[0].size - len(first_frame))
    # A table that tells too many is kept: decoding ends where the frames do, and it also has the encoder's delay.
    front = first_frame if table and table.n_frames >= n_frames - 1 else _table_frame(header, kind, n_frames)
    parts: list[Part] = [front, *sound] if kind.layer == 3 else [*sound]
    reader = SndfileReader(SplicedFile(file, parts))
    return AudioFile(
        format=f"mp{kind.layer}",
        reader=reader,
        n_claimed=reader.n_frames if kind.layer == 3 else 0,
        payload=lambda: SplicedFile(file, sound),
        notes=_notes(file, span, runs),
    )


def _kind(header: bytes) -> Kind | None:
    """Return the kind of a frame by its header; None where it is none, or has a bit rate of its own."""
    if header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer, rate_index = header[1] >> 3 & 3, _LAYERS.get(header[1] >> 1 & 3), header[2] >> 2 & 3
    if version not in _DIVISORS or layer is None or rate_index == 3 or not 0 < header[2] >> 4 < 15:
        return None
    return Kind(version, layer, rate_index)


@cache
def _lengths(kind: Kind) -> dict[int, int]:
    """Return the bytes of a frame by the second and third byte of its header, for all headers of a kind."""
    rate_hz = _RATES_HZ[kind.rate_index] // _DIVISORS[kind.version]
    layer_bits = next(bits for bits, layer in _LAYERS.items() if layer == kind.layer)
    second = 0xE0 | kind.version << 3 | layer_bits << 1
    lengths = {}
    for index, kilobits in enumerate(_KILOBITS[kind.version == 3, kind.layer], 1):
        for padding in (0, 1):
            size = kind.n_frames // 8 * kilobits * 1000 // rate_hz + padding
            if kind.layer == 1:
                size = 4 * (12 * kilobits * 1000 // rate_hz + padding)
            for without_crc in (0, 1):
                for private in (0, 1):
                    third = index << 4 | kind.rate_index << 2 | padding << 1 | private
                    lengths[(second | without_crc) << 8 | third] = size
    return lengths


def find_mpeg(file: BinaryIO, span: Span) -> int | None:
    """Return the offset of the first frame that is followed by others; zeros and damage before it are skipped."""
    n_searched, position = 0, span.start
    while position < span.end and n_searched < _MAX_SEARCHED_BYTES:
        file.seek(position)
        block = file.read(min(_BLOCK_BYTES, span.end - position))
        if not block:
            break
        place = block.find(b"\xff")
        while place >= 0:
            header = block[place : place + _HEADER_BYTES]
            if len(header) < _HEADER_BYTES:
                file.seek(position + place)
                header = file.read(_HEADER_BYTES)
            kind = _kind(header) if len(header) == _HEADER_BYTES else None
            if kind is not None and _is_chain(file, position + place, span, _lengths(kind)):
                return position + place
            place = block.find(b"\xff", place + 1)
        n_searched += len(block.lstrip(b"\0"))
        position += len(block)
    return None


def _is_chain(file: BinaryIO, position: int, span: Span, lengths: dict[int, int], n_sure: int = _SURE_FRAMES) -> bool:
    """Say whether frames follow each other from here on, or fewer up to the end of the file."""
    n_found, is_start = 0, position == span.start
    while n_found < n_sure:
        file.seek(position)
        header = file.read(min(11, span.end - position))
        length = lengths.get(header[1] << 8 | header[2]) if len(header) > 2 and header[0] == 0xFF else None
        if length is None:
            return n_found >= (1 if is_start else 2) and (not header.strip(b"\0") or header.startswith(_TAGS))
        if position + length > span.end:
            return n_found >= (1 if is_start else 2)
        position += length
        n_found += 1
    return True


def _iter_runs(file: BinaryIO, span: Span, lengths: dict[int, int]) -> Iterator[Run]:
    """Yield the frames from the first on, in runs; the last one is left out where its end is missing."""
    start = position = span.start
    n_frames = 0
    while position < span.end:
        file.seek(position)
        block = file.read(min(_BLOCK_BYTES, span.end - position))
        place, last = 0, len(block) - _HEADER_BYTES
        length: int | None = 0
        while place <= last:
            length = lengths.get(block[place + 1] << 8 | block[place + 2]) if block[place] == 0xFF else None
            if length is None or position + place + length > span.end:
                break
            place += length
            n_frames += 1
        position += place
        if position + _HEADER_BYTES > span.end or length is None or place <= last:
            if n_frames:
                yield Run(Span(start, position - start), n_frames)
            found = _find_next(file, Span(position + 1, span.end - position - 1), lengths)
            if found is None:
                return
            start = position = found
            n_frames = 0


def _find_next(file: BinaryIO, span: Span, lengths: dict[int, int]) -> int | None:
    """Return the offset at which frames resume after damage."""
    position = span.start
    while position < span.end:
        file.seek(position)
        block = file.read(min(_BLOCK_BYTES, span.end - position))
        place = block.find(b"\xff")
        while place >= 0:
            if _is_chain(file, position + place, span, lengths, n_sure=2):
                return position + place
            place = block.find(b"\xff", place + 1)
        if not block:
            break
        position += len(block)
    return None


def _find_table(frame: bytes, kind: Kind) -> Table | None:
    """Find the table of Xing and LAME, or that of Fraunhofer."""
    side_bytes = _side_bytes(frame, kind)
    for place in (4 + side_bytes, 6 + side_bytes):  # a checksum may come before it
        if frame[place : place + 4] in {b"Xing", b"Info"}:
            has_count = len(frame) >= place + 12 and frame[place + 7] & 1
            return Table(place, int.from_bytes(frame[place + 8 : place + 12], "big") if has_count else 0)
    if frame[36:40] == b"VBRI":
        return Table(36, int.from_bytes(frame[50:54], "big"))
    return None


def _side_bytes(frame: bytes, kind: Kind) -> int:
    is_mono = frame[3] >> 6 == 3
    if kind.version == 3:
        return 17 if is_mono else 32
    return 9 if is_mono else 17


def _table_frame(header: bytes, kind: Kind, n_frames: int) -> bytes:
    """Build a frame with an Info table that holds only the number of frames."""
    second, third = header[1] | 1, _SPACIOUS_BIT_RATE << 4 | header[2] & 0x0C
    frame = bytearray(_lengths(kind)[second << 8 | third])
    frame[:4] = bytes([0xFF, second, third, header[3]])
    place = 4 + _side_bytes(header, kind)
    frame[place : place + 12] = b"Info" + (1).to_bytes(4, "big") + n_frames.to_bytes(4, "big")
    return bytes(frame)


def _notes(file: BinaryIO, span: Span, runs: list[Run]) -> tuple[str, ...]:
    gaps = [Span(span.start, runs[0].span.start - span.start)] if runs else []
    gaps += [Span(before.span.end, after.span.start - before.span.end) for before, after in pairwise(runs)]
    for gap in gaps:
        file.seek(gap.start)
        found = file.read(min(gap.size, _BLOCK_BYTES))
        if found.strip(b"\0") and not found.startswith(_TAGS):
            return ("A damaged part of it was left out.",)
    return ()
