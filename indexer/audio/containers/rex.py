"""REX2 files, the sliced loops of ReCycle, and their predecessors (.rex, .rcy), which extend AIFF."""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

import numpy as np

from indexer.audio.audio_file import AudioFile, DamagedError
from indexer.audio.containers.chunks import Chunk, iter_chunks
from indexer.audio.containers.dwop import iter_frames
from indexer.audio.embedded import NOTHING_EMBEDDED, Embedded
from indexer.audio.frame_reader import Frames
from indexer.audio.spliced_file import Span

_HEAD_BYTES = 12
_MAGIC = b"\x49\x0c\xf1\x8d\xbc"
_NEWEST_VERSION = 3
_BITS = {3: 16, 5: 24}
_MAX_SOUND_BYTES = 16 << 20
_MAX_DEPTH = 4
_MAX_SLICES = 4_096
_STRONGEST = 0x7FFF  # an attack that any sensitivity shows
_SELECTED = 0x80
_SLOWEST_BPM, _FASTEST_BPM = 20, 450


class SoundInfo(NamedTuple):
    """The ``SINF`` chunk."""

    n_channels: int
    depth: int
    sample_rate_hz: int
    n_frames: int
    loop_start: int
    loop_end: int


def check_name(suffix: str, audio: AudioFile) -> None:
    """Reject an AIFF file with an extension of ReCycle that is not a sliced loop.

    Raises:
        DamagedError: The chunk of ReCycle is missing.
    """
    if audio.format == "aiff" and suffix.lower() in {".rex", ".rcy"} and not audio.embedded.tempo_bpm:
        raise DamagedError("It lacks its tempo and slices; where it plays, rename it to .aiff.")


def is_rex2(head: bytes) -> bool:
    """Say whether a file begins as REX2 files do."""
    return head[:4] == b"CAT " and head[8:12] == b"REX2"


def open_rex2(file: BinaryIO, span: Span) -> AudioFile:
    """Open a REX2 file.

    Raises:
        SoundError: It is damaged, or of a version that is not known.
    """
    bodies: dict[bytes, Chunk] = {}
    slices: list[int] = []
    for chunk in _walk(file, Span(span.start + _HEAD_BYTES, span.size - _HEAD_BYTES)):
        bodies.setdefault(chunk.name, chunk)
        if chunk.name == b"SLCE" and len(slices) < _MAX_SLICES:
            slices += _parse_slice(chunk.read(file))
    head, info, tempo, sound = (bodies.get(name) for name in (b"HEAD", b"SINF", b"GLOB", b"SDAT"))
    if head is None or info is None or tempo is None or sound is None:
        raise DamagedError("It lacks a part that every REX2 file has.")
    magic = head.read(file)[:6]
    if len(magic) < 6 or magic[:5] != _MAGIC:
        raise DamagedError
    if magic[5] > _NEWEST_VERSION:
        raise DamagedError("It was written by a newer ReCycle than earmark knows; export it as WAV there.")
    reader = Rex2Reader(_parse_info(info.read(file)), _read_sound(file, sound))
    return AudioFile(
        format="rx2",
        reader=reader,
        n_claimed=reader.n_frames,
        bit_depth=reader.bit_depth,
        embedded=_parse_tempo(tempo.read(file), reader.info, tuple(sorted(set(slices)))),
    )


def _walk(file: BinaryIO, span: Span, depth: int = 0) -> Iterator[Chunk]:
    """Yield the chunks of a file, those inside of others too."""
    for chunk in iter_chunks(file, span, "big", b""):
        if chunk.span.size < chunk.n_claimed:
            raise DamagedError
        if chunk.name != b"CAT ":
            yield chunk
        elif depth < _MAX_DEPTH:
            yield from _walk(file, Span(chunk.span.start + 4, chunk.span.size - 4), depth + 1)


def _read_sound(file: BinaryIO, chunk: Chunk) -> bytes:
    if chunk.span.size > _MAX_SOUND_BYTES:
        raise DamagedError("It is larger than any loop; export it as WAV.")
    return chunk.read(file, _MAX_SOUND_BYTES)


def _parse_info(body: bytes) -> SoundInfo:
    if len(body) < 18:
        raise DamagedError
    info = SoundInfo(*struct.unpack(">BBIIII", body[:18]))
    if info.n_channels not in {1, 2} or info.depth not in _BITS or not info.n_frames:
        raise DamagedError
    return info


def _parse_tempo(body: bytes, info: SoundInfo, slices: tuple[int, ...]) -> Embedded:
    """Parse a ``GLOB`` chunk: slices (u32), bars (u16), beats, meter (u8 each), 8 bytes, tempo in thousandths (u32)."""
    if len(body) < 22:
        raise DamagedError
    tempo_bpm = _tempo_bpm(struct.unpack(">I", body[16:20])[0])
    if slices and info.loop_start < info.loop_end <= info.n_frames:
        slices = tuple(sorted({info.loop_start, *slices}))  # what lies before the first is a slice too
    return Embedded(tempo_bpm=tempo_bpm, slices=tuple(place for place in slices if place < info.n_frames))


def _parse_slice(body: bytes) -> list[int]:
    """Return the first frame of a slice; none of one that is not shown, which is a frame long."""
    if len(body) < 8:
        raise DamagedError
    start, n_frames = struct.unpack(">II", body[:8])
    return [start] if n_frames > 1 else []


def _tempo_bpm(thousandths: int) -> float:
    """Return a tempo in beats per minute.

    Raises:
        DamagedError: No loop has it.
    """
    tempo_bpm = thousandths / 1000
    if not _SLOWEST_BPM <= tempo_bpm <= _FASTEST_BPM:
        raise DamagedError("It claims a tempo that no loop has.")
    return tempo_bpm


def parse_application(body: bytes) -> Embedded:
    """Parse the ``APPL`` chunk by which ReCycle made a sliced loop of an AIFF file; other programs have others.

    Raises:
        DamagedError: It is ReCycle's, and has no tempo or no length.
    """
    if body[:4] == b"REX ":
        return Embedded(tempo_bpm=_tempo_bpm(_number(body, 16, 4)), slices=_rex_slices(body))
    if body[:4] == b"ReCy":
        if not _number(body, 12, 1):
            raise DamagedError("It is a loop without a length; set its bars in ReCycle.")
        return Embedded(tempo_bpm=_tempo_bpm(_number(body, 14, 4)), slices=_recycle_slices(body))
    return NOTHING_EMBEDDED


def _number(body: bytes, start: int, n_bytes: int) -> int:
    """Return a number at some place; 0 where the chunk ends before."""
    found = body[start : start + n_bytes]
    return int.from_bytes(found, "big") if len(found) == n_bytes else 0


def _rex_slices(body: bytes) -> tuple[int, ...]:
    """Return the slices of a .rex file: a count at byte 14, from byte 1020 on first frame, length, place (u32 each)."""
    n_slices = min(_number(body, 14, 2), _MAX_SLICES)
    records = struct.iter_unpack(">III", body[1020 : 1020 + max(len(body) - 1020, 0) // 12 * 12])
    return tuple(sorted({start for start, n_frames, _ in islice(records, n_slices) if n_frames}))


def _recycle_slices(body: bytes) -> tuple[int, ...]:
    """Return the slices of a .rcy file that its sensitivity shows.

    Sensitivity in thousandths (u16) at byte 24, a count (u16) at 162, from 164 on flags (u8), first frame (u32), a
    byte, and how strong the attack is (u16).
    """
    n_slices = min(_number(body, 162, 2), _MAX_SLICES)
    weakest = _STRONGEST - -(-min(_number(body, 24, 2), 1000) * _STRONGEST // 1000)
    records = struct.iter_unpack(">BIxH", body[164 : 164 + max(len(body) - 164, 0) // 8 * 8])
    is_shown = (
        (start, flags & _SELECTED or (not flags and strength > weakest))
        for flags, start, strength in islice(records, n_slices)
    )
    return tuple(sorted({start for start, shown in is_shown if shown}))


class Rex2Reader:
    """Frames of a REX2 file; 2 microseconds each."""

    def __init__(self, info: SoundInfo, data: bytes) -> None:
        self.info = info
        self.n_channels = info.n_channels
        self.sample_rate_hz = info.sample_rate_hz
        self.n_frames = info.n_frames
        self.bit_depth = _BITS[info.depth]
        self._frames = iter_frames(data, info.n_channels)
        self._n_left = info.n_frames

    def read(self, n_frames: int) -> Frames:
        wanted = min(n_frames, self._n_left)
        self._n_left -= wanted
        found = list(islice(self._frames, wanted))
        frames = np.array(found, np.float32).reshape(-1, self.n_channels)
        frames *= np.float32(2.0 ** (1 - self.bit_depth))
        return np.clip(frames, -1, 1, out=frames)

    def close(self) -> None:
        pass
