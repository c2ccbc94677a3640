"""Make, apply and undo plans of moves and removals, and describe them in sentences."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import LibraryBusyError, ModelError, UsageError
from db.library import Library
from db.paths import display_text, find_obstacle
from db.query.parser import parse_filters, parse_query
from tui import formatting
from tui.workspace.query.selection import Tell, chosen_ids

if TYPE_CHECKING:
    from indexer.duplicates.groups import DuplicateClass
    from indexer.organize.journal import Run
    from indexer.organize.run import Outcome
    from indexer.organize.steps import Action, Plan, Step

_WAIT_SECONDS, _LOOK_SECONDS = 10.0, 0.2  # for another process that writes the library
_DONE = {"move": "moved", "copy": "copied", "link": "linked", "remove": "removed"}


def plan_template(
    library: Library,
    text: str,
    *,
    where: str,
    k: int,
    action: "Action",
    target: Path | None,
    takes_projects: bool,
    removes_empty: bool,
    on_progress: Callable[[int, int], None],
    tell: Tell,
) -> "Plan":
    """Plan new paths by a template for the hits of a query, or for all sounds.

    Args:
        library: Open library.
        text: Template, as of `indexer.organize.template.Template.parse`.
        where: Query; empty for all sounds.
        k: Number of hits, where the query has words.
        action: Move, copy or link.
        target: Folder; None for the roots of the files.
        takes_projects: Also move files in folders of DAW projects.
        removes_empty: Also remove the folders that this leaves empty.
        on_progress: Called with the number of files planned and their total.
        tell: Takes notices on the query.

    Raises:
        UsageError: The template or the target is invalid.
        QueryError: A filter is invalid.
    """
    from indexer.organize.plan import plan_by_template
    from indexer.organize.template import Template

    template = Template.parse(text)
    ids = chosen_ids(library, None, where, k, tell) if where else library.sorted_ids().tolist()
    return plan_by_template(
        library,
        ids,
        template,
        filters=parse_query(where).filters if where else (),
        action=action,
        target=None if target is None else resolved_target(target),
        takes_projects=takes_projects,
        removes_empty=removes_empty,
        on_progress=on_progress,
        what=f"{text} where {where}" if where else text,
    )


def plan_listed(library: Library, ids: Sequence[int], line: str, text: str) -> "Plan":
    """Plan new paths by a template for the sounds of a list.

    Args:
        library: Open library.
        ids: Samples.
        line: Query of the list; its filters on paths choose among the files of a sample.
        text: Template.

    Raises:
        UsageError: The template is invalid.
    """
    from indexer.organize.plan import plan_by_template
    from indexer.organize.template import Template

    template = Template.parse(text)
    return plan_by_template(library, ids, template, filters=parse_query(line).filters)


def plan_duplicates(
    library: Library,
    where: str = "",
    classes: "Sequence[DuplicateClass]" = (),
    *,
    preferred: Sequence[Path] = (),
    target: Path | None = None,
    takes_projects: bool = False,
    removes_empty: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> "Plan":
    """Plan to remove the files that an audit of duplicates does not keep.

    Args:
        library: Open library.
        where: Filters; only files that pass them are removed.
        classes: Classes of duplicates; the same bytes by default.
        preferred: Folders whose files are kept rather than others.
        target: Folder to move the files to; None for the system's trash.
        takes_projects: Also remove files in folders of DAW projects.
        removes_empty: Also remove the folders that this leaves empty.
        on_progress: Called with the number of pairs compared and their total.
        cancelled: Polled while sounds are compared.

    Raises:
        UsageError: The target is a file.
        QueryError: A filter is invalid, or there are words.
    """
    from indexer.duplicates.audit import AuditRequest, find_duplicates
    from indexer.duplicates.groups import DuplicateClass
    from indexer.organize.plan import Removal, plan_removals

    filters = parse_filters(where)  # words find what is nearest, which is too vague to remove files by
    ids = library.filter_ids(filters) if filters else None
    request = AuditRequest(ids, tuple(classes) or (DuplicateClass.BYTES,), tuple(preferred))
    audit = find_duplicates(library, request, on_progress=on_progress, cancelled=cancelled)
    pairs = [(other.place, group.keeper.path) for group in audit.groups for other in group.others]
    if ids is not None:
        passing = set(ids.tolist())
        pairs = [(place, keeper) for place, keeper in pairs if place.sample_id in passing]
        places = library.matching_paths([place.sample_id for place, _ in pairs], filters)
        pairs = [each for each in pairs if not places or each[0].path in places.get(each[0].sample_id, ())]
    return plan_removals(
        library,
        [Removal(place.path, keeper) for place, keeper in pairs],
        target=None if target is None else resolved_target(target),
        takes_projects=takes_projects,
        removes_empty=removes_empty,
        what=f"duplicates where {where}" if where else "duplicates",
    )


def resolved_target(target: Path) -> Path:
    """Return the target folder of a plan with symbolic links resolved.

    Raises:
        UsageError: The target is a file.
    """
    folder = target.expanduser().resolve()
    if (obstacle := find_obstacle(folder)) is not None:
        raise UsageError(f"{display_text(obstacle)} is a file. Give a folder.")
    return folder


def tag_renamed(library: Library) -> None:
    """Tag moved sounds by their new names; if the model is not installed, the next index run does it."""
    from indexer.tagging.tag_pass import TagPass
    from tui.workspace.active_model import load_active_text_encoder

    with suppress(ModelError, LibraryBusyError):
        if library.n_queued():
            TagPass(library, load_active_text_encoder(library)).tag_queued()


def apply(
    library: Library,
    plan: "Plan",
    on_progress: Callable[[int, int, str], None],
    cancelled: Callable[[], bool],
    tell: Tell = lambda _: None,
) -> "Outcome":
    """Apply a plan and tag by the new names; errors as in `indexer.organize.run.apply_plan`."""
    from indexer.organize.run import apply_plan

    work = partial(apply_plan, library, plan, on_progress=on_progress, cancelled=cancelled)
    return _run(library, work, cancelled, tell)


def undo(
    library: Library,
    run_id: int | None,
    on_progress: Callable[[int, int, str], None],
    cancelled: Callable[[], bool],
    tell: Tell = lambda _: None,
) -> "Outcome":
    """Undo a run and tag by the old names; errors as in `indexer.organize.run.undo_run`."""
    from indexer.organize.run import undo_run

    work = partial(undo_run, library, run_id, on_progress=on_progress, cancelled=cancelled)
    return _run(library, work, cancelled, tell)


def _run(library: Library, work: "Callable[[], Outcome]", cancelled: Callable[[], bool], tell: Tell) -> "Outcome":
    """Do it and tag by the new names; wait a while for another process that writes, as a watch does after each change.

    Raises:
        LibraryBusyError: The library is still busy after ten seconds.
    """
    end = time.monotonic() + _WAIT_SECONDS
    has_told = False
    while True:
        try:
            outcome = work()
        except LibraryBusyError:
            if time.monotonic() >= end or cancelled():
                raise
            if not has_told:
                tell("Another earmark is writing the library. Waiting for it.")
                has_told = True
            time.sleep(_LOOK_SECONDS)
        else:
            tag_renamed(library)
            return outcome


def apply_with_summary(library: Library, plan: "Plan", what: str) -> str:
    """Apply a plan; return what was done and how to undo it, in a few sentences. Errors as in `apply`.

    Args:
        library: Open library.
        plan: Steps to do.
        what: Participle for the sentence: "moved" or "removed".
    """
    outcome = apply(library, plan, lambda _done, _total, _name: None, lambda: False)
    back = " To undo it: Ctrl-P, Undo the last organising" if outcome.n_done else ""
    return f"{_summary_of(outcome, what)}{back}"


def undo_with_summary(library: Library) -> str:
    """Undo the last run; return what was done, in a few sentences. Errors as in `undo`."""
    return _summary_of(undo(library, None, lambda _done, _total, _name: None, lambda: False), "undone")


def _summary_of(outcome: "Outcome", what: str) -> str:
    reasons = [f"{len(paths):,}: {reason}." for reason, paths in by_reason(outcome.refused)]
    return " ".join([outcome_summary(outcome, what), *reasons, *unreadable_journals(outcome.unreadable)])


def last_run(library: Library) -> "tuple[int, str]":
    """Return the number of files of the run that would be undone, and its description.

    Raises:
        UsageError: There is nothing to undo.
    """
    from indexer.organize.journal import LEFT_TO_UNDO, RunLog

    run = RunLog(library.folder).find(None)
    return len(run.in_state(*LEFT_TO_UNDO)), display_text(run.what)


def plan_summary(plan: "Plan") -> str:
    """Return what a plan would do, in a few sentences."""
    from indexer.organize.steps import Action

    counts = []
    for action in Action:
        n_files = sum(step.action == action for step in plan.steps)
        if n_files:
            counts.append(f"{formatting.count(n_files, 'file')} to {action.value}")
    sentences = [", ".join(counts) or "Nothing to do"]
    n_folders = len({step.target.parent for step in plan.steps if step.target is not None})
    if n_folders:
        sentences[0] += f", in {formatting.count(n_folders, 'folder')}"
    if plan.n_numbered:
        sentences.append(f"{plan.n_numbered:,} numbered, names taken")
    if plan.n_in_place:
        sentences.append(f"{plan.n_in_place:,} in place")
    if plan.removes_empty:
        sentences.append("empty folders are removed")
    if plan.stays:
        sentences.append(f"{len(plan.stays):,} stay")
    if plan.new_root is not None:
        folder = display_text(plan.new_root)
        sentences.append(f"{folder} becomes a folder of the library, with all sounds in it")
    return "; ".join(sentences) + "."


def outcome_summary(outcome: "Outcome", what: str) -> str:
    """Return what a run did, in a sentence; ``what`` is "done" or "undone"."""
    parts = [f"{formatting.count(outcome.n_done, 'file')} {what}"]
    if outcome.n_before:
        parts.append(f"{outcome.n_before:,} before")
    if outcome.refused:
        parts.append(f"{len(outcome.refused):,} refused")
    if outcome.n_folders:
        parts.append(f"{formatting.count(outcome.n_folders, 'empty folder')} removed")
    if outcome.n_left:
        parts.append(f"{outcome.n_left:,} left; repeat the command to continue")
    return ", ".join(parts) + "."


def unreadable_journals(journals: Iterable[tuple[Path, str]]) -> list[str]:
    """Return a sentence for each journal of a run that cannot be read."""
    return [f"A run is left out, as {display_text(path)} cannot be read: {reason}." for path, reason in journals]


def shown_moves(plan: "Plan", most: int) -> list[tuple[str, str]]:
    """Return the old name and the new path of each file, below the folder that the new paths have in common."""
    places = [step.target.parent for step in plan.steps if step.target is not None]
    top = Path(os.path.commonpath(places)) if places else Path()
    return [
        (display_text(step.source.name), _trashed(step) if step.target is None else _below(step.target, top))
        for step in plan.steps[:most]
    ]


def _below(place: Path, top: Path) -> str:
    return display_text(place.relative_to(top))


def _trashed(step: "Step") -> str:
    return "to the trash" if step.keeper is None else f"to the trash; kept: {display_text(step.keeper)}"


def by_reason(files: Sequence[tuple[Path, str]]) -> list[tuple[str, list[Path]]]:
    """Group files by the reason why they stay, the most frequent reason first."""
    groups: dict[str, list[Path]] = {}
    for path, reason in files:
        groups.setdefault(reason, []).append(path)
    return sorted(groups.items(), key=lambda each: -len(each[1]))


def run_text(run: "Run") -> str:
    """Return the state of a run: ``"12 moved"``, ``"12 undone"``."""
    from indexer.organize.journal import State

    parts = []
    for action, word in _DONE.items():
        n_done = sum(entry.step.action.value == action for entry in run.in_state(State.DONE))
        if n_done:
            parts.append(f"{n_done:,} {word}")
    n_undone = len(run.in_state(State.UNDONE))
    if n_undone:
        parts.append(f"{n_undone:,} undone")
    if not run.is_settled:
        parts.append("interrupted")
    elif not run.is_finished:
        parts.append("not finished")
    return ", ".join(parts) or "nothing done"
