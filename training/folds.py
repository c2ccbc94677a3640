"""Folds by source: which recordings are left out of training, so that every choice is made on sources never met.

``folds.csv`` names the fold of each source. Sources that share recordings, rooms or players stand in one fold; those
that a soundfont of training carries as well have none and are always trained on. Of the labels with at least two
sources, as many as possible have five sounds in fold 0 and others outside of it.
"""

import csv
from functools import cache
from pathlib import Path
from zlib import crc32

_FILE = Path(__file__).with_name("folds.csv")
FOLDS = ("0", "1", "2", "3")
CHOICE = "0"  # every choice is made on this one; the others confirm it


@cache
def fold_by_source() -> dict[str, str]:
    """Return the fold of every source of recordings, empty where it has none."""
    with _FILE.open(newline="", encoding="utf-8") as file:
        return {row["source"]: row["fold"] for row in csv.DictReader(file)}


def is_of_first_half(source: str) -> bool:
    """Tell one half of the sources of a fold, to fit on, from the other, to measure on."""
    return crc32(source.encode()) % 2 == 0


def is_recorded(origin: str) -> bool:
    """Tell recordings from what is synthesized."""
    return origin in fold_by_source()


def is_left_out(origin: str, fold: str | None) -> bool:
    """Tell whether sounds of an origin are left out where a fold is; without a fold, none is."""
    return fold is not None and fold_by_source().get(origin) == fold
