"""``earmark marks``: the user's stars, notes, tags and so on as one file."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from db.paths import display_text
from tui import formatting
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, path_argument
from tui.terminal.output import print_json, say

app = typer.Typer(
    help="Stars, notes, tags, corrections and collections as one file.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("export")
def export_file(
    file: Annotated[Path | None, path_argument("[FILE]", "New file; stdout by default.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Write your stars, notes, tags, corrections and collections to a JSON file.

    Sounds are identified by a hash of their audio, so that any library with the same sounds can import the file.

    \b
    Examples:
      earmark marks export ~/earmark-marks.json
    """
    from tui.workspace.annotations.json_file import write_json
    from tui.workspace.annotations.marks import export_marks

    with open_library(library) as opened:
        document = export_marks(opened)
    if file is None:
        print_json(document)
        return
    write_json(document, file)
    if as_json:
        print_json({"path": str(file), "n_samples": len(document["sounds"])})
        return
    say(f"Exported the marks of {formatting.count(len(document['sounds']), 'sound')} to {display_text(file)}")


@app.command("import")
def import_file(
    file: Annotated[Path, path_argument("FILE", "Made by: earmark marks export.")],
    replace: Annotated[bool, typer.Option("--replace", help="Where both have a value, take that of the file.")] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Import a file written by "earmark marks export"; collections are merged.

    \b
    Examples:
      earmark marks import ~/earmark-marks.json
    """
    from tui.workspace.annotations.json_file import read_json
    from tui.workspace.annotations.marks import import_marks
    from tui.workspace.annotations.tagging import tag_imported

    document = read_json(file, "marks", "earmark marks export FILE")
    with open_library(library) as opened:
        done = import_marks(opened, document, replaces=replace)
        is_tagged = tag_imported(opened)
    if as_json:
        print_json(asdict(done))
        return
    say(f"Imported the marks of {formatting.count(done.n_samples, 'sound')}.")
    if not is_tagged:
        say("The model of this library is not installed. After installing it, update the tags: earmark tag renew")
    if done.n_kept:
        say(f"{formatting.count(done.n_kept, 'value')} of this library kept; to take those of the file: --replace")
    if done.n_unknown:
        say(
            f"{formatting.count(done.n_unknown, 'sound')} are not in this library: index their folder and import again."
        )
