"""``earmark kit``: one sound for each slot of a kit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tui.terminal.options import (
    JsonOption,
    KitFormatOption,
    LibraryOption,
    LikeOption,
    NullOption,
    PathsOption,
    given_path,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.library import Library
    from indexer.kits.builder import KitSound

_SLOTS = "kick,snare,closed hi-hat,open hi-hat,clap,perc*3"

app = typer.Typer(help="Kits: one sound for each slot.", no_args_is_help=True, rich_markup_mode=None)


@app.command("new")
def new_kit(  # noqa: PLR0917 (one per option)
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="[QUERY]", help="Words of style, and filters for all sounds.")] = "",
    slots: Annotated[str, typer.Option(metavar="NAME,...", help="Types or descriptions; perc*3 are three.")] = _SLOTS,
    like: LikeOption = None,
    lock: Annotated[
        list[str] | None,
        typer.Option(metavar="SLOT=FILE", help="A sound that stays in its slot.", show_default=False),
    ] = None,
    draw: Annotated[int, typer.Option(min=1, metavar="N", help="2 is a kit of other sounds, 3 of others again.")] = 1,
    one_pack: Annotated[bool, typer.Option("--one-pack", help="All of one pack, as far as it has them.")] = False,
    export_to: Annotated[
        Path | None,
        typer.Option("--export", parser=given_path, metavar="DIR", help="Also write its sounds there, in order."),
    ] = None,
    kit_format: KitFormatOption = None,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Choose a sound for each slot, alike in character.

    \b
    Examples:
      earmark kit new "dusty boom bap" --slots "kick,snare,closed hi-hat,open hi-hat,clap,perc*3"
      earmark kit new "bright 808 in:Vengeance" --one-pack
      earmark kit new "dusty boom bap" --export ~/kits/dusty --as sfz
      earmark kit new "dusty boom bap" --lock "kick=~/Samples/kick.wav" --draw 2
    """
    from db.errors import UsageError
    from indexer.encoders.registry import open_encoder
    from indexer.export.kits.registry import kit_format_named
    from indexer.kits.builder import KitRequest, build_kit
    from indexer.kits.slots import parse_slots
    from indexer.search.service import SearchService
    from tui.sample_paths import places_there
    from tui.terminal.library import open_library
    from tui.terminal.output import print_json, print_paths
    from tui.workspace.active_model import active_model
    from tui.workspace.json_output import kit_shape

    kit_format_named(kit_format)
    if kit_format is not None and export_to is None:
        raise UsageError("A kit for samplers lies beside its sounds. Say where to write them: --export DIR")
    names = parse_slots(slots)
    with open_library(context, library) as opened, open_encoder(active_model(opened)) as encoder:
        request = KitRequest(
            slots=names,
            line=query,
            likes=tuple(like or ()),
            locked=_locked(opened, names, lock or []),
            draw=draw - 1,
            from_one_pack=one_pack,
        )
        kit = build_kit(SearchService(opened, encoder, lambda: encoder), request)
        if as_json:
            print_json(kit_shape(query, kit))
        elif paths or null:
            found = [sound.sample.paths for sound in kit if sound.sample]
            print_paths(places_there(found, has_copies=False), null=null)
        else:
            _print_table(opened, kit)
        _tell_missing(kit)
        if export_to is not None:
            _export(opened, query, kit, export_to, kit_format)


def _locked(library: "Library", slots: tuple[str, ...], locks: list[str]) -> dict[int, int]:
    """Return the sample of each locked slot, by number of the slot."""
    from db.errors import UsageError
    from db.paths import display_text
    from tui.workspace.selection import ids_of

    locked: dict[int, int] = {}
    for lock in locks:
        name, _, file = lock.partition("=")
        number = next((n for n, slot in enumerate(slots) if slot == name.strip() and n not in locked), None)
        if number is None or not file:
            raise UsageError(f"--lock {display_text(lock)}: write SLOT=FILE, with a slot of --slots that is free.")
        (locked[number],) = ids_of(library, [Path(file)])
    return locked


def _export(library: "Library", query: str, kit: "Sequence[KitSound]", target: Path, kit_format: str | None) -> None:
    """Write the sounds of a kit to a folder, numbered by slot."""
    from dataclasses import replace

    from indexer.export.plan import plan_export
    from indexer.export.profile import AS_IT_IS
    from indexer.export.records import ExportLog
    from tui.terminal.exports import run_plan

    samples = [sound.sample for sound in kit if sound.sample is not None]
    rules = replace(AS_IT_IS, is_numbered=True)
    plan = plan_export(samples, target, rules, ExportLog(library.folder).records(), kit_format=kit_format)
    run_plan(library, plan, f"kit {query}".strip(), as_json=False)  # stdout has the kit


def _print_table(library: "Library", kit: "Sequence[KitSound]") -> None:
    from rich.table import Table
    from rich.text import Text

    from db.paths import display_text
    from tui import formatting
    from tui.sample_paths import folder_under
    from tui.terminal.output import show

    roots = [root.path for root in library.roots()]
    table = Table.grid(padding=(0, 2, 0, 0))
    for sound in kit:
        sample = sound.sample
        if sample is None:
            table.add_row(Text(display_text(sound.slot), "bold"), "-")
            continue
        table.add_row(
            Text(display_text(sound.slot), "bold"),
            "locked" if sound.is_locked else formatting.percent(sound.score),
            Text(display_text(sample.path.name)),
            formatting.duration(sample.features.duration_seconds),
            Text(display_text(folder_under(sample.path, roots)), "dim"),
        )
    show(lambda _: table)


def _tell_missing(kit: "Sequence[KitSound]") -> None:
    from tui.exit_codes import ExitCode
    from tui.terminal.output import say

    missing = [sound.slot for sound in kit if sound.sample is None]
    if missing:
        say(f"Nothing left for: {', '.join(missing)}. Try fewer filters, or other slots.")
    if len(missing) == len(kit):
        raise typer.Exit(ExitCode.NOTHING_FOUND)
