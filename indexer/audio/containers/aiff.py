"""AIFF and AIFC files, Apple Loops among them."""

import math
import struct
from dataclasses import replace
from typing import BinaryIO, NamedTuple

from db.keys import PITCH_CLASSES
from indexer.audio.audio_file import AudioFile, DamagedError, ForeignCodecError, check_header
from indexer.audio.containers.chunks import Chunk, iter_chunks
from indexer.audio.containers.id3 import read_tag
from indexer.audio.containers.rex import parse_application
from indexer.audio.embedded import NOTHING_EMBEDDED, Embedded
from indexer.audio.frame_reader import Pcm, PcmReader, SndfileReader
from indexer.audio.spliced_file import Span, SplicedFile

_HEAD_BYTES = 12
_MIN_COMMON_BYTES = 18
_SOUND_HEAD_BYTES = 8  # offset and block size, before the frames
_BIG = (b"NONE", b"twos", b"in24", b"in32", b"in16")
_LITTLE = (b"sowt", b"42ni", b"23ni")
_FLOAT_BYTES = {b"fl32": 4, b"FL32": 4, b"fl64": 8, b"FL64": 8}
_INT_BYTES = {b"in16": 2, b"in24": 3, b"in32": 4, b"42ni": 3, b"23ni": 4}
_RAW_SUBTYPES = {b"ulaw": "ULAW", b"ULAW": "ULAW", b"alaw": "ALAW", b"ALAW": "ALAW"}
_SNDFILE_KINDS = (b"ima4", b"GSM ", b"DWVW")
_LOOP_BITS = (8, 16, 24, 32)
_IS_ONE_SHOT = 2
_MINOR, _MAJOR, _NO_SCALE = 1, 2, 3
_DEFAULT_NOTE = 60
_MAX_MARKERS = 4_096


class Common(NamedTuple):
    """The ``COMM`` chunk."""

    n_channels: int
    n_frames: int
    n_bits: int
    sample_rate_hz: int
    kind: bytes  # of compression; "NONE" is big-endian PCM


def is_aiff(head: bytes) -> bool:
    """Say whether a file begins as AIFF and AIFC files do."""
    return head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}


def open_aiff(file: BinaryIO, span: Span) -> AudioFile:
    """Open an AIFF or AIFC file.

    Raises:
        ForeignCodecError: The sound is in a codec that is not read.
        SoundError: It has no sound, or none that its header describes.
    """
    body = Span(span.start + _HEAD_BYTES, span.size - _HEAD_BYTES)
    chunks: dict[bytes, Chunk] = {}
    for chunk in iter_chunks(file, body, "big", b"SSND"):
        chunks.setdefault(chunk.name, chunk)
    if b"COMM" not in chunks or b"SSND" not in chunks:
        raise DamagedError
    common = _parse_common(chunks[b"COMM"].read(file))
    check_header(common.n_channels, common.sample_rate_hz)
    audio = _open_sound(file, span, common, chunks)
    embedded = _read_embedded(file, chunks)
    if b"APPL" in chunks:
        embedded = _recycle(chunks[b"APPL"].read(file), common).or_else(embedded)
    return replace(audio, embedded=embedded)


def _parse_common(body: bytes) -> Common:
    if len(body) < _MIN_COMMON_BYTES:
        raise DamagedError
    n_channels, n_frames, n_bits, exponent, mantissa = struct.unpack(">hIhHQ", body[:_MIN_COMMON_BYTES])
    # An 80-bit float; shifted first, since 2.0 to the largest exponent overflows
    rate_hz = 0.0 if exponent & 0x7FFF > 0x3FFF + 40 else math.ldexp(mantissa, (exponent & 0x7FFF) - 0x3FFF - 63)
    kind = body[18:22] if len(body) >= 22 else b"NONE"
    return Common(n_channels, n_frames, n_bits, round(rate_hz), kind)


def _open_sound(file: BinaryIO, span: Span, common: Common, chunks: dict[bytes, Chunk]) -> AudioFile:
    sound = chunks[b"SSND"]
    offset = _SOUND_HEAD_BYTES + int.from_bytes(sound.read(file, 4), "big")
    if offset > sound.span.size:
        offset = min(_SOUND_HEAD_BYTES, sound.span.size)
    data = SplicedFile(file, [Span(sound.span.start + offset, sound.span.size - offset)])
    pcm = _pcm(common, is_little=_is_little(file, chunks))
    if pcm is not None:
        reader = PcmReader(data, pcm, common.n_channels, common.sample_rate_hz)
        bit_depth = common.n_bits if 0 < common.n_bits < 8 * pcm.n_bytes else 8 * pcm.n_bytes
        return AudioFile(format="aiff", reader=reader, n_claimed=common.n_frames, bit_depth=bit_depth)
    if common.kind in _RAW_SUBTYPES:
        raw = {"subtype": _RAW_SUBTYPES[common.kind], "channels": common.n_channels}
        raw_reader = SndfileReader(data, format="RAW", samplerate=common.sample_rate_hz, **raw)
        return AudioFile(format="aiff", reader=raw_reader, n_claimed=common.n_frames)
    if common.kind in _SNDFILE_KINDS:
        return AudioFile(format="aiff", reader=SndfileReader(SplicedFile(file, [span])))
    raise ForeignCodecError(common.kind.decode("ascii", "replace"), "aiff")


def _pcm(common: Common, *, is_little: bool) -> Pcm | None:
    """Return the PCM encoding; None for another codec."""
    if common.kind in _FLOAT_BYTES:
        return Pcm("f", _FLOAT_BYTES[common.kind], not is_little)
    if common.kind == b"raw " and common.n_bits == 8:
        return Pcm("u", 1)
    if common.kind in _BIG + _LITTLE:
        pcm = Pcm("i", _INT_BYTES.get(common.kind, -(-common.n_bits // 8)), common.kind in _BIG and not is_little)
        if not pcm.is_known:
            raise DamagedError
        return pcm
    return None


def _is_little(file: BinaryIO, chunks: dict[bytes, Chunk]) -> bool:
    """Say whether a QuickTime ``wave`` chunk makes the data little-endian: its atom ``enda`` is 1."""
    body = chunks[b"wave"].read(file) if b"wave" in chunks else b""
    place = body.find(b"enda")
    return place >= 4 and body[place + 4 : place + 6] == b"\0\1"


def _read_embedded(file: BinaryIO, chunks: dict[bytes, Chunk]) -> Embedded:
    found = _parse_basc(chunks[b"basc"].read(file)) if b"basc" in chunks else NOTHING_EMBEDDED
    for name in (b"ID3 ", b"id3 "):
        if name in chunks:
            found = found.or_else(read_tag(file, chunks[name].span))
    markers = _parse_markers(chunks[b"MARK"].read(file)) if b"MARK" in chunks else {}
    if b"INST" in chunks:
        found = found.or_else(_parse_inst(chunks[b"INST"].read(file)))
    return found.or_else(Embedded(slices=tuple(sorted(set(markers.values())))))


def _recycle(body: bytes, common: Common) -> Embedded:
    """Return what ReCycle says of a sliced loop; nothing of a chunk of another program."""
    found = parse_application(body)
    if found.tempo_bpm and (common.n_channels > 2 or common.n_bits not in _LOOP_BITS or common.n_frames < 1):
        raise DamagedError("It claims a form that no sliced loop has.")
    return found


def _parse_basc(body: bytes) -> Embedded:
    """Parse the chunk of an Apple Loop: version, beats (u32), root note, scale, meter, loop or one-shot (u16 each)."""
    if len(body) < 18:
        return NOTHING_EMBEDDED
    n_beats, note, scale, _, _, kind = struct.unpack(">4xI5H", body[:18])
    mode = {_MINOR: "m", _MAJOR: ""}.get(scale)
    key = None if mode is None else PITCH_CLASSES[note % 12] + mode
    return Embedded(n_beats=n_beats or None, key=key, is_one_shot=kind == _IS_ONE_SHOT)


def _parse_markers(body: bytes) -> dict[int, int]:
    """Parse a ``MARK`` chunk: frames by the number of the marker."""
    markers: dict[int, int] = {}
    position = 2
    while position + 7 <= len(body) and len(markers) < _MAX_MARKERS:
        number, frame, n_name = struct.unpack_from(">HIB", body, position)
        markers[number] = frame
        position += 7 + n_name + (n_name + 1) % 2  # with its count of characters, a name has even length
    return markers


def _parse_inst(body: bytes) -> Embedded:
    """Parse an ``INST`` chunk, which begins with base note and detune."""
    if len(body) < 14:
        return NOTHING_EMBEDDED
    note, cents = struct.unpack(">Bb", body[:2])
    is_default = note == _DEFAULT_NOTE and cents == 0
    return Embedded(root_note=None if is_default or note > 127 else note + cents / 100)
