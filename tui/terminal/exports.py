"""Print the plans, results and log of exports."""

from collections.abc import Sequence, Sized
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from db.library import Library
from db.paths import display_text
from indexer.export.plan import ExportPlan, PlannedFile
from indexer.export.records import ExportRecord
from indexer.export.run import Exported
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.interrupt import stop_on_interrupt
from tui.terminal.output import print_json, say, show
from tui.terminal.progress import meter
from tui.workspace.export.sounds import export_summary, shape_text, write_files


def _print_plan(plan: ExportPlan, *, as_json: bool) -> None:
    """Print a plan.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there is no sound.
    """
    if as_json:
        print_json({**plan_shape(plan), "is_dry_run": True})
    elif plan.files:
        print_table(plan.files)
        say(f"{formatting.count(len(plan.to_write), 'file')} would be written to {display_text(plan.target)}")
    check_found(plan.files)


def run_plan(library: Library, plan: ExportPlan, what: str, *, as_json: bool, dry_run: bool = False) -> None:
    """Write the files of a plan with progress, then print a report; Ctrl-C stops after the current sound.

    Args:
        library: Library whose export log records the export.
        plan: The files to write.
        what: Query or names of the sounds, for the log.
        as_json: Print the report as JSON.
        dry_run: Print the plan and write nothing.

    Raises:
        UsageError: The folder cannot be written.
        typer.Exit: As `report`.
    """
    if dry_run:
        _print_plan(plan, as_json=as_json)
        return
    with meter("Exporting") as shown, stop_on_interrupt(shown.note) as stop:
        done = write_files(library, plan, what, on_progress=shown.show, cancelled=stop.is_set)
    report(plan, done, as_json=as_json)


def report(plan: ExportPlan, done: Exported, *, as_json: bool) -> None:
    """Print what an export did.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there was no sound, with `ExitCode.PROBLEM` when one failed.
    """
    if as_json:
        print_json(done_shape(plan, done))
    else:
        for path, reason in done.failed:
            say(f"{display_text(path.name)}: {display_text(reason)}")
        if plan.files:
            say(export_summary(plan, done))
    check_found(plan.files)
    if done.was_cancelled:
        raise typer.Exit(ExitCode.INTERRUPTED)
    if done.failed:
        raise typer.Exit(ExitCode.PROBLEM)


def done_shape(plan: ExportPlan, done: Exported) -> dict[str, Any]:
    """Return the JSON of the result of an export."""
    return {
        "export": done.export_id,
        "target": str(plan.target),
        "profile": plan.profile.name,
        "n_written": done.n_written,
        "n_present": done.n_present,
        "failed": [{"path": str(path), "reason": reason} for path, reason in done.failed],
        "was_cancelled": done.was_cancelled,
    }


def print_table(files: Sequence[PlannedFile]) -> None:
    """Print the files of a plan, as `plan_table` does."""
    show(lambda _: plan_table(files))


def plan_table(files: Sequence[PlannedFile]) -> Table:
    """Lay out the format of each sound before and after an export, with the reasons."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("sound", "is", "will become", "why"):
        table.add_column(title, no_wrap=title in {"is", "will become"})
    for file in files:
        table.add_row(
            Text(display_text(file.source.name)),
            Text(shape_text(file.before), "dim"),
            Text(f"{file.name}  {shape_text(file.after)}".rstrip() if file.name else "nothing"),
            Text(display_text(", ".join(file.reasons) or file.action.value), "" if file.is_written else "yellow"),
        )
    return table


def record_table(records: Sequence[ExportRecord]) -> Table:
    """Lay out exports, the last one first."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for record in reversed(records):
        n_files = formatting.count(len(record.files), "file") if record.files else "undone"
        table.add_row(
            Text(str(record.id), "bold"),
            Text(record.made_at.astimezone().strftime("%Y-%m-%d %H:%M")),
            Text(n_files),
            Text(record.profile),
            Text(display_text(record.target)),
            Text(display_text(record.what), "dim"),
        )
    return table


def record_shape(record: ExportRecord) -> dict[str, Any]:
    """Return the JSON of an export."""
    return {
        "export": record.id,
        "made_at": record.made_at.isoformat(),
        "what": record.what,
        "target": str(record.target),
        "profile": record.profile,
        "files": [{"path": file.name, "source": file.source} for file in record.files],
    }


def plan_shape(plan: ExportPlan) -> dict[str, Any]:
    """Return the JSON of a plan."""
    return {
        "target": str(plan.target),
        "profile": plan.profile.name,
        "files": [
            {
                "source": str(file.source),
                "action": file.action.value,
                "path": file.name or None,
                "reasons": list(file.reasons),
            }
            for file in plan.files
        ],
    }


def check_found(sounds: Sized) -> None:
    """Say so if no sound was found.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` if there is none.
    """
    if not sounds:
        say("Nothing found. Try other words, or fewer filters.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)
