"""``earmark taxonomy``: the words that sounds are filed under."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tui.terminal.library import library_folder
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import print_json, say, show

if TYPE_CHECKING:
    from indexer.tagging.taxonomy import Taxonomy


def taxonomy(
    example: Annotated[bool, typer.Option("--example", help="Print a file to begin with, and nothing else.")] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show and check the facets and tags of your own: taxonomy.toml in the folder of the library.

    \b
    Examples:
      earmark taxonomy
      earmark taxonomy --example > my-words.toml
    """
    from indexer.tagging.user_taxonomy import EXAMPLE, FILE_NAME, read_taxonomy

    if example:
        typer.echo(EXAMPLE, nl=False)
        return
    path = library_folder(library) / FILE_NAME
    words = read_taxonomy(path.parent)
    if as_json:
        print_json(_shape(path, words))
        return
    _show(words)
    if path.exists():
        say(f"{path} is well. Tag the library by it with: earmark tag renew")
    else:
        say(f"For tags of your own, write {path}; earmark taxonomy --example shows how.")


def _facets(words: "Taxonomy") -> dict[str, list[str]]:
    families = dict.fromkeys(kind.family for kind in words.types)
    facets = {
        f"type / {family}": [
            _with_members(kind.name, words) for kind in words.types if kind.family == family and not kind.group
        ]
        for family in families
    }
    facets["character"] = [f"{pair.names[0]} - {pair.names[1]}" for pair in words.pairs]
    return facets | {facet: [tag.name for tag in tags] for facet, tags in words.user_facets.items()}


def _with_members(name: str, words: "Taxonomy") -> str:
    """Write a type with those of its group: "ride (ride bell)"."""
    members = [_with_members(kind.name, words) for kind in words.types if kind.group == name]
    return f"{name} ({', '.join(members)})" if members else name


def _shape(path: Path, words: "Taxonomy") -> dict[str, Any]:
    return {
        "path": str(path),
        "is_there": path.exists(),
        "types": [
            {"family": kind.family, "name": kind.name, "group": kind.group, "phrases": list(kind.phrases)}
            for kind in words.types
        ],
        "characters": [list(pair.names) for pair in words.pairs],
        "facets": [
            {"facet": facet, "tags": [tag.name for tag in tags]} for facet, tags in sorted(words.user_facets.items())
        ],
    }


def _show(words: "Taxonomy") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for facet, names in _facets(words).items():
        table.add_row(facet, Text(", ".join(names)))
    show(lambda _: table)
