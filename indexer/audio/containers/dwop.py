"""DWOP, the lossless codec of REX2 files.

Each value is predicted from those before by one of five polynomials, the one that was the closest lately; what is left
is written as an adaptive Golomb code. From the public description at github.com/kunitoki/VelociLoops, docs/format.md.
"""

from collections.abc import Iterator

_FIRST_AVERAGE = 2_560  # of what each predictor missed
_ZEROS_A_STEP = 7  # of a prefix; then its step grows fourfold
_MOST_ZEROS = 20 * _ZEROS_A_STEP  # more would overflow what no sound needs
_LARGEST = 1 << 31


class Bits:
    """Bits of a stream, the highest of each byte first, and how far they are read."""

    def __init__(self, data: bytes) -> None:
        self.text = bin(int.from_bytes(b"\1" + data, "big"))[3:]
        self.position = 0


def iter_frames(data: bytes, n_channels: int) -> Iterator[tuple[int, ...]]:
    """Yield the values of each frame, until the data ends or is damaged.

    Args:
        data: The stream.
        n_channels: 1, or 2: the second is written as its difference from the first.
    """
    bits = Bits(data)
    if n_channels == 1:
        return ((twice >> 1,) for twice in _iter_channel(bits))
    # zip asks the first for a value, then the second
    return (
        (left >> 1, (left + side) >> 1) for left, side in zip(_iter_channel(bits), _iter_channel(bits), strict=False)
    )


def _iter_channel(bits: Bits) -> Iterator[int]:
    """Yield twice the values of one channel."""
    text, find = bits.text, bits.text.find
    deltas = (0, 0, 0, 0, 0)
    a0 = a1 = a2 = a3 = a4 = _FIRST_AVERAGE
    scale, n_rest_bits = 2, 0  # of the Golomb code; the scale is two to the power of one more
    while -_LARGEST < deltas[0] < _LARGEST:
        least = min(a0, a1, a2, a3, a4)
        order = 0 if least == a0 else 1 if least == a1 else 2 if least == a2 else 3 if least == a3 else 4
        step = (least * 3 + 36) >> 7
        start = bits.position
        place = find("1", start, start + _MOST_ZEROS)
        code, n_zeros = 0, place - start
        while n_zeros >= _ZEROS_A_STEP:
            code += _ZEROS_A_STEP * step
            step <<= 2
            n_zeros -= _ZEROS_A_STEP
        while step < scale >> 1:
            scale >>= 1
            n_rest_bits -= 1
        while step >= scale:
            scale <<= 1
            n_rest_bits += 1
        end = place + 1 + n_rest_bits
        rest = int(text[place + 1 : end] or "0", 2) if n_rest_bits else 0
        n_short = scale - step
        if rest >= n_short:
            rest = 2 * rest - n_short + (text[end : end + 1] == "1")
            end += 1
        if place < 0 or end > len(text):
            return
        bits.position = end
        code += n_zeros * step + rest
        deltas = d0, d1, d2, d3, d4 = _predicted(order, -(code & 1) ^ code, *deltas)
        a0 += (d0 if d0 >= 0 else ~d0) - (a0 >> 5)
        a1 += (d1 if d1 >= 0 else ~d1) - (a1 >> 5)
        a2 += (d2 if d2 >= 0 else ~d2) - (a2 >> 5)
        a3 += (d3 if d3 >= 0 else ~d3) - (a3 >> 5)
        a4 += (d4 if d4 >= 0 else ~d4) - (a4 >> 5)
        yield d0


def _predicted(order: int, residual: int, d0: int, d1: int, d2: int, d3: int, _: int) -> tuple[int, int, int, int, int]:
    """Decode a residual with the predictor of this order; return the value and its differences of order 1 to 4."""
    if order == 0:
        value = residual
        first = value - d0
        second = first - d1
        third = second - d2
    elif order == 1:
        first = residual
        value = d0 + first
        second = first - d1
        third = second - d2
    elif order == 2:
        second = residual
        first = d1 + second
        value = d0 + first
        third = second - d2
    else:
        third = residual if order == 3 else d3 + residual
        second = d2 + third
        first = d1 + second
        value = d0 + first
    return value, first, second, third, third - d3
