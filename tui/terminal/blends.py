"""Print the results of blends."""

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from db.library import Library
from db.paths import display_text
from indexer.search.blending import BlendHit, BlendPath
from tui import formatting
from tui.exit_codes import ExitCode
from tui.sample_paths import folder_under
from tui.terminal.hits import kind
from tui.terminal.output import print_json, print_paths, say, show
from tui.workspace.json_output import blend_shape
from tui.workspace.state.blend_state import match_of


def print_path(
    library: Library, ends: Sequence[str], path: BlendPath, *, as_json: bool, as_paths: bool, null: bool
) -> None:
    """Print a path; say on stderr if nothing lies between its ends.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when fewer sounds lie between the ends than the path has steps.
    """
    if as_json:
        print_json({"is_bridged": path.is_bridged, "steps": [blend_shape(hit) for hit in path.steps]})
    else:
        _print(library, path.steps, as_paths=as_paths, null=null, has_place=True)
    if not path.steps:
        say("Too few sounds lie between these for a path of so many steps. Try fewer steps, or wider filters.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)
    if not path.is_bridged and len(path.steps) > 2:
        start, end = (display_text(name) for name in ends)
        say(f"Nothing in your library lies between {start} and {end}; these are the nearest to where it would be.")


def print_point(library: Library, found: Sequence[BlendHit], *, as_json: bool, as_paths: bool, null: bool) -> None:
    """Print the sounds around one point.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there is none.
    """
    if as_json:
        print_json({"sounds": [blend_shape(hit) for hit in found]})
    else:
        _print(library, found, as_paths=as_paths, null=null, has_place=False)
    if not found:
        say("Nothing found: no sound matches the filters. Try fewer or wider ones.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _print(library: Library, found: Sequence[BlendHit], *, as_paths: bool, null: bool, has_place: bool) -> None:
    if as_paths or null:
        print_paths((hit.sample.path for hit in found), null=null)
    elif found:
        roots = [root.path for root in library.roots()]
        show(lambda _: _table(found, roots, has_place=has_place))


def _table(found: Sequence[BlendHit], roots: Sequence[Path], *, has_place: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for number, hit in enumerate(found, start=1):
        path = hit.sample.path
        table.add_row(
            Text(formatting.percent(hit.at) if has_place else str(number), "dim"),
            Text(formatting.percent(match_of(hit.distance_degrees))),
            Text(display_text(path.name), "bold", no_wrap=True, overflow="ellipsis"),
            Text(formatting.duration(hit.sample.features.duration_seconds)),
            Text(kind(hit.sample)),
            Text("" if hit.is_between else "far from the ideal point", "yellow"),
            Text(display_text(folder_under(path, roots)), "dim", no_wrap=True, overflow="ellipsis"),
        )
    return table
