"""Look inside a RIFF file for what libsndfile does not hand out: a foreign codec in its data, an acid chunk."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from db.types import Reading, Source

_MPEG_LAYER_3 = 0x0055
_ACID_ONE_SHOT = 0x01
_MAX_CHUNKS = 100  # a forged file can hold millions of empty ones


def _iter_chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, position of the body and claimed size of each chunk; nothing if it is no RIFF WAVE file."""
    stream.seek(0)
    head = stream.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return
    position = len(head)
    for _ in range(_MAX_CHUNKS):
        stream.seek(position)
        header = stream.read(8)
        if len(header) < 8:
            return
        name, size = struct.unpack("<4sI", header)
        yield name, position + 8, size
        position += 8 + size + size % 2  # bodies are padded to even length


def find_inner_stream(stream: BinaryIO) -> int | None:
    """Find where an Ogg or MP3 stream starts that some programs wrap in RIFF and libsndfile refuses."""
    codec = 0
    for name, position, _size in _iter_chunks(stream):
        stream.seek(position)
        if name == b"fmt ":
            codec = int.from_bytes(stream.read(2), "little")
        elif name == b"data" and (codec == _MPEG_LAYER_3 or stream.read(4) == b"OggS"):
            return position
    return None


def read_acid_tempo(stream: BinaryIO) -> Reading | None:
    """Read the tempo that loop editors store in an ``acid`` chunk; None for one-shots and impossible values.

    The chunk is not standardized: flags (u32), root note (u16), two unused fields (u16, f32), number of beats (u32),
    meter (2 x u16), tempo (f32).
    """
    for name, position, size in _iter_chunks(stream):
        if name == b"acid" and size >= 24:
            stream.seek(position)
            body = stream.read(24)
            if len(body) < 24:
                return None
            flags, n_beats, tempo_bpm = struct.unpack("<I8xI4xf", body)
            if flags & _ACID_ONE_SHOT or n_beats == 0 or not 40 <= tempo_bpm <= 300:
                return None
            return Reading("bpm", Source.EMBEDDED, 0.9, number=round(tempo_bpm, 2))
    return None
