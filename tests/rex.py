"""REX2 files for tests: an encoder of their codec, and their chunks."""

import struct
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">I", len(body)) + body + b"\0" * (len(body) % 2)


def rex2(
    frames: npt.NDArray[np.int64],
    *,
    magic: bytes = b"\x49\x0c\xf1\x8d\xbc\x02",
    tempo: int = 120_000,
    slices: Iterable[tuple[int, int]] = (),
    n_frames: int | None = None,
    depth: int = 3,
    left_out: Sequence[bytes] = (),
) -> bytes:
    """Return a REX2 file.

    Args:
        frames: Values of 16 or 24 bits, shape ``(n_frames, n_channels)``.
        magic: Begin of its header, with its version.
        tempo: In thousandths of a beat per minute.
        slices: First frame and length of each.
        n_frames: That it claims.
        depth: Code of the bits: 3 is 16, 5 is 24.
        left_out: Chunks that it lacks.
    """
    claimed = len(frames) if n_frames is None else n_frames
    points = b"".join(chunk(b"SLCE", struct.pack(">IIHB", *span, 0x7FFF, 0)) for span in slices)
    parts = {
        b"HEAD": magic.ljust(29, b"\0"),
        b"GLOB": struct.pack(">IHBBBBHHHIBB", 0, 1, 0, 4, 4, 0x4E, 0, 1000, 1, tempo, 1, 0),
        b"CAT ": b"SLCL" + points,
        b"SINF": struct.pack(">BBIIII", frames.shape[1], depth, 44_100, claimed, 0, claimed),
        b"SDAT": encode(frames),
    }
    return chunk(b"CAT ", b"REX2" + b"".join(chunk(name, parts[name]) for name in parts if name not in left_out))


def encode(frames: npt.NDArray[np.int64]) -> bytes:
    """Encode values with DWOP: of two channels, the second as its difference from the first."""
    rows = np.c_[frames[:, :1], np.diff(frames, axis=1)].tolist()
    channels = [_Channel() for _ in rows[0]]
    bits = "".join(channel.encode(2 * value) for row in rows for channel, value in zip(channels, row, strict=True))
    bits += "0" * (-len(bits) % 32)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


class _Channel:
    def __init__(self) -> None:
        self.deltas = [0] * 5
        self.averages = [2_560] * 5

    def encode(self, value: int) -> str:
        order = self.averages.index(min(self.averages))
        differences = [value]
        for delta in self.deltas[:4]:
            differences.append(differences[-1] - delta)
        text = _golomb(differences[order], (min(self.averages) * 3 + 36) >> 7)
        self.deltas = differences
        self.averages = [
            average + (delta if delta >= 0 else ~delta) - (average >> 5)
            for average, delta in zip(self.averages, differences, strict=True)
        ]
        return text


def _golomb(residual: int, step: int) -> str:
    code, n_zeros = residual if residual >= 0 else -residual - 1, 0
    while code >= step:
        code -= step
        n_zeros += 1
        step <<= 2 * (n_zeros % 7 == 0)
    n_bits = max(step.bit_length() - 1, 0)
    n_short = (2 << n_bits) - step
    rest = f"{code:0{n_bits}b}" if code < n_short else f"{code + n_short:0{n_bits + 1}b}"
    return "0" * n_zeros + "1" + (rest if n_bits or code >= n_short else "")
