"""Whether search detects what a library does not hold, on recordings that weights and curve were not fitted to.

Libraries are put together by theme (`benchmarks.left_out`), with names that say nothing. Up to 60 descriptions of what
a library holds are asked beside as many of what it does not, a quarter of them made-up or in other scripts.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.figures import Figure, at_least
from benchmarks.left_out import embed_left_out, is_available, make_service
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService
from training.labelled import Labelled

_SEED = 982_451_653
_LEAST_OF_LABEL = 3  # fewer are not counted as held
_N_LIBRARIES = 20
_N_EACH = 60  # descriptions held, and as many that are not, of one library or of several
_SHARE_MADE_UP = 0.25


class Asked(NamedTuple):
    """A description with its relevance in a search."""

    line: str
    is_held: bool
    is_made_up: bool
    is_relevant: bool


def measure(work: Path, *, is_quick: bool) -> list[Figure]:
    """Return the shares of descriptions that are classified correctly."""
    if not is_available():
        return []
    rng = np.random.default_rng(_SEED)
    themes = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    made_up = themes.pop("nothing")
    sounds = embed_left_out(is_fitted_on=False)
    asked = [
        one
        for number in range(_N_LIBRARIES // (4 if is_quick else 1))
        for one in _ask(_library(work / str(number), sounds, themes, rng), themes, made_up, rng)
    ]
    held, not_held = ([one.is_relevant for one in asked if one.is_held is side] for side in (True, False))
    said = [one.is_relevant for one in asked if one.is_made_up]
    held_right, not_held_right = float(np.mean(held)), 1 - float(np.mean(not_held))
    return [
        at_least(f"descriptions told apart, of {len(asked)}", (held_right + not_held_right) / 2, "", 0.9),
        Figure(f"of {len(held)} that a library holds: said to be there", held_right, ""),
        Figure(f"of {len(not_held)} that it does not hold: said not to be there", not_held_right, ""),
        Figure(f"of {len(said)} made-up words and words in other scripts: the same", 1 - float(np.mean(said)), ""),
    ]


class Shelf(NamedTuple):
    """A library of some themes.

    Attributes:
        service: Searches it.
        chosen: Themes.
        held: Labels of which it has enough.
    """

    service: SearchService
    chosen: frozenset[str]
    held: frozenset[str]


def _library(
    folder: Path, sounds: Labelled, themes: dict[str, dict[str, list[str]]], rng: np.random.Generator
) -> Shelf:
    """Make a library of one to three themes."""
    chosen = rng.choice(sorted(themes), rng.integers(1, 4), replace=False).tolist()
    labels = [label for theme in chosen for label in themes[theme]]
    places = np.flatnonzero(np.isin(sounds.labels, labels))
    held = frozenset(label for label in labels if np.sum(sounds.labels[places] == label) >= _LEAST_OF_LABEL)
    return Shelf(make_service(folder, sounds, places), frozenset(chosen), held)


def _ask(
    shelf: Shelf,
    themes: dict[str, dict[str, list[str]]],
    made_up: list[str],
    rng: np.random.Generator,
) -> Iterator[Asked]:
    phrases = [(theme, label, one) for theme, table in themes.items() for label, own in table.items() for one in own]
    held = [one for _, label, one in phrases if label in shelf.held]
    others = [one for theme, _, one in phrases if theme not in shelf.chosen]
    held = rng.permutation(held)[:_N_EACH].tolist()
    n_made_up = min(len(made_up), round(_SHARE_MADE_UP * len(held)))
    strange = rng.permutation(made_up)[:n_made_up].tolist()
    others = rng.permutation(others)[: len(held) - n_made_up].tolist()
    for is_held, is_made_up, lines in ((True, False, held), (False, False, others), (False, True, strange)):
        for line in lines:
            found = shelf.service.search(SearchRequest(line, k=10))
            yield Asked(line, is_held, is_made_up, found.is_relevant)
    shelf.service.library.close()
