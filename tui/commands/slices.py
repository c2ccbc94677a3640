"""``earmark slice``: cut loops into single sounds, with a kit and a MIDI file that plays them as the loop."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from db.errors import EarmarkError
from db.paths import display_text
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.interrupt import stop_on_interrupt
from tui.terminal.library import open_library
from tui.terminal.options import DryRunOption, JsonOption, KitFormatOption, LibraryOption, ProfileOption, path_option
from tui.terminal.output import print_json, say
from tui.terminal.progress import meter

if TYPE_CHECKING:
    from db.types import Sample
    from indexer.export.plan import ExportPlan
    from indexer.export.run import Exported
    from indexer.slicing.cuts import Cuts


class _Sliced(NamedTuple):
    """One loop; ``exported`` is None for a dry run."""

    sample: "Sample"
    cuts: "Cuts"
    plan: "ExportPlan"
    exported: "Exported | None"


def slice_loops(  # noqa: PLR0917 (one per option)
    what: Annotated[list[str], typer.Argument(metavar="FILE...|QUERY", help="Files, or a query in quotes.")],
    by: Annotated[
        str, typer.Option(metavar="HOW", help="onsets, beats, cues, or a number of equal parts.", show_default=False)
    ] = "auto",
    out: Annotated[Path | None, path_option("DIR", "Folder that gets a folder for each loop.")] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, metavar="N", help="Number of hits of the query.")] = None,
    profile: ProfileOption = "daw",
    kit_format: KitFormatOption = None,
    midi: Annotated[
        bool, typer.Option("--midi", help="Also write a MIDI file that plays the slices as the loop.")
    ] = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Slice loops into single sounds, each loop into a folder of its name.

    Slices begin at zero crossings and keep their tails. Without --by, loops are cut at the cue points or REX slices of
    the file, or at onsets if it has none. As in "earmark export", no file is overwritten, and "earmark exports undo"
    removes the slices of a loop.

    \b
    Examples:
      earmark slice ~/Samples/amen.wav --as sfz --midi
      earmark slice "breakbeat form:loop" -k 4 --by 16 --out ~/kits --dry-run
      earmark slice break.rx2 --by cues --profile digitakt
    """
    from indexer.export.kits.registry import kit_format_named
    from indexer.slicing.cuts import parse_method
    from tui.terminal.exports import check_found
    from tui.workspace.export.slicing import SliceRequest, find_loops, folders_of, plan_slices, suggested_folder
    from tui.workspace.export.sounds import named_profile, write_files

    kit_format_named(kit_format)
    request = SliceRequest(named_profile(profile), parse_method(by), kit_format, midi)
    with open_library(library) as opened:
        samples = find_loops(opened, what, k, say)
        folders = folders_of(samples, out or suggested_folder(opened))
        done, failed = list[_Sliced](), list[tuple[Path, str]]()
        with meter("Slicing") as shown, stop_on_interrupt(shown.note) as stop:
            for number, (sample, folder) in enumerate(zip(samples, folders, strict=True)):
                if stop.is_set():
                    break
                shown.show(number, len(samples), display_text(sample.path.name))
                try:
                    plan, cuts = plan_slices(opened, sample, folder, request)
                    title = f"slices of {sample.path.name}"
                    exported = None if dry_run else write_files(opened, plan, title, cancelled=stop.is_set)
                except EarmarkError as error:
                    failed.append((sample.path, str(error)))
                else:
                    done.append(_Sliced(sample, cuts, plan, exported))
    if as_json:
        loops = [_shape(one) for one in done]
        print_json({"loops": loops, "failed": [{"path": str(path), "reason": reason} for path, reason in failed]})
    else:
        _print(done, failed)
    check_found(samples)
    if stop.is_set():
        raise typer.Exit(ExitCode.INTERRUPTED)
    if failed or any(one.exported is not None and one.exported.failed for one in done):
        raise typer.Exit(ExitCode.PROBLEM)


def _print(done: "Sequence[_Sliced]", failed: Sequence[tuple[Path, str]]) -> None:
    from tui.terminal.exports import print_table
    from tui.workspace.export.sounds import export_summary

    for path, reason in failed:
        say(f"{display_text(path.name)}: {display_text(reason)}")
    for sample, cuts, plan, exported in done:
        title = f"{display_text(sample.path.name)}: {formatting.count(len(cuts.spans), 'slice')} {_method(cuts)}"
        if exported is None:
            say(f"{title}, would be written to {display_text(plan.target)}")
            print_table(plan.files)
            continue
        for path, reason in exported.failed:
            say(f"{display_text(path.name)}: {display_text(reason)}")
        say(f"{title}. {export_summary(plan, exported)}")


def _method(cuts: "Cuts") -> str:
    return "of equal length" if cuts.by.isdecimal() else f"by {cuts.by}"


def _shape(sliced: "_Sliced") -> dict[str, Any]:
    from tui.terminal.exports import done_shape, plan_shape

    sample, cuts, plan, exported = sliced
    shape = {**plan_shape(plan), "is_dry_run": True} if exported is None else done_shape(plan, exported)
    slices = [{"start_seconds": a / cuts.rate_hz, "end_seconds": b / cuts.rate_hz} for a, b in cuts.spans]
    return {"source": str(sample.path), "by": cuts.by, "slices": slices, **shape}
