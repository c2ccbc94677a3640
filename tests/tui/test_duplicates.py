"""``earmark duplicates``: what holds the same sound, and what was decided of it."""

import json
from pathlib import Path
from shutil import copyfile

import pytest
import soundfile as sf

from tests.sounds import RATE_HZ, kick
from tests.tui.conftest import Shelf, run


def test_groups_name_class_proof_and_what_to_keep(shelf: Shelf) -> None:
    done = shelf.run("duplicates", "--json")
    assert done.exit_code == 0
    (group,) = json.loads(done.stdout)["groups"]
    assert (group["class"], group["proof"][:10]) == ("bytes", "same bytes")
    assert [(Path(file["path"]), file["keep"]) for file in group["files"]] == [
        (shelf.copy, True),
        (shelf.kick, False),
    ]  # found first


def test_a_person_sees_the_groups_and_that_nothing_was_changed(shelf: Shelf) -> None:
    done = shelf.run("duplicates")
    keep, same = [line for line in done.stdout.splitlines() if line]
    assert keep.split()[:2] == ["keep", str(shelf.copy)]
    assert "same bytes" in same
    assert "1 group: 1 file more than needed" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert "earmark organize plan --duplicates --class bytes -o PLAN" in done.stderr


def test_paths_are_those_that_are_not_kept(shelf: Shelf) -> None:
    assert shelf.run("duplicates", "--paths").stdout == f"{shelf.kick}\n"
    assert shelf.run("duplicates", "--null", "--prefer", str(shelf.sounds)).stdout == f"{shelf.kick}\0"
    done = shelf.run("duplicates", "name:boomstick", "--null", "--prefer", str(shelf.kick))
    assert done.stdout == f"{shelf.copy}\0"


@pytest.mark.parametrize("args", [["len:>9999"], ["--class", "sound"]])
def test_nothing_found_is_an_exit_code(shelf: Shelf, args: list[str]) -> None:
    done = shelf.run("duplicates", *args)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No duplicates" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--class", "alike"], "bytes, audio, sound"),
        (["dusty"], "such as in:Downloads"),
        (["--apart", "KICK"], "at least two files"),
        (["--keep", "nowhere.wav"], "nowhere.wav is not in the library"),
    ],
)
def test_bad_input_is_told_what_is_right(shelf: Shelf, args: list[str], said: str) -> None:
    done = shelf.run("duplicates", *(str(shelf.kick) if arg == "KICK" else arg for arg in args))
    assert done.exit_code == 2
    assert said in done.stderr


def test_decisions_are_remembered_and_can_be_forgotten(tmp_path: Path) -> None:
    sounds, library = tmp_path / "sounds", str(tmp_path / "library")
    sounds.mkdir()
    first = sounds / "first.wav"
    sf.write(first, kick(), RATE_HZ)
    again, third = (Path(copyfile(first, sounds / name)) for name in ("second.wav", "third.wav"))

    def duplicates(*args: str) -> list[str]:
        done = run("--library", library, "duplicates", "--paths", *args)
        return [Path(line).name for line in done.stdout.splitlines()]

    run("--library", library, "index", str(sounds))
    assert duplicates() == ["second.wav", "third.wav"]
    assert duplicates("--keep", str(third)) == []
    assert duplicates() == [first.name, "second.wav"]
    assert (
        "3 files count as different"
        in run("--library", library, "duplicates", *(f"--apart={one}" for one in (first, again, third))).stderr
    )
    assert duplicates() == []
    done = run("--library", library, "duplicates", "--undecide", str(again), "--json")
    assert json.loads(done.stdout) == {"n_changed": 1}
    assert duplicates() == ["second.wav", "third.wav"]
