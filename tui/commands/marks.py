"""``earmark marks``: everything that you typed, as one file."""

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
    file: Annotated[Path | None, path_argument("[FILE]", "New file; else stdout.")] = None,
    library: LibraryOption = None,
) -> None:
    """Write everything that you said of your sounds to a JSON file: stars, notes, tags, corrections, collections.

    Sounds are named by a hash of their audio, so that any library with the same sounds takes it in.

    \b
    Examples:
      earmark marks export ~/earmark-marks.json
    """
    from tui.workspace.json_file import write_json
    from tui.workspace.marks import export_marks

    with open_library(library) as opened:
        document = export_marks(opened)
    if file is None:
        print_json(document)
        return
    write_json(document, file)
    say(f"What you said of {formatting.count(len(document['sounds']), 'sound')} is in {display_text(file)}")


@app.command("import")
def import_file(
    file: Annotated[Path, path_argument("FILE", "Made by: earmark marks export.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Where both say something, the file counts; else this library.")
    ] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Take in what "earmark marks export" wrote, here or elsewhere; collections are joined.

    \b
    Examples:
      earmark marks import ~/earmark-marks.json
    """
    from tui.workspace.json_file import read_json
    from tui.workspace.marks import import_marks
    from tui.workspace.tagging import tag_imported

    document = read_json(file, "marks", "earmark marks export FILE")
    with open_library(library) as opened:
        done = import_marks(opened, document, replaces=replace)
        is_tagged = tag_imported(opened)
    if as_json:
        print_json(asdict(done))
        return
    say(f"What was said of {formatting.count(done.n_samples, 'sound')} is taken in.")
    if not is_tagged:
        say("The model of this library is not on this machine. Once it is, tags follow with: earmark tag renew")
    if done.n_kept:
        say(f"{formatting.count(done.n_kept, 'value')} of this library stay; to take those of the file: --replace")
    if done.n_unknown:
        say(f"{formatting.count(done.n_unknown, 'sound')} are not in this library: index their folder, import again.")
