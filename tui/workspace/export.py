"""Get sounds out: a folder of copies or links, a playlist, JSON. Nothing that exists is ever overwritten."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.types import Sample
from tui import formatting
from tui.workspace.json_output import sample_shape

if TYPE_CHECKING:
    from indexer.export.plan import ExportPlan
    from indexer.export.run import Exported

FORMS = ("copies", "links", "m3u", "json")


def export(library: Library, samples: Sequence[Sample], target: Path, form: str, what: str = "") -> str:
    """Write sounds in one of `FORMS` to a folder (copies, links) or a new file (m3u, json).

    Args:
        library: Whose record of exports notes what went to a folder.
        samples: In their order.
        target: Folder or file.
        form: One of `FORMS`.
        what: Query line that found them, for the record.

    Returns:
        What was done, as a sentence.

    Raises:
        UsageError: The target exists, cannot be written, or lies among the sounds themselves.
    """
    target = target.expanduser().absolute()
    if form in {"copies", "links"}:
        from indexer.export.plan import plan_export
        from indexer.export.profile import AS_IT_IS
        from indexer.export.records import ExportLog
        from indexer.export.run import run_export

        log = ExportLog(library.folder)
        plan = plan_export(samples, target, AS_IT_IS, log.records(), links=form == "links")
        return export_summary(plan, run_export(plan, log, what))
    try:
        _write_new(target, _playlist(samples) if form == "m3u" else _document(samples))
    except FileExistsError as error:
        raise UsageError(f"{display_text(target)} exists already. Give another name.") from error
    except OSError as error:
        raise UsageError(f"{display_text(target)} cannot be written: {error.strerror}.") from error
    return f"{formatting.count(len(samples), 'sound')} exported to {display_text(target)}"


def export_summary(plan: "ExportPlan", done: "Exported") -> str:
    """Say in one line what an export did."""
    parts = [f"{formatting.count(done.n_written, 'sound')} exported to {display_text(plan.target)}"]
    if done.n_present:
        parts.append(f"{done.n_present:,} there already")
    if done.failed:
        parts.append(f"{len(done.failed):,} left out")
    if done.was_cancelled:
        parts.append("stopped: the same export again writes the rest")
    return ", ".join(parts)


def _write_new(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(data)


def _playlist(samples: Sequence[Sample]) -> bytes:
    lines = [b"#EXTM3U"]
    for sample in samples:
        path = sample.paths[0]
        seconds = round(sample.features.duration_seconds)
        lines += [f"#EXTINF:{seconds},{display_text(path.stem)}".encode(), os.fsencode(path)]
    return b"\n".join(lines) + b"\n"


def _document(samples: Sequence[Sample]) -> bytes:
    return json.dumps([sample_shape(sample) for sample in samples], indent=2).encode()
