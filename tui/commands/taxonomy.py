"""``earmark taxonomy``: the types and facets of the library."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from db.errors import UsageError, system_reason
from db.paths import display_text
from tui.terminal.library import library_place
from tui.terminal.options import JsonOption, LibraryOption, path_option
from tui.terminal.output import print_json, say, show

if TYPE_CHECKING:
    from indexer.tagging.taxonomy import Taxonomy


def taxonomy(
    example: Annotated[bool, typer.Option("--example", help="Print an example file, and nothing else.")] = False,
    use: Annotated[Path | None, path_option("FILE", "Make this file the library's taxonomy.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show and check the facets and tags of your own: taxonomy.toml in the folder of the library, or on its server.

    \b
    Examples:
      earmark taxonomy
      earmark taxonomy --example > my-words.toml
      earmark taxonomy --use my-words.toml
    """
    from db.library import Library
    from indexer.tagging.taxonomy import built_in
    from indexer.tagging.user_taxonomy import EXAMPLE, FILE_NAME, parse_taxonomy, read_taxonomy

    if example:
        typer.echo(EXAMPLE, nl=False)
        return
    place = library_place(library)
    if use is not None:
        try:
            content = use.read_bytes()
        except OSError as error:
            reason = f"{display_text(use)} cannot be read: {system_reason(error)}"
            raise UsageError(f"{reason}. An example is printed by: earmark taxonomy --example") from error
        parse_taxonomy(content)
        with Library.open(place) as opened:
            opened.set_document(FILE_NAME, content)
    path = place / FILE_NAME if isinstance(place, Path) else None
    if path is not None and not path.exists():  # nor perhaps a library
        words, is_there = built_in(), False
    else:
        with Library.open(place) as opened:
            words, is_there = read_taxonomy(opened), opened.document(FILE_NAME) is not None
    if as_json:
        print_json(_shape(path, words, is_there=is_there))
        return
    _show(words)
    if is_there:
        say(f"{path or 'What you added'} is well. Tag the library by it with: earmark tag renew")
    elif path is None:
        say("For tags of your own, write a file and give it: earmark taxonomy --use FILE; --example shows how.")
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


def _shape(path: Path | None, words: "Taxonomy", *, is_there: bool) -> dict[str, Any]:
    return {
        "path": None if path is None else str(path),
        "is_there": is_there,
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
