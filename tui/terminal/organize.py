"""Print plans as trees, the results of runs, and the history."""

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from db.paths import display_text
from indexer.organize.journal import Run, State
from indexer.organize.plan_file import step_line
from indexer.organize.run import Outcome
from indexer.organize.steps import Action, Plan, Step
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.output import print_json, say, show
from tui.workspace.organize import by_reason, outcome_summary, plan_summary, run_text, unreadable_journals

_N_SHOWN = 3  # files of a folder, and examples of a reason


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print a plan.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when it has no steps.
    """
    if as_json:
        print_json(plan_shape(plan))
    else:
        if plan.steps or plan.stays:
            show(lambda _: Group(*_plan_parts(plan)))
        say(plan_summary(plan))
    if not plan.steps:
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def report(outcome: Outcome, what: str, *, as_json: bool) -> None:
    """Print what a run did; ``what`` is "done" or "undone".

    Raises:
        typer.Exit: With `ExitCode.INTERRUPTED` when Ctrl-C stopped it, with `ExitCode.PROBLEM` when a step was refused.
    """
    if as_json:
        print_json(
            {
                "run": outcome.run_id,
                "n_done": outcome.n_done,
                "n_before": outcome.n_before,
                "refused": [{"path": str(path), "reason": reason} for path, reason in outcome.refused],
                "n_left": outcome.n_left,
                "n_folders": outcome.n_folders,
                "n_unknown": outcome.n_unknown,
                "unreadable": [{"path": str(path), "reason": reason} for path, reason in outcome.unreadable],
                "backup": None if outcome.backup is None else str(outcome.backup),
            }
        )
    else:
        for reason, paths in by_reason(outcome.refused):
            say(f"{formatting.count(len(paths), 'file')} refused: {reason} ({_examples(paths)})")
        for sentence in unreadable_journals(outcome.unreadable):
            say(sentence)
        say(outcome_summary(outcome, what))
        if outcome.n_unknown:
            say(f"{formatting.count(outcome.n_unknown, 'file')} to be added again: earmark index")
    if outcome.was_cancelled:
        raise typer.Exit(ExitCode.INTERRUPTED)
    if outcome.refused:
        raise typer.Exit(ExitCode.PROBLEM)


def run_table(runs: Sequence[Run]) -> Table:
    """Lay out runs, the last one first."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for run in reversed(runs):
        table.add_row(
            Text(str(run.id), "bold"),
            Text(run.made_at.astimezone().strftime("%Y-%m-%d %H:%M")),
            Text(run_text(run)),
            Text(display_text(run.what), "dim"),
        )
    return table


def run_shape(run: Run) -> dict[str, Any]:
    """Return the JSON of a run."""
    return {
        "run": run.id,
        "made_at": run.made_at.isoformat(),
        "what": run.what,
        "is_finished": run.is_finished,
        "n_done": len(run.in_state(State.DONE)),
        "n_undone": len(run.in_state(State.UNDONE)),
        "steps": [{**step_line(entry.step), "state": entry.state.value} for entry in run.entries.values()],
    }


def plan_shape(plan: Plan) -> dict[str, Any]:
    """Return the JSON of a plan."""
    return {
        "plan": plan.id,
        "what": plan.what,
        "new_root": None if plan.new_root is None else str(plan.new_root),
        "n_in_place": plan.n_in_place,
        "n_numbered": plan.n_numbered,
        "removes_empty": plan.removes_empty,
        "steps": [step_line(step) for step in plan.steps],
        "stays": [{"path": str(one.path), "why": one.reason} for one in plan.stays],
    }


def _plan_parts(plan: Plan) -> list[RenderableType]:
    placed = [step for step in plan.steps if step.target is not None]
    removed = [step for step in plan.steps if step.action == Action.REMOVE]
    parts: list[RenderableType] = []
    if placed:
        parts.append(_folder_tree(placed))
    if removed:
        tree = Tree(Text(f"to the trash  {len(removed):,}", "bold"))
        for step in removed[: 4 * _N_SHOWN]:
            kept = "" if step.keeper is None else f"  (kept: {display_text(step.keeper)})"
            tree.add(Text.assemble(display_text(step.source), (kept, "dim")))
        _add_rest(tree, len(removed) - 4 * _N_SHOWN)
        parts.append(tree)
    for reason, paths in by_reason([(one.path, one.reason) for one in plan.stays]):
        count = f"{len(paths):,} stays" if len(paths) == 1 else f"{len(paths):,} stay"
        parts.append(Text(f"{count}: {reason} ({_examples(paths)})", "yellow"))
    return parts


def _folder_tree(steps: Sequence[Step]) -> Tree:
    """Draw the new paths below their common folder, each folder with the number of files below it."""
    files: defaultdict[Path, list[Step]] = defaultdict(list)
    for step in steps:
        assert step.target is not None
        files[step.target.parent].append(step)
    top = Path(os.path.commonpath(files))
    old_top = Path(os.path.commonpath([step.source.parent for step in steps]))
    counts: defaultdict[Path, int] = defaultdict(int)
    for folder, found in files.items():
        for place in (folder, *folder.parents):
            counts[place] += len(found)
            if place == top:
                break
    branches = {top: Tree(_folder_label(display_text(top), counts[top]))}
    for folder in sorted(counts, key=lambda one: [part.casefold() for part in one.parts]):
        if folder != top:
            branches[folder] = branches[folder.parent].add(_folder_label(display_text(folder.name), counts[folder]))
    for folder, found in files.items():
        for step in found[:_N_SHOWN]:
            assert step.target is not None
            old = display_text(step.source.relative_to(old_top))
            branches[folder].add(Text.assemble(display_text(step.target.name), (f"  < {old}", "dim")))
        _add_rest(branches[folder], len(found) - _N_SHOWN)
    tree = Tree(Text.assemble("from ", (display_text(old_top), "bold")), guide_style="dim")
    tree.children.append(branches[top])
    return tree


def _folder_label(name: str, n_files: int) -> Text:
    return Text.assemble((name, "bold"), (f"  {n_files:,}", "dim"))


def _add_rest(tree: Tree, n_more: int) -> None:
    if n_more > 0:
        tree.add(Text(f"and {n_more:,} more", "dim"))


def _examples(paths: Sequence[Path]) -> str:
    names = ", ".join(display_text(path.name) for path in paths[:_N_SHOWN])
    return names if len(paths) <= _N_SHOWN else f"{names}, ..."
