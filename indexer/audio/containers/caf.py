"""CAF files: Apple's container of PCM and of other codecs."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, NamedTuple

from db.errors import SoundError
from indexer.audio.audio_file import AudioFile, DamagedError, ForeignCodecError, check_header
from indexer.audio.containers import mpeg
from indexer.audio.containers.id3 import as_tempo
from indexer.audio.embedded import NOTHING_EMBEDDED, Embedded
from indexer.audio.frame_reader import Pcm, PcmReader, SndfileReader
from indexer.audio.spliced_file import Span, SplicedFile

_HEAD_BYTES = 8
_CHUNK_HEADER_BYTES = 12
_DESCRIPTION_BYTES = 32
_EDIT_COUNT_BYTES = 4
_MAX_CHUNKS = 10_000
_MAX_INFO_BYTES = 1 << 16
_IS_FLOAT, _IS_LITTLE = 1, 2
_RAW_SUBTYPES = {b"ulaw": "ULAW", b"alaw": "ALAW"}
_CODEC_NAMES = {b"aac ": "AAC", b"aach": "AAC", b"opus": "Opus", b"alac": "ALAC", b"ima4": "IMA ADPCM", b"flac": "FLAC"}


class Description(NamedTuple):
    """The ``desc`` chunk."""

    sample_rate_hz: float
    kind: bytes
    flags: int
    n_packet_bytes: int
    n_packet_frames: int
    n_channels: int
    n_bits: int


def is_caf(head: bytes) -> bool:
    """Say whether a file begins as CAF files do."""
    return head[:4] == b"caff"


def open_caf(file: BinaryIO, span: Span) -> AudioFile:
    """Open a CAF file.

    Raises:
        ForeignCodecError: The sound is in a codec that is not read.
        SoundError: It has no sound, or none that its header describes.
    """
    chunks: dict[bytes, Span] = {}
    for name, body in _iter_chunks(file, span):
        chunks.setdefault(name, body)
    if b"desc" not in chunks or b"data" not in chunks or chunks[b"desc"].size < _DESCRIPTION_BYTES:
        raise DamagedError
    file.seek(chunks[b"desc"].start)
    description = Description(*struct.unpack(">d4s5I", file.read(_DESCRIPTION_BYTES)))
    check_header(description.n_channels, description.sample_rate_hz)
    data = Span(chunks[b"data"].start + _EDIT_COUNT_BYTES, max(chunks[b"data"].size - _EDIT_COUNT_BYTES, 0))
    audio = _open_data(file, span, data, description)
    return replace(audio, embedded=_read_info(file, chunks.get(b"info")))


def _iter_chunks(file: BinaryIO, span: Span) -> Iterator[tuple[bytes, Span]]:
    """Yield names and bodies; that of a size of -1 goes on to the end of the file."""
    position = span.start + _HEAD_BYTES
    for _ in range(_MAX_CHUNKS):
        file.seek(position)
        header = file.read(_CHUNK_HEADER_BYTES)
        if len(header) < _CHUNK_HEADER_BYTES:
            return
        name, size = struct.unpack(">4sq", header)
        position += _CHUNK_HEADER_BYTES
        n_left = span.end - position
        yield name, Span(position, n_left if size < 0 or size > n_left else size)
        if size < 0 or size > n_left:
            return
        position += size


def _open_data(file: BinaryIO, span: Span, data: Span, description: Description) -> AudioFile:
    n_channels, rate_hz, kind = description.n_channels, round(description.sample_rate_hz), description.kind
    if kind == b"lpcm":
        n_bytes = description.n_packet_bytes // n_channels or -(-description.n_bits // 8)
        is_float = bool(description.flags & _IS_FLOAT)
        pcm = Pcm("f" if is_float else "i", n_bytes, not description.flags & _IS_LITTLE)
        if not pcm.is_known:
            raise DamagedError
        reader = PcmReader(SplicedFile(file, [data]), pcm, n_channels, rate_hz)
        return AudioFile(format="caf", reader=reader, bit_depth=min(description.n_bits, 8 * n_bytes) or 8 * n_bytes)
    if kind in _RAW_SUBTYPES:
        raw = {"subtype": _RAW_SUBTYPES[kind], "channels": n_channels, "samplerate": rate_hz}
        return AudioFile(format="caf", reader=SndfileReader(SplicedFile(file, [data]), format="RAW", **raw))
    if kind == b".mp3":
        return mpeg.open_mpeg(file, data)
    if kind == b"alac":
        try:
            return AudioFile(format="caf", reader=SndfileReader(SplicedFile(file, [span])), bit_depth=None)
        except SoundError as error:
            raise ForeignCodecError("ALAC", "caf") from error
    raise ForeignCodecError(_CODEC_NAMES.get(kind, kind.decode("ascii", "replace")), "caf")


def _read_info(file: BinaryIO, span: Span | None) -> Embedded:
    """Read tempo and key of an ``info`` chunk: a count (u32), then pairs of strings, each ended by a zero."""
    if span is None:
        return NOTHING_EMBEDDED
    file.seek(span.start + 4)
    strings = file.read(min(max(span.size - 4, 0), _MAX_INFO_BYTES)).decode("utf-8", "replace").split("\0")
    found = {name.lower(): value for name, value in zip(strings[::2], strings[1::2], strict=False)}
    return Embedded(tempo_bpm=as_tempo(found.get("tempo", "")), key=found.get("key signature"))
