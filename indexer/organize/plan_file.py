"""Plans as files of JSON lines: the plan, then a line for each file. Lines may be removed or edited."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from db.errors import UsageError, system_reason
from db.paths import display_text
from indexer.files.disk import write_whole
from indexer.files.json_lines import ODD_LINE, parse_line
from indexer.organize.steps import Action, Plan, Step, Unmoved

_VERSION = 1
_KIND = "earmark-plan"
_STAYS = "stays"


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan to a file, which may replace another plan but no other file.

    Raises:
        UsageError: Another file has the name, or the plan cannot be written.
    """
    if os.path.lexists(path) and not is_plan(path):
        raise UsageError(f"{display_text(path)} exists already and is not a plan. Give another name.")
    text = "".join(json.dumps(line) + "\n" for line in _lines(plan))
    try:
        write_whole(path, text.encode("ascii"))
    except OSError as error:
        raise UsageError(f"{display_text(path)} cannot be written: {system_reason(error)}.") from error


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        UsageError: The file is not a plan, or a line is invalid.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{display_text(path)} cannot be read: {system_reason(error)}.") from error
    head = parse_line(lines[0]) if lines else None
    if head is None or head.get("kind") != _KIND:
        raise UsageError(f"{display_text(path)} is not a plan. Make one with: earmark organize plan TEMPLATE -o PLAN")
    if head.get("version") != _VERSION:
        raise UsageError(f"{display_text(path)} was made by a newer earmark. Make the plan again.")
    steps: list[Step] = []
    stays: list[Unmoved] = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            value = parse_line(line) or {}
            if _STAYS in value:
                stays.append(Unmoved(Path(str(value[_STAYS])), str(value.get("why", ""))))
            else:
                steps.append(read_step(value, f"Line {number} of {display_text(path)}"))
    try:
        new_root = head["new_root"]
        return Plan(
            id=str(head["id"]),
            made_at=datetime.fromisoformat(head["made_at"]),
            what=str(head["what"]),
            steps=tuple(steps),
            stays=tuple(stays),
            n_in_place=int(head.get("n_in_place", 0)),
            n_numbered=int(head.get("n_numbered", 0)),
            new_root=None if new_root is None else _absolute(new_root, "The first line"),
            library_id=str(head.get("library", "")),
            takes_projects=head.get("takes_projects") is True,
            removes_empty=head.get("removes_empty") is True,
        )
    except ODD_LINE as error:
        raise UsageError(f"The first line of {display_text(path)} is damaged. Make the plan again.") from error


def is_plan(path: Path) -> bool:
    """Say whether a file is a plan."""
    try:
        with path.open("rb") as file:
            head = parse_line(file.readline(1 << 16))
    except OSError:
        return False
    return head is not None and head.get("kind") == _KIND


def step_line(step: Step) -> dict[str, Any]:
    """Return the JSON of a step."""
    line: dict[str, Any] = {step.action.value: str(step.source)}
    if step.target is not None:
        line["to"] = str(step.target)
    if step.keeper is not None:
        line["keeps"] = str(step.keeper)
    if step.keeper_facts is not None:
        line["kept"] = list(step.keeper_facts)
    return line | {"size": step.size_bytes, "mtime_ns": step.mtime_ns, "hash": step.content_hash}


def read_step(line: dict[str, Any], where: str) -> Step:
    """Return the step of a line.

    Raises:
        UsageError: The line is invalid; ``where`` names it in the message.
    """
    action = next((one for one in Action if one.value in line), None)
    if action is None:
        raise UsageError(f"{where} says none of: {', '.join(one.value for one in Action)}.")
    try:
        target = None if action == Action.REMOVE else _absolute(line["to"], where)
        keeper, kept = line.get("keeps"), line.get("kept")
        return Step(
            action=action,
            source=_absolute(line[action.value], where),
            target=target,
            size_bytes=int(line["size"]),
            mtime_ns=int(line["mtime_ns"]),
            content_hash=str(line["hash"]),
            keeper=None if keeper is None else _absolute(keeper, where),
            keeper_facts=None if kept is None else (int(kept[0]), int(kept[1])),
        )
    except ODD_LINE as error:
        raise UsageError(f"{where} lacks something or is damaged. Remove the line, or make the plan again.") from error


def _absolute(text: object, where: str) -> Path:
    if not isinstance(text, str) or not os.path.isabs(text) or "\0" in text or os.path.normpath(text) != text:
        raise UsageError(f"{where} names a path that is not absolute and plain.")
    return Path(text)


def _lines(plan: Plan) -> Iterator[dict[str, Any]]:
    yield {
        "kind": _KIND,
        "version": _VERSION,
        "id": plan.id,
        "made_at": plan.made_at.isoformat(timespec="seconds"),
        "what": plan.what,
        "library": plan.library_id,
        "new_root": None if plan.new_root is None else str(plan.new_root),
        "takes_projects": plan.takes_projects,
        "removes_empty": plan.removes_empty,
        "n_in_place": plan.n_in_place,
        "n_numbered": plan.n_numbered,
    }
    yield from map(step_line, plan.steps)
    yield from ({_STAYS: str(one.path), "why": one.reason} for one in plan.stays)
