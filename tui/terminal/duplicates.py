"""Print an audit of duplicates."""

import sys

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from db.paths import display_text
from indexer.duplicates.groups import Audit, DuplicateGroup
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.output import print_json, print_paths, say, show
from tui.workspace.duplicates import audit_shape, audit_text, next_step, notices


def print_audit(audit: Audit, *, as_json: bool, as_paths: bool, null: bool) -> None:
    """Print an audit as JSON, as tables, or as the paths of files that are not kept; say on stderr what was left out.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there are no duplicates, with `ExitCode.INTERRUPTED` when the
            audit was stopped.
    """
    if as_json:
        print_json(audit_shape(audit))
    elif as_paths or null:
        print_paths((file.path for group in audit.groups for file in group.others), null=null)
    elif audit.groups:
        show(lambda _: Group(*(_group_table(group) for group in audit.groups)))
    for sentence in notices(audit):
        say(sentence)
    if not (as_json or as_paths or null) or sys.stderr.isatty():
        if not audit.groups:
            say(audit_text(audit))
        else:
            say(f"{audit_text(audit)} Nothing was changed.")
            say(f"To tidy up, by a plan that is shown first: {next_step(audit)}")
    if audit.was_stopped:
        raise typer.Exit(ExitCode.INTERRUPTED)
    if not audit.groups:
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _group_table(group: DuplicateGroup) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for kind in ("what", "path", "proof"):
        table.add_column(overflow="fold", min_width=4 if kind == "what" else None)
    for file in group.files:
        why = file.proof.text if file.proof else f"{group.reason}; {formatting.size(file.place.stat.size_bytes)}"
        style = "bold" if file.is_kept else ""
        table.add_row(
            Text("keep" if file.is_kept else "  =", style), Text(display_text(file.path), style), Text(why, "dim")
        )
    table.add_row()
    return table
