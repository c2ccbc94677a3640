"""Text in exactly so many cells of a terminal."""

from rich.cells import cell_len, set_cell_size


def cut(text: str, width: int, *, is_right: bool = False) -> str:
    """Return text in ``width`` cells, cut at the end with an ellipsis or filled up with spaces."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(width - 1, 0)) + "…" * (width > 0)
    padding = " " * (width - length)
    return padding + text if is_right else text + padding


def cut_middle(text: str, width: int) -> str:
    """Return a name in ``width`` cells; a long one loses its middle, since both ends tell it from others."""
    if cell_len(text) <= width or width < 8:
        return cut(text, width)
    n_tail = width // 3
    head = set_cell_size(text, width - n_tail - 1)
    tail = text[-n_tail:]
    while cell_len(tail) > n_tail:  # wide characters
        tail = tail[1:]
    return set_cell_size(f"{head}…{tail}", width)
