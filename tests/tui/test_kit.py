"""``earmark kit``: saved kits, other sounds for their slots, and the way out of them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.conftest import Shelf


@pytest.fixture(scope="module")
def kits(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return a copy of the library that may be written, with a kit in it."""
    library = shutil.copytree(shelf.library, tmp_path_factory.mktemp("kits") / "library")
    copy = replace(shelf, library=library)
    made = copy.run("kit", "new", "--slots", "kick,snare,pad", "--save", "Dusty", "--json")
    assert "earmark kit show Dusty" in made.stderr
    return copy


def sounds(kits: Shelf) -> dict[str, str]:
    shown = json.loads(kits.run("kit", "show", "dusty", "--json").stdout)
    return {slot["slot"]: slot["sound"]["path"] for slot in shown["slots"]}


def test_a_saved_kit_is_listed_and_shown_and_is_a_collection(kits: Shelf) -> None:
    assert json.loads(kits.run("kit", "list", "--json").stdout) == [{"name": "Dusty", "n_samples": 3, "is_kit": True}]
    assert "3 sounds" in kits.run("kit", "list").stdout
    assert list(sounds(kits)) == ["kick", "snare", "pad"]
    paths = kits.run("kit", "show", "Dusty", "--paths").stdout.splitlines()
    assert paths == list(sounds(kits).values())
    assert kits.run("collection", "show", "Dusty", "--paths").stdout.splitlines() == paths
    tuned = kits.run("kit", "show", "Dusty", "--tune", "Fm")
    assert "snare" in tuned.stdout
    assert "Tuned to Fm" in tuned.stderr


def test_a_swap_changes_the_slots_that_are_named(kits: Shelf) -> None:
    before = sounds(kits)
    swapped = json.loads(kits.run("kit", "swap", "Dusty", "snare", "--json").stdout)
    assert [slot["is_locked"] for slot in swapped["slots"]] == [True, False, True]
    after = sounds(kits)
    assert {slot for slot in before if before[slot] != after[slot]} == {"snare"}


def test_a_saved_kit_is_exported_for_a_sampler(kits: Shelf, tmp_path: Path) -> None:
    planned = kits.run("kit", "export", "Dusty", str(tmp_path / "out"), "--as", "mpc", "--dry-run")
    assert "3 files would be written" in planned.stderr
    assert not (tmp_path / "out").exists()
    done = json.loads(kits.run("kit", "export", "Dusty", str(tmp_path / "out"), "--as", "mpc", "--json").stdout)
    assert done["n_written"] == 3
    assert (tmp_path / "out" / "out.xpm").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["show", "None"], "There is no kit None. There are: Dusty."),
        (["swap", "Dusty", "gong"], "There are: kick, snare, pad."),
        (["export", "Dusty", "OUT", "--as", "tape"], "There is no kit format tape"),
        (["show", "Dusty", "--tune", "loud"], "'loud' is not a key"),
        (["new", "--as", "sfz"], "--export DIR"),
        (["new", "--save", " "], "needs a name"),
        (["new", "--save", "\x1b\x07"], "needs a name"),
        (["instrument", "in:Again", "OUT"], "needs two notes"),
        (["instrument", "type:kick", "OUT", "--as", "ableton"], "Ableton Drum Rack has no instruments"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(args: list[str], said: str, kits: Shelf, tmp_path: Path) -> None:
    done = kits.run("kit", *[str(tmp_path / "out") if arg == "OUT" else arg for arg in args])
    assert done.exit_code == 2
    assert said in done.stderr


def test_an_instrument_of_no_hits_is_nothing_found(kits: Shelf, tmp_path: Path) -> None:
    done = kits.run("kit", "instrument", "type:nothing", str(tmp_path / "out"), "--json")
    assert done.exit_code == 1
    assert "Nothing found" in done.stderr
    assert json.loads(done.stdout)["n_written"] == 0
    assert not (tmp_path / "out").exists()


def test_a_library_without_kits_says_how_to_make_one(shelf: Shelf) -> None:
    done = shelf.run("kit", "list")
    assert (done.exit_code, "--save NAME" in done.stderr) == (1, True)
    assert json.loads(shelf.run("kit", "list", "--json").stdout) == []
