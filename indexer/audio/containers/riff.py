"""WAV files: RIFF, RIFX, RF64 and BW64."""

import struct
from dataclasses import replace
from typing import BinaryIO, NamedTuple, TypeAlias

from indexer.audio.audio_file import AudioFile, DamagedError, ForeignCodecError, check_header
from indexer.audio.containers import mpeg, ogg
from indexer.audio.containers.chunks import ByteOrder, Chunk, iter_chunks
from indexer.audio.containers.id3 import read_tag
from indexer.audio.embedded import NOTHING_EMBEDDED, Embedded
from indexer.audio.frame_reader import Pcm, PcmReader, SndfileReader
from indexer.audio.spliced_file import Span, SplicedFile

Chunks: TypeAlias = dict[bytes, Chunk]

_PCM, _FLOAT, _ALAW, _MULAW, _EXTENSIBLE = 0x0001, 0x0003, 0x0006, 0x0007, 0xFFFE
_MPEG = (0x0050, 0x0055)
_RAW_SUBTYPES = {_ALAW: "ALAW", _MULAW: "ULAW"}
_SNDFILE_CODECS = frozenset({0x0002, 0x0011, 0x0031, 0x0038, 0x0040, 0x0045, 0x0064})  # ADPCM and GSM of several kinds
_CODEC_NAMES = {
    0x0092: "AC-3",
    0x00FF: "AAC",
    0x0160: "Windows Media",
    0x0161: "Windows Media",
    0x0162: "Windows Media",
    0x0163: "Windows Media",
    0x0270: "ATRAC3",
    0x1600: "AAC",
    0x2000: "AC-3",
    0x2001: "DTS",
    0x5756: "WavPack",
    0x706D: "AAC",
    0xA109: "Speex",
    0xF1AC: "FLAC",
}
_ORDERS: dict[bytes, ByteOrder] = {b"RIFF": "little", b"RIFX": "big", b"RF64": "little", b"BW64": "little"}
_HEAD_BYTES = 12
_MIN_FORMAT_BYTES = 14
_UNKNOWN_SIZE = 0xFFFF_FFFF
_ACID_ONE_SHOT, _ACID_HAS_ROOT = 0x01, 0x02
_DEFAULT_NOTE = 60  # default root note of editors that never set it
_CUE_BYTES = 24
_MAX_CUES = 4_096
_LIST, _MAX_LISTS = b"LIST", 8
_DESCRIPTION_BYTES = 256  # at the beginning of a ``bext`` chunk


class Format(NamedTuple):
    """The ``fmt `` chunk of a WAV file; valid bits may be fewer than stored ones."""

    codec: int
    n_channels: int
    sample_rate_hz: int
    n_frame_bytes: int
    n_bits: int
    n_valid_bits: int


def is_wave(head: bytes) -> bool:
    """Say whether a file begins as WAV files do."""
    return head[:4] in _ORDERS and head[8:12] == b"WAVE"


def open_wave(file: BinaryIO, span: Span) -> AudioFile:
    """Open a WAV file. Redundant chunks (such as ``fact`` and ``PEAK``) are ignored: some programs write them wrong.

    Raises:
        ForeignCodecError: The sound is in a codec that is not read.
        SoundError: It has no sound, or none that its header describes.
    """
    file.seek(span.start)
    order = _ORDERS[file.read(_HEAD_BYTES)[:4]]
    chunks = _read_chunks(file, span, order)
    if b"fmt " not in chunks or b"data" not in chunks:
        raise DamagedError
    fmt = _parse_format(chunks[b"fmt "].read(file), order)
    file.seek(chunks[b"data"].span.start)
    audio = _open_data(file, fmt, chunks, file.read(4), order)
    return replace(audio, embedded=_read_embedded(file, chunks, order).or_else(audio.embedded))


def _read_chunks(file: BinaryIO, span: Span, order: ByteOrder) -> Chunks:
    """Return the first chunk of each name; lists are told apart by a number behind their name."""
    chunks: Chunks = {}
    body = Span(span.start + _HEAD_BYTES, span.size - _HEAD_BYTES)
    file.seek(body.start)
    head = file.read(8 + 16)  # RF64 and BW64 have the true sizes in their first chunk
    n_data = int.from_bytes(head[16:], order) if head[:4] == b"ds64" else None
    n_lists = 0
    for chunk in iter_chunks(file, body, order, b"data", n_data):
        name = chunk.name
        if name == _LIST and n_lists < _MAX_LISTS:
            name = b"%s%d" % (_LIST, n_lists)
            n_lists += 1
        chunks.setdefault(name, chunk)
    return chunks


def _parse_format(body: bytes, order: ByteOrder) -> Format:
    mark = "<" if order == "little" else ">"
    if len(body) < _MIN_FORMAT_BYTES:
        raise DamagedError
    codec, n_channels, rate_hz, _, n_frame_bytes, n_bits = struct.unpack(mark + "HHIIHH", body[:16].ljust(16, b"\0"))
    n_valid_bits = n_bits
    if codec == _EXTENSIBLE and len(body) >= 26:
        valid, _, codec = struct.unpack(mark + "HIH", body[18:26])
        n_valid_bits = valid or n_bits
    return Format(codec, n_channels, rate_hz, n_frame_bytes, n_bits, n_valid_bits)


def _open_data(file: BinaryIO, fmt: Format, chunks: Chunks, first_bytes: bytes, order: ByteOrder) -> AudioFile:
    data = chunks[b"data"]
    if first_bytes == b"OggS":  # as FL Studio writes it
        return ogg.open_ogg(file, data.span)
    if fmt.codec in _MPEG:
        return mpeg.open_mpeg(file, data.span)
    check_header(fmt.n_channels, fmt.sample_rate_hz)
    if fmt.codec in {_PCM, _FLOAT}:
        return _open_pcm(file, fmt, data, order)
    if fmt.codec in _RAW_SUBTYPES:
        raw = {"subtype": _RAW_SUBTYPES[fmt.codec], "channels": fmt.n_channels, "samplerate": fmt.sample_rate_hz}
        reader = SndfileReader(SplicedFile(file, [data.span]), format="RAW", **raw)
        return AudioFile(format="wav", reader=reader, n_claimed=data.n_claimed // fmt.n_channels)
    if fmt.codec in _SNDFILE_CODECS and order == "little":
        reader = SndfileReader(_rewritten(file, chunks))
        return AudioFile(format="wav", reader=reader, n_claimed=reader.n_frames)
    raise ForeignCodecError(_CODEC_NAMES.get(fmt.codec, f"unknown (0x{fmt.codec:04X})"), "wav")


def _open_pcm(file: BinaryIO, fmt: Format, data: Chunk, order: ByteOrder) -> AudioFile:
    n_bytes, rest = divmod(fmt.n_frame_bytes, fmt.n_channels)
    if rest or 8 * n_bytes < fmt.n_bits or not n_bytes:
        n_bytes = -(-fmt.n_bits // 8)
    pcm = Pcm("f" if fmt.codec == _FLOAT else "u" if n_bytes == 1 else "i", n_bytes, order == "big")
    if not pcm.is_known:
        raise ForeignCodecError(f"{fmt.n_bits}-bit PCM", "wav")
    reader = PcmReader(SplicedFile(file, [data.span]), pcm, fmt.n_channels, fmt.sample_rate_hz)
    return AudioFile(
        format="wav",
        reader=reader,
        n_claimed=data.n_claimed // (n_bytes * fmt.n_channels),
        bit_depth=min(fmt.n_valid_bits, 8 * n_bytes) or 8 * n_bytes,
    )


def _rewritten(file: BinaryIO, chunks: Chunks) -> SplicedFile:
    """Return the file with only the chunks that decoding needs, with corrected sizes."""
    kept = [chunks[name] for name in (b"fmt ", b"fact", b"data") if name in chunks]
    parts: list[bytes | Span] = []
    for chunk in kept:
        parts += [chunk.name + struct.pack("<I", min(chunk.span.size, _UNKNOWN_SIZE)), chunk.span]
        parts += [b"\0"] * (chunk.span.size % 2)
    size = 4 + sum(8 + chunk.span.size + chunk.span.size % 2 for chunk in kept)
    return SplicedFile(file, [b"RIFF" + struct.pack("<I", min(size, _UNKNOWN_SIZE)) + b"WAVE", *parts])


def _read_embedded(file: BinaryIO, chunks: Chunks, order: ByteOrder) -> Embedded:
    mark = "<" if order == "little" else ">"
    bodies = {name: chunks[name].read(file) for name in (b"acid", b"smpl", b"inst", b"cue ") if name in chunks}
    found = _parse_acid(bodies.get(b"acid", b""), mark)
    for name in (b"id3 ", b"ID3 "):
        if name in chunks:
            found = found.or_else(read_tag(file, chunks[name].span))
    found = found.or_else(_parse_smpl(bodies.get(b"smpl", b""), mark))
    note = bodies.get(b"inst", b"")[:1]
    if note and note[0] != _DEFAULT_NOTE:
        found = found.or_else(Embedded(root_note=note[0]))
    found = found.or_else(Embedded(slices=_parse_cue(bodies.get(b"cue ", b""), mark)))
    for name in chunks:
        if name.startswith(_LIST):
            found = found.or_else(_parse_info(chunks[name].read(file), order))
    description = chunks[b"bext"].read(file)[:_DESCRIPTION_BYTES] if b"bext" in chunks else b""
    return found.or_else(Embedded(rights=_text(description) or None))


def _parse_info(body: bytes, order: ByteOrder) -> Embedded:
    """Parse a list of type ``INFO``: names, sizes (u32) and texts, each at an even place."""
    texts: dict[bytes, str] = {}
    position = 4
    while body[:4] == b"INFO" and position + 8 <= len(body):
        size = int.from_bytes(body[position + 4 : position + 8], order)
        texts.setdefault(body[position : position + 4], _text(body[position + 8 : position + 8 + size]))
        position += 8 + size + size % 2
    rights = " ".join(texts[name] for name in (b"ICOP", b"ICMT") if texts.get(name))
    return Embedded(author=texts.get(b"IART") or None, rights=rights or None)


def _text(data: bytes) -> str:
    data = data.split(b"\0")[0]
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").strip()


def _parse_acid(body: bytes, mark: str) -> Embedded:
    """Parse an ``acid`` chunk.

    It is not standardized: flags (u32), root note (u16), two unused fields (u16, f32), number of beats (u32), meter
    (2 x u16), tempo (f32).
    """
    if len(body) < 24:
        return NOTHING_EMBEDDED
    flags, root_note, n_beats, tempo_bpm = struct.unpack(mark + "IH6xI4xf", body[:24])
    root = root_note if flags & _ACID_HAS_ROOT else None
    if flags & _ACID_ONE_SHOT or n_beats == 0:
        return Embedded(root_note=root, is_one_shot=bool(flags & _ACID_ONE_SHOT))
    return Embedded(tempo_bpm=tempo_bpm, n_beats=n_beats, root_note=root)


def _parse_smpl(body: bytes, mark: str) -> Embedded:
    """Parse a ``smpl`` chunk: nine fields (u32), of which note and its fraction are read."""
    if len(body) < 36:
        return NOTHING_EMBEDDED
    note, fraction = struct.unpack(mark + "2I", body[12:20])
    is_default = note == _DEFAULT_NOTE and fraction == 0
    return Embedded(root_note=None if is_default or note > 127 else note + fraction / 2**32)


def _parse_cue(body: bytes, mark: str) -> tuple[int, ...]:
    """Parse a ``cue `` chunk: a count (u32), then points of six fields, the last of which is the frame."""
    starts = range(4, min(len(body), 4 + _CUE_BYTES * _MAX_CUES) - _CUE_BYTES + 1, _CUE_BYTES)
    return tuple(sorted({struct.unpack_from(mark + "I", body, start + 20)[0] for start in starts}))
