"""What is read from a few hundred names, in the styles of well-known packs and of the sample libraries of Debian.

``filenames.csv`` was written by hand, after the naming rules and the lists of files that labels and users publish;
``installed_filenames.csv`` holds the names of files in ``lmms``, ``sonic-pi`` and ``hydrogen-drumkits``, with what a
producer reads in them. An empty value: nothing may be said.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from indexer.tagging.filename_readings import readings_from_name
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.taxonomy import sound_types

FOLDER = Path(__file__).parent
CASES, INSTALLED = (
    [
        (row["path"], row["form"], row["type"], row["bpm"], row["key"])
        for row in csv.DictReader(
            line for line in (FOLDER / name).read_text("utf-8").splitlines() if not line.startswith("# ")
        )
    ]
    for name in ("filenames.csv", "installed_filenames.csv")
)


def read(path: str, form: str) -> tuple[str, str, str]:
    """Return type, tempo and key as texts, "" for what is not said."""
    types = [tag.name for tag in tags_from_name(path, can_be_loop=form == "loop") if tag.facet == "type"]
    readings = {reading.name: reading for reading in readings_from_name(path)}
    bpm, key = readings.get("bpm"), readings.get("key")
    return "".join(types[:1]), f"{bpm.number:g}" if bpm else "", (key.text or "") if key else ""


@pytest.mark.parametrize(("path", "form", "kind", "bpm", "key"), CASES)
def test_names_of_packs_are_read_as_producers_write_them(path: str, form: str, kind: str, bpm: str, key: str) -> None:
    assert read(path, form) == (kind, bpm, key)


@pytest.mark.parametrize(("path", "form", "kind", "bpm", "key"), INSTALLED)
def test_names_of_installed_libraries_are_read(path: str, form: str, kind: str, bpm: str, key: str) -> None:
    assert read(path, form) == (kind, bpm, key)


def test_the_tables_speak_of_types_that_there_are_and_of_most_of_them() -> None:
    named = Counter(kind for _, _, kind, _, _ in (*CASES, *INSTALLED) if kind)
    types = {kind.name for kind in sound_types()}
    assert set(named) <= types
    assert len(named) > 0.75 * len(types)
