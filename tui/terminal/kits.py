"""Print kits."""

from collections.abc import Sequence

import typer
from rich.table import Table
from rich.text import Text

from db.keys import midi_note_name
from db.library import Library
from db.paths import display_text
from indexer.kits.builder import KitSound
from indexer.kits.instrument import Instrument
from indexer.kits.tuning import Tuning
from tui import formatting
from tui.exit_codes import ExitCode
from tui.sample_paths import existing_paths, folder_under
from tui.terminal.output import print_json, print_paths, say, show
from tui.workspace.json_output import kit_shape


def print_kit(
    library: Library,
    kit: Sequence[KitSound],
    tuning: Tuning,
    *,
    query: str = "",
    as_json: bool,
    as_paths: bool = False,
    null: bool = False,
) -> None:
    """Print the sound of each slot, as JSON, as paths or as a table."""
    if as_json:
        print_json(kit_shape(query, kit, tuning))
    elif as_paths or null:
        found = (sound.sample.paths for sound in kit if sound.sample is not None)
        print_paths(existing_paths(found, has_copies=False), null=null)
    else:
        _print_table(library, kit, tuning)


def _print_table(library: Library, kit: Sequence[KitSound], tuning: Tuning) -> None:
    roots = [root.path for root in library.roots()]
    table = Table.grid(padding=(0, 2, 0, 0))
    for sound in kit:
        sample = sound.sample
        if sample is None:
            table.add_row(Text(display_text(sound.slot), "bold"), "-")
            continue
        steps = tuning.semitones.get(sample.id)
        table.add_row(
            Text(display_text(sound.slot), "bold"),
            "locked" if sound.is_locked else "" if sound.score is None else formatting.percent(sound.score),
            Text(display_text(sample.path.name)),
            formatting.duration(sample.features.duration_seconds),
            "" if steps is None else f"{steps:+g} semitones",
            Text(display_text(folder_under(sample.path, roots)), "dim"),
        )
    show(lambda _: table)
    if tuning.key is not None:
        say(f"Tuned to {tuning.key}: {formatting.count(len(tuning.semitones), 'sound')}.")


def print_instrument(instrument: Instrument) -> None:
    """Print the keys and velocities of each sound."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for sample in instrument.samples:
        zone = instrument.keymap[sample.id]
        velocities = "" if (zone.softest, zone.loudest) == (1, 127) else f"velocity {zone.softest} to {zone.loudest}"
        keys = f"{midi_note_name(zone.low)} to {midi_note_name(zone.high)}"
        table.add_row(Text(midi_note_name(zone.root), "bold"), keys, velocities, Text(display_text(sample.path.name)))
    show(lambda _: table)
    if instrument.n_left_out:
        left_out = formatting.count(instrument.n_left_out, "sound")
        say(f"{display_text(instrument.name)}. Left out, of other instruments or taken notes: {left_out}.")


def report_missing(kit: Sequence[KitSound]) -> None:
    """Say which slots are empty.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` if all are.
    """
    missing = [sound.slot for sound in kit if sound.sample is None]
    if missing:
        say(f"Nothing left for: {', '.join(missing)}. Try fewer filters, or other slots.")
    if len(missing) == len(kit):
        raise typer.Exit(ExitCode.NOTHING_FOUND)
