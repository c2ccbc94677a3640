"""All commands, by name. Each is imported when it is needed: importing all takes as long as a search."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer

from tui.terminal.cluster import ClusterCommand
from tui.terminal.query import QueryCommand

_PLACES = {
    "index": "index:index",
    "search": "search:search",
    "similar": "similar:similar",
    "blend": "blend:blend",
    "info": "info:info",
    "export": "export:export",
    "kit": "kit:app",
    "slice": "slices:slice_loops",
    "collection": "collection:app",
    "rate": "rate:rate",
    "hide": "hide:hide",
    "unhide": "hide:unhide",
    "marks": "marks:app",
    "exports": "exports:app",
    "organize": "organize:app",
    "daw": "daw:app",
    "mcp": "mcp:mcp",
    "api": "api:app",
    "set": "correct:correct",
    "stats": "stats:stats",
    "tags": "tags:tags",
    "taxonomy": "taxonomy:taxonomy",
    "problems": "problems:problems",
    "doctor": "doctor:doctor",
    "duplicates": "duplicates:duplicates",
    "watch": "watch:watch",
    "folders": "folders:app",
    "relink": "folders:relink",
    "eval": "evaluate:evaluate",
    "model": "model:app",
    "tag": "tag:app",
    "library": "library:app",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "demo": "demo:demo",
}  # module in this folder, and function or group in it
_CLASSES = {
    **dict.fromkeys(("search", "similar", "blend", "duplicates"), QueryCommand),
    "index": ClusterCommand,
}  # commands that read their arguments in a way of their own


class _Commands(Mapping[str, Any]):
    """All commands; to get one imports it."""

    def __getitem__(self, name: str) -> Any:
        return _load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


COMMANDS = _Commands()


@cache
def _load(name: str) -> Any:
    module, _, attribute = _PLACES[name].partition(":")
    found = getattr(import_module(f"tui.commands.{module}"), attribute)
    one = typer.Typer(rich_markup_mode=None)  # plain help shows in half the time
    if isinstance(found, typer.Typer):
        one.add_typer(found, name=name)
    else:
        one.command(name, cls=_CLASSES.get(name))(found)
    return typer.main.get_group(one).commands[name]
