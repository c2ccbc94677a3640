"""Print the result of a search in the form that was asked for."""

import sys
from collections.abc import Sequence

import typer

from db.library import Library
from indexer.search.result import Hit, SearchResult
from tui import formatting
from tui.exit_codes import ExitCode
from tui.sample_paths import usable_path
from tui.terminal.output import print_json, print_paths, say, show
from tui.workspace.json_output import result_shape


def print_result(
    library: Library,
    query: str,
    result: SearchResult,
    hits: Sequence[Hit],
    *,
    as_json: bool,
    as_paths: bool,
    null: bool,
) -> None:
    """Print hits as JSON, as paths or as a table.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there is no hit.
    """
    if as_json:
        print_json(result_shape(query, result, hits))
    elif as_paths or null:
        print_paths((usable_path(hit.sample) for hit in hits), null=null)
    elif hits:
        print_table(library, result, hits)
    if not hits:
        say(_nothing_found(library, result))
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def print_table(library: Library, result: SearchResult, hits: Sequence[Hit]) -> None:
    from tui.terminal.hits import hit_table

    roots = [root.path for root in library.roots()]
    show(lambda width: hit_table(hits, roots, width))
    if sys.stderr.isatty():
        milliseconds = result.seconds * 1000
        say(f"{len(hits)} of {formatting.count(result.n_searched, 'sound')}, {milliseconds:.0f} ms")


def _nothing_found(library: Library, result: SearchResult) -> str:
    if result.n_searched:
        return "Nothing found. Try other words, or fewer of them."
    if library.stats().n_samples:
        return "Nothing found: no sound passes the filters. Try fewer or wider ones, such as len:<2 or bpm:100..140."
    return "The library is empty. Add sounds with: earmark index FOLDER"
