"""``earmark set``: correct the tempo, key or pitch of sounds."""

from enum import Enum
from typing import Annotated

import typer

from tui import formatting
from tui.terminal.library import open_library
from tui.terminal.options import CountOption, FilesArgument, JsonOption, LibraryOption, WhereOption
from tui.terminal.output import report_changed, say


class Value(Enum):
    """A value that can be corrected."""

    BPM = "bpm"
    KEY = "key"
    PITCH = "pitch"


def correct(
    what: Annotated[Value, typer.Argument(metavar="bpm|key|pitch", help="What to correct.")],
    value: Annotated[
        str,
        typer.Argument(metavar="VALUE", help="A value, half or double of the tempo, or auto for the analysed value."),
    ],
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Correct the tempo, key or pitch of sounds; your value overrides any analysis.

    \b
    Examples:
      earmark set bpm 174 loop.wav
      earmark set bpm double --where "bpm:80..90 in:Jungle"
      earmark set key Am pad.wav
      earmark set bpm auto loop.wav
    """
    from tui.workspace.annotations.corrections import Correction, read_correction
    from tui.workspace.query.selection import chosen_ids

    with open_library(library) as opened:
        samples = opened.samples(chosen_ids(opened, files, where, k, say))
        correction = Correction(what.value, value)
        readings = {sample.id: read_correction(correction, sample) for sample in samples}
        with opened.edits() as edits:
            edits.set_user_readings(what.value, readings)
    report_changed(len(samples), f"{formatting.count(len(samples), 'sound')} changed.", as_json=as_json)
