"""``earmark problems``: files that could not be read, and why."""

import typer

from tui.terminal.options import JsonOption, LibraryOption


def problems(context: typer.Context, as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the files that could not be read.

    One line each, with the reason. A file is tried again when it changes.

    \b
    Examples:
      earmark problems
      earmark problems --json | jq -r '.problems[].path'
    """
    from db.paths import display_text
    from tui import formatting
    from tui.terminal.library import open_library
    from tui.terminal.output import print_json, say

    with open_library(context, library) as opened:
        found = opened.problems()
    if as_json:
        lines = [
            {"path": str(item.path), "code": item.code, "message": item.message, "seen_at": item.seen_at.isoformat()}
            for item in found
        ]
        print_json({"problems": lines})
        return
    for item in found:
        typer.echo(f"{display_text(item.path)}: {display_text(item.message)}")
    if found:
        say(
            f"{formatting.count(len(found), 'file')}. "
            "After a repair: earmark index. To try all again: earmark index --retry"
        )
    else:
        say("No problems: every file could be read.")
