"""``earmark set``: say the tempo, key or pitch of sounds."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from tui.terminal.options import CountOption, FilesArgument, JsonOption, LibraryOption, WhereOption

if TYPE_CHECKING:
    from db.types import Reading, Sample


class Value(Enum):
    """What can be said of a sound."""

    BPM = "bpm"
    KEY = "key"
    PITCH = "pitch"


def correct(
    context: typer.Context,
    what: Annotated[Value, typer.Argument(metavar="bpm|key|pitch", help="Which of the columns.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A value; half, double; or auto, as was found.")],
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Say what the tempo, key or pitch of sounds is; your word counts more than any analysis.

    \b
    Examples:
      earmark set bpm 174 loop.wav
      earmark set bpm double --where "bpm:80..90 in:Jungle"
      earmark set key Am pad.wav
      earmark set bpm auto loop.wav
    """
    from tui import formatting
    from tui.exit_codes import ExitCode
    from tui.terminal.library import open_library
    from tui.terminal.output import print_json, say
    from tui.workspace.selection import chosen_ids

    with open_library(context, library) as opened:
        samples = opened.samples(chosen_ids(opened, files, where, k))
        readings = {sample.id: _reading(what.value, value, sample) for sample in samples}
        with opened.edits() as edits:
            edits.set_user_readings(what.value, readings)
    if as_json:
        print_json({"n_changed": len(samples)})
    else:
        say(f"{formatting.count(len(samples), 'sound')} changed.")
    if not samples:
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _reading(name: str, text: str, sample: "Sample") -> "Reading | None":
    """Return what the user says; None where the analysis counts again.

    Raises:
        UsageError: It is no such value, or there is no tempo to halve or double.
    """
    from db.errors import UsageError
    from db.keys import canonical_key
    from db.query.parser import parse_query
    from db.types import Reading, Source

    if text == "auto":
        return None
    if name == "key":
        key = canonical_key(text)
        if key is None:
            raise UsageError(f"{text!r} is no key. Keys are written: Am, F#, Bbmin, 8A.")
        return Reading("key", Source.USER, 1.0, text=key)
    if name == "bpm" and text in {"half", "double"}:
        if sample.bpm is None or sample.bpm.number is None:
            raise UsageError(f"{sample.paths[0].name} has no tempo yet. Say it: earmark set bpm 120 FILE")
        return Reading("bpm", Source.USER, 1.0, number=sample.bpm.number * (2 if text == "double" else 0.5))
    (condition,) = parse_query(f'{name}:"{text}"').filters
    number = condition.value
    if ".." in text or isinstance(number, str) or number.low is None or number.high is None or number.low <= 0:
        raise UsageError(f"{text!r} is no {name}. Give one value above 0, half, double or auto.")
    return Reading(name, Source.USER, 1.0, number=(number.low + number.high) / 2)
