"""Print the result of a search."""

import sys
from collections.abc import Sequence

import typer

from db.library import Library
from db.types import Sample
from indexer.search.result import Hit, SearchResult
from indexer.search.service import SearchService
from tui import formatting
from tui.exit_codes import ExitCode
from tui.sample_paths import existing_files, existing_paths
from tui.terminal.output import print_json, print_paths, say, show
from tui.workspace.annotations.uses import note_use
from tui.workspace.export.file_clipboard import copy_files
from tui.workspace.json_output import result_shape
from tui.workspace.query.query_notices import NOT_RELEVANT, query_notices


def print_result(
    library: Library,
    service: SearchService,
    query: str,
    result: SearchResult,
    *,
    as_json: bool,
    as_paths: bool,
    null: bool,
) -> None:
    """Print hits as JSON, as paths or as a table; say on stderr how the query was understood and what is folded.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there is no hit.
    """
    unknown = service.unknown(result.request.line) if as_json or not (as_paths or null) else ()
    if len(result.ids) and not result.is_relevant:
        say(f"{NOT_RELEVANT} The nearest sounds:")
    for sentence in query_notices(result.request.line, unknown):
        say(sentence)
    if as_json:
        print_json(result_shape(query, result, service.hits(result), unknown))
    elif as_paths or null:
        has_copies = not (result.request.is_ranked and result.request.folds)
        print_paths(existing_paths(service.paths(result), has_copies=has_copies), null=null)
    elif len(result.ids):
        print_table(library, result, service.hits(result))
    if result.n_folded:
        n_folded = formatting.count(result.n_folded, "near-identical sound")
        say(f"{n_folded} hidden behind these; list them with --all")
    if not len(result.ids):
        say(_nothing_found(library, result))
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def copy_hits(library: Library, samples: Sequence[Sample]) -> None:
    """Put the files of hits on the clipboard, and say so.

    Raises:
        UsageError: None of the files exists, or the clipboard cannot hold files here.
    """
    paths = existing_files(samples)
    copy_files(paths)
    note_use(library, [sample.id for sample in samples])
    say(f"{formatting.count(len(paths), 'file')} on the clipboard.")


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
        return "Nothing found: no sound matches the filters. Try fewer or wider ones, such as len:<2 or bpm:100..140."
    return "The library is empty. Add sounds with: earmark index FOLDER"
