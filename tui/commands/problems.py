"""``earmark problems``: files that could not be read, or only in part, and why."""

import typer

from db.paths import display_text
from tui import formatting
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import print_json, say


def problems(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the files that could not be read, and those that were read only in part, with the reasons.

    A file is tried again when it changes.

    \b
    Examples:
      earmark problems
      earmark problems --json | jq -r '.problems[].path'
    """
    with open_library(library) as opened:
        found, partly_read = opened.problems(), opened.partly_read()
    if as_json:
        lines = [
            {"path": str(item.path), "code": item.code, "message": item.message, "seen_at": item.seen_at.isoformat()}
            for item in found
        ]
        in_part = [{"path": str(path), "caveats": caveats} for path, caveats in partly_read.items()]
        print_json({"problems": lines, "partly_read": in_part})
        return
    for item in found:
        typer.echo(f"{display_text(item.path)}: {display_text(item.message)}")
    for path, caveats in partly_read.items():
        typer.echo(f"{display_text(path)}: {display_text(' '.join(caveats))}")
    if found:
        say(
            f"{formatting.count(len(found), 'file')} could not be read. "
            "After a repair: earmark index. To try all again: earmark index --retry"
        )
    if partly_read:
        say(f"{formatting.count(len(partly_read), 'file')} read in part; these sounds are in the library.")
    if not found and not partly_read:
        say("No problems: every file could be read.")
