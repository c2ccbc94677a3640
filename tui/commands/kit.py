"""``earmark kit``: one sound for each slot of a kit."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import UsageError
from db.paths import display_text, shell_text
from indexer.kits import DEFAULT_SLOTS
from tui.terminal.library import open_library
from tui.terminal.options import (
    DryRunOption,
    JsonOption,
    KitFormatOption,
    LibraryOption,
    LikeOption,
    NullOption,
    PathsOption,
    ProfileOption,
    path_argument,
    path_option,
)
from tui.terminal.output import print_list, say
from tui.terminal.query import report_unknown

if TYPE_CHECKING:
    from db.library import Library

_MOST_NOTES = 512  # sounds considered for an instrument

app = typer.Typer(help="Kits: one sound for each slot.", no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of a saved kit.")]
TuneOption = Annotated[
    str | None,
    typer.Option("--tune", metavar="KEY", help="Tune basses, notes and toms to a key: Am, F#; own for the kit's own."),
]


@app.command("new")
def new_kit(  # noqa: PLR0917 (one per option)
    query: Annotated[
        str, typer.Argument(metavar="[QUERY]", help="Words for the style, and filters for all sounds.")
    ] = "",
    slots: Annotated[
        str, typer.Option(metavar="NAME,...", help="Types or descriptions; perc*3 is three slots.")
    ] = DEFAULT_SLOTS,
    like: LikeOption = None,
    lock: Annotated[list[str] | None, typer.Option(metavar="SLOT=FILE", help="A sound that stays in its slot.")] = None,
    draw: Annotated[int, typer.Option(min=1, metavar="N", help="2 chooses other sounds, 3 others again.")] = 1,
    one_pack: Annotated[bool, typer.Option("--one-pack", help="Prefer the sounds of one pack.")] = False,
    tune: TuneOption = None,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Keep the kit under this name.")] = None,
    export_to: Annotated[
        Path | None, path_option("DIR", "Also write the sounds to this folder, in order.", "--export")
    ] = None,
    kit_format: KitFormatOption = None,
    profile: ProfileOption = "copy",
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Choose a sound for each slot, so that all match in character.

    \b
    Examples:
      earmark kit new "dusty boom bap" --slots "kick,snare,closed hi-hat,open hi-hat,clap,perc*3"
      earmark kit new "bright 808 in:Vengeance" --one-pack --save Bright
      earmark kit new "trap" --slots "kick,snare,808,tom*2" --tune Fm --export ~/kits/trap --as ableton
      earmark kit new "dusty boom bap" --lock "kick=~/Samples/kick.wav" --draw 2
    """
    from indexer.export.kits.registry import kit_format_named
    from indexer.kits.builder import KitRequest, build_kit
    from indexer.kits.slots import parse_slots
    from tui.terminal.exports import run_plan
    from tui.terminal.kits import print_kit, report_missing
    from tui.workspace.active_model import audio_search
    from tui.workspace.annotations.collections import collection_name
    from tui.workspace.kits.saved import plan_kit, save_kit, tune_kit

    kit_format_named(kit_format)
    if (kit_format is not None or profile != "copy") and export_to is None:
        raise UsageError("--as and --profile need a folder for the sounds: --export DIR")
    names = parse_slots(slots)
    saved_as = None if save is None else collection_name(save)  # refused before a kit is chosen
    with open_library(library) as opened, audio_search(opened) as service:
        request = KitRequest(
            slots=names,
            line=query,
            likes=tuple(like or ()),
            locked=_locked(opened, names, lock or []),
            draw=draw - 1,
            from_one_pack=one_pack,
        )
        kit = build_kit(service, request)
        samples = [sound.sample for sound in kit if sound.sample is not None]
        tuning = tune_kit(samples, tune)
        print_kit(opened, kit, tuning, query=query, as_json=as_json, as_paths=paths, null=null)
        report_unknown(opened, query)
        report_missing(kit)
        if saved_as is not None:
            save_kit(opened, saved_as, {sound.sample.id: sound.slot for sound in kit if sound.sample is not None})
            say(f"Saved. To see it again: earmark kit show {shell_text(saved_as)}")
        if export_to is not None:
            plan = plan_kit(opened, samples, export_to, kit_format=kit_format, profile=profile, tuning=tuning)
            run_plan(opened, plan, f"kit {query}".strip(), as_json=False)  # stdout has the kit


@app.command("list")
def list_saved(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the saved kits. They are collections too, to search, export and rename.

    \b
    Examples:
      earmark kit list
    """
    from tui.terminal.collections import collection_table
    from tui.workspace.kits.saved import list_kits

    with open_library(library) as opened:
        found = list_kits(opened)
    nothing = 'There is no kit yet. Make one with: earmark kit new "dusty boom bap" --save NAME'
    print_list(found, asdict, collection_table, nothing, as_json=as_json)


@app.command("show")
def show_kit(
    name: NameArgument,
    tune: TuneOption = None,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Show the sounds of a saved kit, in its order.

    \b
    Examples:
      earmark kit show Dusty
      earmark kit show Dusty --tune own
    """
    from indexer.kits.builder import KitSound
    from tui.terminal.kits import print_kit
    from tui.workspace.kits.saved import read_kit, tune_kit

    with open_library(library) as opened:
        slots = read_kit(opened, name)
        samples = {sample.id: sample for sample in opened.samples(list(slots))}
        kit = [KitSound(slot, samples.get(one), None, is_locked=False) for one, slot in slots.items()]
        tuning = tune_kit(list(samples.values()), tune)
        print_kit(opened, kit, tuning, as_json=as_json, as_paths=paths, null=null)


@app.command("swap")
def swap_sounds(
    name: NameArgument,
    slots: Annotated[list[str], typer.Argument(metavar="SLOT...", help="Slots to refill; the others stay.")],
    query: Annotated[
        str, typer.Option(metavar="QUERY", help="Words for the style, and filters, for the new sounds.")
    ] = "",
    draw: Annotated[int, typer.Option(min=1, metavar="N", help="2 is the next best, 3 the one after it.")] = 1,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Replace the sounds of some slots of a saved kit by others that match the rest.

    \b
    Examples:
      earmark kit swap Dusty snare
      earmark kit swap Dusty snare clap --query "bright" --draw 2
    """
    from indexer.kits.builder import KitRequest, build_kit
    from indexer.kits.tuning import NOT_TUNED
    from tui.terminal.kits import print_kit, report_missing
    from tui.workspace.active_model import audio_search
    from tui.workspace.kits.saved import read_kit, save_kit

    with open_library(library) as opened:
        before = read_kit(opened, name)
        numbers = _numbers(tuple(before.values()), slots)
        ids = list(before)
        with audio_search(opened) as service:
            request = KitRequest(
                slots=tuple(before.values()),
                line=query,
                locked={number: one for number, one in enumerate(ids) if number not in numbers},
                passed=frozenset(ids[number] for number in numbers),
                draw=draw - 1,
            )
            kit = build_kit(service, request)
        after = [sound.sample.id if sound.sample else ids[number] for number, sound in enumerate(kit)]
        save_kit(opened, name, dict(zip(after, request.slots, strict=True)))
        print_kit(opened, kit, NOT_TUNED, query=query, as_json=as_json)
        report_unknown(opened, query)
        report_missing(kit)


@app.command("export")
def export_kit(
    name: NameArgument,
    target: Annotated[Path, path_argument("DIR", "Folder.")],
    kit_format: KitFormatOption = None,
    profile: ProfileOption = "copy",
    tune: TuneOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Write the sounds of a saved kit to a folder, numbered, with a kit for a sampler.

    \b
    Examples:
      earmark kit export Dusty ~/kits/dusty --as ableton
      earmark kit export Dusty /media/OP-XY/presets/dusty --as opxy --tune own --dry-run
    """
    from indexer.export.kits.registry import kit_format_named
    from tui.terminal.exports import run_plan
    from tui.workspace.kits.saved import plan_kit, read_kit, tune_kit

    kit_format_named(kit_format)
    with open_library(library) as opened:
        samples = opened.samples(list(read_kit(opened, name)))
        tuning = tune_kit(samples, tune)
        plan = plan_kit(opened, samples, target, kit_format=kit_format, profile=profile, tuning=tuning)
        run_plan(opened, plan, f"kit {name}", as_json=as_json, dry_run=dry_run)


@app.command("instrument")
def make_instrument(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Query for the sounds of one instrument.")],
    target: Annotated[Path, path_argument("DIR", "Folder.")],
    kit_format: Annotated[
        str, typer.Option("--as", metavar="FORMAT", help="sfz, decentsampler, bitwig, renoise, mpc or opxy.")
    ] = "sfz",
    profile: ProfileOption = "copy",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Make an instrument of sounds at several notes: each plays the keys around its own.

    Notes are read from names, such as "Rhodes C3 v2.wav", or measured; v1, v2 or soft, hard become velocity layers.

    \b
    Examples:
      earmark kit instrument "in:Rhodes form:one-shot" ~/instruments/rhodes
      earmark kit instrument collection:Kalimba ~/instruments/kalimba --as bitwig --dry-run
    """
    from indexer.export.kits.registry import kit_format_named
    from indexer.kits.instrument import Instrument
    from indexer.kits.instrument import make_instrument as map_keys
    from tui.terminal.exports import run_plan
    from tui.terminal.kits import print_instrument
    from tui.workspace.export.request import samples_of_query
    from tui.workspace.kits.saved import plan_instrument

    kit_format_named(kit_format, for_instrument=True)
    with open_library(library) as opened:
        samples = samples_of_query(opened, query, _MOST_NOTES, say)
        instrument = map_keys(samples) if samples else Instrument("", (), {}, 0)
        plan = plan_instrument(opened, instrument, target, kit_format=kit_format, profile=profile)
        if samples and not as_json:
            print_instrument(instrument)
        run_plan(opened, plan, f"instrument {query}", as_json=as_json, dry_run=dry_run)


def _numbers(names: tuple[str, ...], slots: list[str]) -> set[int]:
    """Return the numbers of named slots; a name stands for all slots of that name."""
    unknown = next((slot for slot in slots if slot not in names), None)
    if unknown is not None:
        raise UsageError(f"The kit has no slot {display_text(unknown)}. There are: {', '.join(dict.fromkeys(names))}.")
    return {number for number, name in enumerate(names) if name in slots}


def _locked(library: "Library", slots: tuple[str, ...], locks: list[str]) -> dict[int, int]:
    """Return the sample of each locked slot, by the number of the slot."""
    from tui.workspace.query.selection import ids_of

    locked: dict[int, int] = {}
    for lock in locks:
        name, _, file = lock.partition("=")
        number = next((n for n, slot in enumerate(slots) if slot == name.strip() and n not in locked), None)
        if number is None or not file:
            raise UsageError(f"--lock {display_text(lock)}: write SLOT=FILE, with a slot of --slots that is free.")
        (locked[number],) = ids_of(library, [Path(file)])
    return locked
