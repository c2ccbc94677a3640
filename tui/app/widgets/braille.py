"""Draw dots in braille: two across and four down in each cell."""

import numpy as np
import numpy.typing as npt

Dots = npt.NDArray[np.bool_]  # shape (4 * n_rows, 2 * n_columns)
Cells = npt.NDArray[np.uint8]  # bits of a braille character, shape (n_rows, n_columns)

# Unicode numbers the dots of a cell down the left column, then the right one, then the bottom row.
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
_BLANK = 0x2800


def to_cells(dots: Dots) -> Cells:
    """Pack dots into braille cells; both sides of ``dots`` are whole cells."""
    n_rows, n_columns = dots.shape[0] // 4, dots.shape[1] // 2
    blocks = dots.reshape(n_rows, 4, n_columns, 2)
    cells: Cells = (blocks * _BITS[None, :, None, :]).sum(axis=(1, 3)).astype(np.uint8)
    return cells


def to_text(cells: npt.NDArray[np.uint8]) -> str:
    """Return one row of cells as text."""
    return "".join(map(chr, (cells.astype(np.int32) + _BLANK).tolist()))


def wave_dots(peaks: npt.NDArray[np.float32], n_columns: int, n_rows: int) -> Dots:
    """Draw levels as a shape that is symmetric around the middle line.

    Args:
        peaks: Levels from 0 to 1, in order of time.
        n_columns: Cells across.
        n_rows: Cells down.
    """
    n_across, n_down = 2 * n_columns, 4 * n_rows
    starts = np.linspace(0, len(peaks), n_across, endpoint=False).astype(np.int64)
    levels = (
        np.maximum.reduceat(peaks, starts)
        if len(peaks) >= n_across
        else np.interp(np.linspace(0, len(peaks) - 1, n_across), np.arange(len(peaks)), peaks)
    )
    reach = np.maximum(levels * n_down / 2, 0.5)  # at least a line in silence
    distance = np.abs(np.arange(n_down) + 0.5 - n_down / 2)
    dots: Dots = distance[:, None] <= reach[None, :]
    return dots
