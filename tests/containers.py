"""Sound files put together by hand, right and wrong, as programs write them."""

import struct

import numpy as np
import numpy.typing as npt

RATE_HZ = 44_100
SUBFORMAT_TAIL = bytes.fromhex("000000001000800000aa00389b71")
RATE_80_BITS = b"\x40\x0e\xac\x44" + bytes(6)  # 44,100 Hz


def ping(frequency_hz: float = 300.0, seconds: float = 1.0, level: float = 0.5, rate_hz: int = RATE_HZ):
    """Make a decaying sine, float64."""
    times = np.arange(int(seconds * rate_hz)) / rate_hz
    return level * np.sin(2 * np.pi * frequency_hz * times) * np.exp(-3 * times)


def pcm_bytes(values: npt.ArrayLike, n_bytes: int = 2, order: str = "<") -> bytes:
    """Write values as signed integers of 2 to 4 bytes, full scale at 1."""
    scaled = (np.asarray(values) * (2 ** (8 * n_bytes - 1) - 1)).astype(f"{order}i4" if n_bytes > 2 else f"{order}i2")
    if n_bytes != 3:
        return scaled.tobytes()
    rows = scaled.view(np.uint8).reshape(-1, 4)
    return (rows[:, :3] if order == "<" else rows[:, 1:]).tobytes()


def wave_format(codec: int = 1, n_channels: int = 1, n_bits: int = 16, rate_hz: int = RATE_HZ, n_bytes: int = 0):
    """Build the body of a ``fmt `` chunk; ``n_bytes`` of a value where it is not that of the bits."""
    n_frame = n_channels * (n_bytes or n_bits // 8)
    return struct.pack("<HHIIHH", codec, n_channels, rate_hz, rate_hz * n_frame, n_frame, n_bits)


def extensible_format(n_bits: int, n_valid_bits: int, codec: int = 1) -> bytes:
    """Build the body of a ``fmt `` chunk of the extensible kind, one channel."""
    head = wave_format(0xFFFE, 1, n_bits)
    return head + struct.pack("<HHIH", 22, n_valid_bits, 4, codec) + SUBFORMAT_TAIL


def chunk(name: bytes, body: bytes, *, is_padded: bool = True, size: int | None = None, order: str = "<") -> bytes:
    """Build one chunk; its header may lie about its size."""
    claimed = len(body) if size is None else size
    return name + struct.pack(f"{order}I", claimed) + body + b"\0" * (is_padded and len(body) % 2)


def wave(*chunks: bytes, magic: bytes = b"RIFF", size: int | None = None) -> bytes:
    """Build a WAV file of chunks."""
    body = b"WAVE" + b"".join(chunks)
    return magic + struct.pack("<I", len(body) if size is None else size) + body


def wave_of(values: npt.ArrayLike, *chunks: bytes) -> bytes:
    """Build a WAV file of 16 bits, one channel, with chunks behind the sound."""
    return wave(chunk(b"fmt ", wave_format()), chunk(b"data", pcm_bytes(values)), *chunks)


def aiff(
    data: bytes, n_frames: int, *chunks: bytes, kind: bytes | None = None, n_bits: int = 16, size: int | None = None
) -> bytes:
    """Build an AIFF file of one channel, or an AIFC file of a kind of compression."""
    common = struct.pack(">hIh", 1, n_frames, n_bits) + RATE_80_BITS + (kind + b"\0\0" if kind else b"")
    body = (b"AIFC" if kind else b"AIFF") + chunk(b"COMM", common, order=">") + b"".join(chunks)
    body += chunk(b"SSND", bytes(8) + data, order=">", size=size)
    return b"FORM" + struct.pack(">I", len(body)) + body


def caf(kind: bytes, data: bytes, *, flags: int = 0, n_bytes: int = 2, size: int | None = None) -> bytes:
    """Build a CAF file of one channel."""
    description = struct.pack(">d4s5I", RATE_HZ, kind, flags, n_bytes, 1, 1, 8 * n_bytes)
    claimed = len(data) + 4 if size is None else size
    return b"caff\0\1\0\0desc" + struct.pack(">q", 32) + description + b"data" + struct.pack(">qI", claimed, 0) + data


def acid(
    tempo_bpm: float = 120.0, n_beats: int = 8, flags: int = 0, root_note: int = 60, *, is_padded: bool = True
) -> bytes:
    """Build an ``acid`` chunk; 1 in the flags is a one-shot, 2 a root note that was set."""
    return chunk(
        b"acid", struct.pack("<IHHfIHHf", flags, root_note, 0, 0.0, n_beats, 4, 4, tempo_bpm), is_padded=is_padded
    )


def cue(*frames: int) -> bytes:
    """Build a ``cue `` chunk: the first frames of slices."""
    points = [struct.pack("<II4sIII", number, frame, b"data", 0, 0, frame) for number, frame in enumerate(frames)]
    return chunk(b"cue ", struct.pack("<I", len(frames)) + b"".join(points))


def id3(*frames: tuple[bytes, str], n_padding: int = 0, version: int = 3) -> bytes:
    """Build an ID3v2 tag of text frames."""
    body = b"".join(name + _size(len(text) + 1, version) + b"\0\0\0" + text.encode("latin-1") for name, text in frames)
    return b"ID3" + bytes([version, 0, 0]) + _size(len(body) + n_padding, 4) + body + bytes(n_padding)


def _size(size: int, version: int) -> bytes:
    if version < 4:
        return size.to_bytes(4, "big")
    return bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
