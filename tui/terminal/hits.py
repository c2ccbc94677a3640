"""Search results as a table with one line per sound, for any width."""

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from db.paths import display_text
from db.types import Sample
from indexer.search.result import Hit
from tui import formatting
from tui.sample_paths import folder_under

_BAR_WIDTH = 6
_WIDE = 100  # cells above which there is room for a bar beside the score
_NARROW = 72  # cells below which type and folder are left out


def hit_table(hits: Sequence[Hit], roots: Sequence[Path], width: int) -> Table:
    """Lay out hits in a table that fits ``width`` cells; names and folders are shortened first.

    Args:
        hits: Best first.
        roots: Folders of the library; a sound's folder is shown from the name of its root on.
        width: Cells of the screen.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    if width >= _WIDE:
        table.add_column(width=_BAR_WIDTH, no_wrap=True)
    table.add_column()  # the name; rich narrows only columns that may wrap, and their cells end in an ellipsis
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    if width >= _NARROW:
        table.add_column(no_wrap=True)
        table.add_column(max_width=width // 4)
    for rank, hit in enumerate(hits, start=1):
        table.add_row(*_cells(rank, hit, roots, width))
    return table


def _cells(rank: int, hit: Hit, roots: Sequence[Path], width: int) -> list[Text]:
    path = hit.sample.path
    cells = [
        Text(str(rank), "dim"),
        Text(formatting.percent(hit.score) if hit.score else "-", _score_style(hit.score)),
        Text(display_text(path.name), "bold", no_wrap=True, overflow="ellipsis"),
        Text(_behind(hit, width), "dim"),
        Text(formatting.duration(hit.sample.features.duration_seconds)),
    ]
    if width >= _WIDE:
        cells.insert(2, Text(formatting.bar(hit.score, _BAR_WIDTH), _score_style(hit.score)))
    if width >= _NARROW:
        folder = shorten(display_text(folder_under(path, roots)), width // 4)
        cells += [Text(kind(hit.sample)), Text(folder, "dim", no_wrap=True, overflow="ellipsis")]
    return cells


def kind(sample: Sample) -> str:
    """Describe a sound in few words: ``"kick"``, ``"drum loop, loop, 120 bpm, Am"``."""
    words = [tag.name for tag in sample.tags if tag.facet == "type"]
    words += [tag.name for tag in sample.tags if tag.facet == "form" and tag.name != "one-shot"]
    if sample.bpm is not None and sample.bpm.number is not None:
        words.append(f"{formatting.bpm(sample.bpm.number)} bpm")
    if sample.key is not None and sample.key.text is not None:
        words.append(sample.key.text)
    return ", ".join(display_text(word) for word in words)


def shorten(folder: str, width: int) -> str:
    """Drop folders from the front until the rest fits ``width`` cells; the last one always stays."""
    parts = folder.split("/")
    shown = folder
    while cell_len(shown) > width and len(parts) > 1:
        del parts[0]
        shown = "/".join(["…", *parts])
    return shown


def _behind(hit: Hit, width: int) -> str:
    folded = f"+{hit.n_folded} like it" if width >= _WIDE else f"+{hit.n_folded}"
    notes = [folded] * bool(hit.n_folded) + ["offline"] * (not hit.sample.is_online)
    return ", ".join(notes)


def _score_style(score: float) -> str:
    return "green" if score >= 0.6 else "yellow" if score >= 0.35 else "dim"
