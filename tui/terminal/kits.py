"""Print kits."""

from collections.abc import Sequence

import typer
from rich.table import Table
from rich.text import Text

from db.library import Library
from db.paths import display_text
from db.types import Collection
from indexer.kits.builder import KitSound
from indexer.kits.tuning import Tuning
from tui import formatting
from tui.exit_codes import ExitCode
from tui.sample_paths import folder_under
from tui.terminal.output import say, show


def print_kit(library: Library, kit: Sequence[KitSound], tuning: Tuning) -> None:
    """Print what lies in each slot."""
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


def print_kits(kits: Sequence[Collection]) -> None:
    """Print the names of kits."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in kits:
        table.add_row(Text(display_text(one.name), "bold"), formatting.count(one.n_samples, "sound"))
    show(lambda _: table)


def tell_missing(kit: Sequence[KitSound]) -> None:
    """Say which slots are empty.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` where all are.
    """
    missing = [sound.slot for sound in kit if sound.sample is None]
    if missing:
        say(f"Nothing left for: {', '.join(missing)}. Try fewer filters, or other slots.")
    if len(missing) == len(kit):
        raise typer.Exit(ExitCode.NOTHING_FOUND)
