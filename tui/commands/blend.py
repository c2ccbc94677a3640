"""``earmark blend``: find what lies between sounds."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from db.errors import UsageError
from db.paths import display_text
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, NullOption, PathsOption
from tui.terminal.query import report_unknown

_WEIGHTED = re.compile(r"(.+):(\d*\.?\d+)", re.DOTALL)
_MAX_ENDS = 8
_DEFAULT_STEPS = 8


@dataclass(frozen=True)
class Ingredients:
    """The parsed arguments of a blend."""

    ends: tuple[str, ...]  # files or descriptions
    weights: tuple[float, ...]  # one per end
    is_weighted: bool  # at least one weight was given
    plus: tuple[str, ...]
    minus: tuple[str, ...]


def blend(  # noqa: PLR0917 (one per option)
    ends: Annotated[list[str], typer.Argument(metavar="END...", help="Sound files or descriptions, +word, -word.")],
    at: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="SHARE", help="One point between two ends: 0 is the first, 1 the second."),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=2, max=64, metavar="N", help="Number of sounds on a path; 8 by default.")
    ] = None,
    where: Annotated[str, typer.Option(metavar="FILTERS", help="Only sounds that pass these filters.")] = "",
    one_per_folder: Annotated[bool, typer.Option(help="At most one sound of each folder on a path.")] = False,
    seed: Annotated[int | None, typer.Option(min=0, metavar="N", help="Another path for each number.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="Number of sounds to show around one point.")] = 12,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Find what lies between sounds, or between a sound and words.

    Two ends give a path from one to the other, one sound per step. --at, weights or more than two ends give one
    point and the sounds around it. +word pulls towards a sound, -word away from it.

    \b
    Examples:
      earmark blend kick.wav "thunder" --steps 6
      earmark blend violin chainsaw --at 0.5
      earmark blend kick.wav:0.5 snare.wav:0.3 "warm pad":0.2
      earmark blend snare +reverb -bright --where "len:<2"
    """
    from indexer.search.blending import Blender
    from tui.terminal.blends import print_path, print_point
    from tui.workspace.active_model import audio_search
    from tui.workspace.export.request import is_file, locate_end

    wanted = read_ingredients(ends)
    _check(wanted, at, steps)
    with open_library(library) as opened, audio_search(opened) as service:
        blender = Blender(service)
        located = [locate_end(blender, end) for end in wanted.ends]
        if not (paths or null):
            for words in (*(end for end in wanted.ends if not is_file(end)), *wanted.plus, *wanted.minus):
                report_unknown(opened, words)
            report_unknown(opened, where)
        if at is None and len(located) == 2 and not wanted.is_weighted:
            start, end = (blender.pull(end, wanted.plus, wanted.minus) for end in located)
            n_steps = steps or _DEFAULT_STEPS
            path = blender.path(start, end, n_steps, filters=where, one_per_folder=one_per_folder, seed=seed)
            print_path(opened, wanted.ends, path, as_json=as_json, as_paths=paths, null=null)
        else:
            weights = wanted.weights if at is None else (1 - at, at)
            point = blender.pull(blender.between(located, weights), wanted.plus, wanted.minus)
            print_point(opened, blender.near(point.direction, k, where), as_json=as_json, as_paths=paths, null=null)


def read_ingredients(words: Sequence[str]) -> Ingredients:
    """Parse the arguments into ends, weights and words that move the result.

    Raises:
        UsageError: There are no ends or too many, or no weight is above 0.
    """
    plus = tuple(word[1:] for word in words if word.startswith("+") and len(word) > 1)
    minus = tuple(word[1:] for word in words if word.startswith("-") and len(word) > 1)
    ends = [_split_weight(word) for word in words if word[:1] not in {"+", "-"}]
    if not 1 <= len(ends) <= _MAX_ENDS:
        raise UsageError(
            f"A blend takes 1 to {_MAX_ENDS} sounds or descriptions, such as: earmark blend kick.wav thunder"
        )
    weights = tuple(1.0 if weight is None else weight for _, weight in ends)
    if not any(weights):
        raise UsageError("At least one weight must be above 0, such as: earmark blend violin:0.7 chainsaw:0.3")
    return Ingredients(
        tuple(name for name, _ in ends), weights, any(weight is not None for _, weight in ends), plus, minus
    )


def _split_weight(word: str) -> tuple[str, float | None]:
    """Return an end and its weight; the name of an existing file has no weight.

    Raises:
        UsageError: What follows the name of a file is no weight.
    """
    if Path(word).expanduser().exists():
        return word, None
    match = _WEIGHTED.fullmatch(word)
    if match is not None:
        return match[1], float(match[2])
    name, _, weight = word.rpartition(":")
    if name and Path(name).expanduser().is_file():
        raise UsageError(
            f"{display_text(weight)!r} is not a weight. Give a number, such as: earmark blend a.wav:0.7 b.wav:0.3"
        )
    return word, None


def _check(wanted: Ingredients, at: float | None, steps: int | None) -> None:
    if at is not None and math.isnan(at):
        raise UsageError("--at takes a number from 0 to 1, such as: earmark blend violin chainsaw --at 0.5")
    if at is not None and (len(wanted.ends) != 2 or wanted.is_weighted or steps is not None):
        raise UsageError("--at takes two ends without weights, such as: earmark blend violin chainsaw --at 0.5")
    if steps is not None and (len(wanted.ends) != 2 or wanted.is_weighted):
        raise UsageError("--steps takes two ends without weights, such as: earmark blend kick thunder --steps 6")
