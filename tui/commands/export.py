"""``earmark export``: write sounds as copies, links, or files for a device."""

from dataclasses import replace
from enum import Enum
from typing import Annotated

import typer

from db.errors import UsageError
from tui.terminal.library import open_library
from tui.terminal.options import DryRunOption, JsonOption, KitFormatOption, LibraryOption, ProfileOption
from tui.terminal.output import say
from tui.terminal.query import report_unknown


class Level(Enum):
    """What to normalize."""

    PEAK = "peak"
    LUFS = "lufs"


def export(  # noqa: PLR0917 (one per option)
    what: Annotated[list[str], typer.Argument(metavar="WHAT... [DIR]", help="A query in quotes, then a folder.")],
    k: Annotated[
        int | None,
        typer.Option("-k", min=1, metavar="N", help="Number of sounds; by default 20 of words, all of filters alone."),
    ] = None,
    files: Annotated[bool, typer.Option("--files", help="WHAT are files of the library.")] = False,
    blend: Annotated[
        int | None,
        typer.Option(min=2, max=64, metavar="N", help="WHAT are two ends, and N sounds from one to the other."),
    ] = None,
    profile: ProfileOption = "copy",
    link: Annotated[bool, typer.Option("--link", help="Links instead of copies.")] = False,
    normalize: Annotated[Level | None, typer.Option(help="Normalize the peaks or the loudness.")] = None,
    bpm: Annotated[
        float | None,
        typer.Option("--bpm", metavar="TEMPO", help="Stretch loops to this tempo, its half or its double."),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="Transpose all but drums to this key: Am, F#, 8A.")
    ] = None,
    unsure: Annotated[
        bool, typer.Option("--unsure", help="With --bpm and --key: also adapt sounds whose tempo or key is uncertain.")
    ] = False,
    trim: Annotated[bool, typer.Option("--trim", help="Remove silence before the sound.")] = False,
    number: Annotated[bool, typer.Option("--number", help="Number the names: 01, 02, ...")] = False,
    by_type: Annotated[bool, typer.Option("--by-type", help="A folder for each type of sound.")] = False,
    kit_format: KitFormatOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Write sounds to a folder: copies, links, or converted by the rules of a device.

    No file is ever overwritten, names are valid on every system, and repeating an export writes only what is missing.
    Without DIR, sounds go to the folder of the last export. "earmark exports undo" undoes an export.

    \b
    Examples:
      earmark export "closed hi-hat len:<0.5" ~/Desktop/hats -k 16
      earmark export collection:Favourites /media/M8/Samples/Favs --profile m8 --dry-run
      earmark export --files kick.wav snare.wav ~/kit --trim --normalize peak
      earmark export "form:loop bpm:120..140" ~/track/loops --bpm 128 --key Am --dry-run
      earmark export collection:Drums ~/kits/drums --as sfz
      earmark export --blend 8 kick.wav thunder ~/path --number
    """
    from indexer.export.conform import read_project
    from indexer.export.kits.registry import kit_format_named
    from indexer.export.records import ExportLog
    from tui.terminal.exports import run_plan
    from tui.terminal.progress import meter
    from tui.workspace.export.request import find_samples, is_file, split_arguments, suggested_target
    from tui.workspace.export.sounds import converting, named_profile, plan_files

    kit_format_named(kit_format)
    if files and blend is not None:
        raise UsageError("Give either --files or --blend.")
    rules = named_profile(profile)
    project = read_project(bpm, key, takes_unsure=unsure)
    if trim or normalize or project.is_set:
        rules = converting(rules)
    rules = replace(
        rules,
        trims=trim or rules.trims,
        normalize=normalize.value if normalize else rules.normalize,
        is_numbered=number or blend is not None or rules.is_numbered,
        folders="type" if by_type else rules.folders,
    )
    words, target = split_arguments(what, are_files=files, are_ends=blend is not None)
    with open_library(library) as opened:
        target = target or suggested_target(ExportLog(opened.folder), words, are_files=files)
        samples = find_samples(opened, words, k, are_files=files, n_steps=blend, tell=say)
        for end in words if blend is not None else ():
            if not is_file(end):
                report_unknown(opened, end)
        with meter("Planning") as shown:
            plan = plan_files(
                opened,
                samples,
                target,
                rules,
                links=link,
                project=project,
                kit_format=kit_format,
                on_fetched=shown.show,
            )
        run_plan(opened, plan, " ".join(words), as_json=as_json, dry_run=dry_run)
