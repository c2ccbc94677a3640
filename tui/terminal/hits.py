"""Search results as a person likes to read them: one line per sound, whatever the width."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from db.paths import display_text
from db.records import Sample
from indexer.search import Hit
from tui import human

_BAR_WIDTH = 6
_WIDE = 100  # from here on there is room for the score bar
_NARROW = 60  # below, only what tells sounds apart


def hit_table(hits: Sequence[Hit], roots: Sequence[Path], width: int) -> Table:
    """Lay out hits in a table that fits ``width`` cells.

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
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=None, min_width=16)
    table.add_column(justify="right", no_wrap=True)
    if width >= _NARROW:
        table.add_column(no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True, overflow="ellipsis")
    for rank, hit in enumerate(hits, start=1):
        table.add_row(*_cells(rank, hit, roots, width))
    return table


def _cells(rank: int, hit: Hit, roots: Sequence[Path], width: int) -> list[Text]:
    path = hit.sample.paths[0]
    cells = [
        Text(str(rank), "dim"),
        Text(human.percent(hit.score) if hit.score else "-", _score_style(hit.score)),
        Text(display_text(path.name), "bold") + Text(_behind(hit), "dim"),
        Text(human.duration(hit.sample.features.duration_seconds)),
    ]
    if width >= _WIDE:
        cells.insert(2, Text(human.bar(hit.score, _BAR_WIDTH), _score_style(hit.score)))
    if width >= _NARROW:
        cells += [Text(kind(hit.sample)), Text(display_text(folder_under(path, roots)), "dim")]
    return cells


def kind(sample: Sample) -> str:
    """Return what a sound is, in few words: ``"kick, one-shot, 120 bpm, Am"``."""
    words = [tag.name for facet in ("type", "form") for tag in sample.tags if tag.facet == facet]
    if sample.bpm is not None and sample.bpm.number is not None:
        words.append(f"{human.bpm(sample.bpm.number)} bpm")
    if sample.key is not None and sample.key.text is not None:
        words.append(sample.key.text)
    return ", ".join(display_text(word) for word in words)


def folder_under(path: Path, roots: Sequence[Path]) -> str:
    """Return the folder of a file as seen from its root: ``"Drums/Kicks"`` for a root called Drums."""
    for root in roots:
        if path.is_relative_to(root):
            return str(Path(root.name) / path.parent.relative_to(root))
    return str(path.parent)


def _behind(hit: Hit) -> str:
    notes = [f"+{hit.n_folded} like it"] * bool(hit.n_folded) + ["offline"] * (not hit.sample.is_online)
    return f"  {', '.join(notes)}" if notes else ""


def _score_style(score: float) -> str:
    return "green" if score >= 0.6 else "yellow" if score >= 0.35 else "dim"
