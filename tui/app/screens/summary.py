"""What the line above the list says of a result."""

from collections.abc import Callable, Sequence

from textual.content import Content

from tui import formatting
from tui.workspace.query.query_notices import NOT_RELEVANT
from tui.workspace.session import Found

Styled = str | tuple[str, str]

_SHORT_NAME = 16  # cells of an example's name where there is little room


def result_summary(
    found: Found, sorting: Sequence[Styled], examples: Callable[[int], Sequence[Styled]]
) -> list[Content]:
    """Return what was found, in ever fewer words: a narrow screen takes the first that fits.

    Args:
        found: The result.
        sorting: How it is sorted.
        examples: Returns by which sounds it was found, given the most cells of a name, or 0.
    """
    if not len(found.ids):
        if not found.n_searched and found.within is None:
            return [Content("Your library is empty. Add a folder of sounds: F5")]
        hint = "no sound matches the filters" if not found.n_searched else "try other words, or fewer"
        return [Content.assemble(("Nothing found: ", "$warning"), hint)]
    count = formatting.count(found.n_searched, "sound")
    is_best = found.scores is not None and len(found.ids) < found.n_searched
    text = f"best {len(found.ids):,} of {count}" if is_best else count
    folded = f", {found.n_folded:,} near-identical hidden" if found.n_folded else ""
    seconds = f"   {found.seconds * 1000:.0f} ms"
    notice = "" if found.is_relevant else (f"{NOT_RELEVANT}   ", "$warning")
    counts = [(text + folded + seconds, 0), (text + folded, 0), (text, 0), (text, _SHORT_NAME)]
    return [
        Content.assemble(notice, (counted, "$foreground 60%"), *sorting, *examples(n_cells))
        for counted, n_cells in counts
    ]
