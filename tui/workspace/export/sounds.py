"""Export sounds: a folder of copies or links, a playlist, JSON. Existing files are never overwritten."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.errors import UsageError, system_reason
from db.library import Library
from db.measurements import channels_text
from db.paths import display_text
from db.types import Sample
from indexer.daw.playlist import playlist
from indexer.export.conform import NO_PROJECT, Project
from tui import formatting, settings
from tui.workspace.annotations.uses import note_use
from tui.workspace.json_output import sample_shape

if TYPE_CHECKING:
    from indexer.export.audio_shape import AudioShape
    from indexer.export.plan import Excerpt, ExportPlan
    from indexer.export.profile import Profile
    from indexer.export.run import Exported

PROJECT = "project"  # form of an export at the tempo and key of the project
_LISTS = {"m3u": "A playlist (.m3u)", "json": "A list (.json)"}
WAV_PROFILE = "daw"
_FOLDERS = {"copies": "A folder of copies", "links": "A folder of links"}


def export_forms(project: str = "") -> dict[str, str]:
    """Return the titles of the forms of export by name: folders, lists, then the profiles of devices.

    Args:
        project: Tempo and key of the project in words; empty if none is set.
    """
    from indexer.export.profile import profile_files, read_profile

    folder = settings.profiles_folder()
    devices = [name for name in profile_files(folder) if name != "copy"]
    in_time = {PROJECT: f"A folder of WAV files at {project}"} if project else {}
    return {**in_time, **_FOLDERS, **_LISTS, **{name: read_profile(name, folder).title for name in devices}}


def is_list(form: str) -> bool:
    """Say whether a form of export is a single new file, which needs no plan."""
    return form in _LISTS


def suggested_path(library: Library, form: str) -> Path:
    """Return the suggested path of an export: for folders, the folder of the last export."""
    from indexer.export.records import ExportLog

    if is_list(form):
        return Path.home() / f"earmark-export.{form}"
    return ExportLog(library.folder).last_target() or Path.home() / "earmark-export"


def export_list(library: Library, samples: Sequence[Sample], target: Path, form: str) -> str:
    """Write a playlist or a JSON file; return what was done, as a sentence.

    Raises:
        UsageError: The file exists, or cannot be written.
    """
    target = target.expanduser().absolute()
    try:
        _write_new(target, playlist(samples) if form == "m3u" else _document(samples))
    except FileExistsError as error:
        raise UsageError(f"{display_text(target)} exists already. Give another name.") from error
    except OSError as error:
        raise UsageError(f"{display_text(target)} cannot be written: {system_reason(error)}.") from error
    note_use(library, [sample.id for sample in samples])
    return f"{formatting.count(len(samples), 'sound')} exported to {display_text(target)}"


def converting(rules: "Profile") -> "Profile":
    """Return a profile that converts files: the same one, or WAV for a profile that copies them."""
    return rules if rules.format is not None else replace(named_profile(WAV_PROFILE), name=rules.name)


def named_profile(name: str) -> "Profile":
    """Return a profile by its name, built-in or the user's own; errors as `read_profile`."""
    from indexer.export.profile import read_profile

    return read_profile(name, settings.profiles_folder())


def plan_files(
    library: Library, sounds: "Sequence[Sample | Excerpt]", target: Path, rules: "Profile", **options: Any
) -> "ExportPlan":
    """Plan an export by `plan_export`, with the export log of a library and further options."""
    from indexer.export.plan import plan_export
    from indexer.export.records import ExportLog

    return plan_export(sounds, target, rules, ExportLog(library.folder).records(), **options)


def write_files(library: Library, plan: "ExportPlan", what: str, **options: Any) -> "Exported":
    """Write the files of a plan by `run_export`, with the export log of a library, and record the use of its sounds."""
    from indexer.export.records import ExportLog
    from indexer.export.run import run_export

    done = run_export(plan, ExportLog(library.folder), what, **options)
    note_use(library, [sample_id for sample_id in plan.ids if sample_id >= 0])  # others are not in the library
    return done


def plan_folder(
    library: Library, samples: "Sequence[Sample | Excerpt]", target: Path, form: str, project: Project = NO_PROJECT
) -> "ExportPlan":
    """Plan an export to a folder; nothing is written yet.

    Args:
        library: Library whose export log tells what was exported before.
        samples: Sounds or excerpts.
        target: Folder.
        form: A form of `export_forms` other than a list.
        project: Tempo and key to adapt sounds to; ignored for copies and links.

    Raises:
        UsageError: The target or the profile is invalid.
    """
    from indexer.export.profile import AS_IT_IS

    if form in _FOLDERS:
        return plan_files(library, samples, target, AS_IT_IS, links=form == "links")
    rules = named_profile(WAV_PROFILE if form == PROJECT else form)
    return plan_files(library, samples, target, rules, project=project)


def carry_out(library: Library, plan: "ExportPlan", what: str) -> str:
    """Write a planned export; return what was done, as a sentence.

    Args:
        library: Library whose export log records the export.
        plan: The plan that the user confirmed.
        what: Query line that found the sounds, for the log.

    Raises:
        UsageError: The folder cannot be written.
    """
    return export_summary(plan, write_files(library, plan, what))


def shape_text(shape: "AudioShape | None") -> str:
    """Return ``"wav 44.1 kHz 24 bit stereo 1.20 s"``; empty for files that are copied or linked."""
    if shape is None:
        return ""
    bits = f" {shape.bits} bit" if shape.bits else ""
    channels = channels_text(shape.n_channels)
    return f"{shape.format} {shape.rate_hz / 1000:g} kHz{bits} {channels} {formatting.duration(shape.seconds)}"


def export_summary(plan: "ExportPlan", done: "Exported") -> str:
    """Say in one line what an export did."""
    parts = [f"{formatting.count(done.n_written, 'sound')} exported to {display_text(plan.target)}"]
    if done.n_present:
        parts.append(f"{done.n_present:,} exported before")
    if done.failed:
        parts.append(f"{len(done.failed):,} left out")
    if done.was_cancelled:
        parts.append("stopped; repeat the export to write the rest")
    return ", ".join(parts)


def _write_new(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(data)


def _document(samples: Sequence[Sample]) -> bytes:
    return json.dumps([sample_shape(sample) for sample in samples], indent=2).encode()
