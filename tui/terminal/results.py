"""Print the result of a search in the form that was asked for."""

import sys

import typer

from db.library import Library
from indexer.search.service import SearchResult
from tui import formatting
from tui.exit_codes import ExitCode
from tui.sample_paths import usable_path
from tui.terminal.output import print_json, print_paths, say, show
from tui.workspace.json_output import result_shape


def print_result(
    library: Library, query: str, result: SearchResult, *, as_json: bool, as_paths: bool, null: bool
) -> None:
    """Print hits as JSON, as paths or as a table.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there is no hit.
    """
    if as_json:
        print_json(result_shape(query, result))
    elif as_paths or null:
        print_paths((usable_path(hit.sample) for hit in result.hits), null=null)
    elif result.hits:
        print_table(library, result)
    if not result.hits:
        say(_nothing_found(library, result))
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def print_table(library: Library, result: SearchResult) -> None:
    from tui.terminal.hits import hit_table

    roots = [root.path for root in library.roots()]
    show(lambda width: hit_table(result.hits, roots, width))
    if sys.stderr.isatty():
        milliseconds = result.seconds * 1000
        say(f"{len(result.hits)} of {formatting.count(result.n_searched, 'sound')}, {milliseconds:.0f} ms")


def _nothing_found(library: Library, result: SearchResult) -> str:
    if result.n_searched:
        return "Nothing found. Try other words, or fewer of them."
    if library.stats().n_samples:
        return "Nothing found: no sound passes the filters. Try fewer or wider ones, such as len:<2 or bpm:100..140."
    return "The library is empty. Add sounds with: earmark index FOLDER"
