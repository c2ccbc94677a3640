"""``earmark blend`` on real sounds: ends inside the library, outside it, and in words."""

import json
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.tui.conftest import Shelf
from tui.commands.blend import read_ingredients


def _steps(shelf: Shelf, *args: str) -> list[dict[str, Any]]:
    result = shelf.run("blend", *args, "--json")
    assert result.exit_code == 0, result.stderr
    steps: list[dict[str, Any]] = json.loads(result.stdout)["steps"]
    return steps


def _other(shelf: Shelf) -> Path:
    return next(
        path for path in sorted(shelf.sounds.rglob("*.wav")) if path not in {shelf.kick, shelf.copy, shelf.broken}
    )


def test_a_path_begins_and_ends_with_the_sounds_named(shelf: Shelf) -> None:
    other = _other(shelf)
    for seed in ((), ("--seed", "1"), ("--where", "len:<0.001"), ("--one-per-folder",)):
        steps = _steps(shelf, str(shelf.kick), str(other), "--steps", "2", *seed)
        assert str(shelf.kick) in steps[0]["paths"]
        assert str(other) in steps[-1]["paths"]
        assert [step["distance_degrees"] for step in steps] == [0, 0]


def test_a_path_may_begin_with_a_file_from_outside(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "outside.wav"
    t = np.arange(24_000) / 48_000
    soundfile.write(outside, 0.5 * np.sin(2 * np.pi * 90 * t) * np.exp(-9 * t), 48_000)
    steps = _steps(shelf, str(outside), "hi-hat", "--steps", "4")
    assert len({step["id"] for step in steps}) == 4
    assert steps[0]["distance_degrees"] > 0


def test_a_copy_of_a_sound_outside_the_library_leads_to_the_sound(shelf: Shelf, tmp_path: Path) -> None:
    copy = tmp_path / "copy.wav"
    copyfile(shelf.kick, copy)
    assert str(shelf.kick) in _steps(shelf, str(copy), str(_other(shelf)), "--steps", "3")[0]["paths"]


def test_weights_move_the_point_between_several_ends(shelf: Shelf) -> None:
    def nearest(*ends: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(shelf.run("blend", *ends, "--json").stdout)["sounds"][0]
        return found

    other = _other(shelf)
    assert str(shelf.kick) in nearest(f"{shelf.kick}:1", f"{other}:0", "warm pad:0")["paths"]
    assert str(other) in nearest(f"{shelf.kick}:0", f"{other}:1")["paths"]
    assert nearest(f"{shelf.kick}:0.5", f"{other}:0.5")["distance_degrees"] > 0


def test_words_pull_a_point_away(shelf: Shelf) -> None:
    plain, pulled = (
        json.loads(shelf.run("blend", *words, "--json").stdout)["sounds"]
        for words in (["snare"], ["snare", "+bell", "-noise"])
    )
    assert [sound["id"] for sound in plain] != [sound["id"] for sound in pulled]


def test_unknown_words_are_named_with_the_nearest_that_is_known(shelf: Shelf) -> None:
    result = shelf.run("blend", "snaare", str(shelf.kick), "+wobblyzz", "--at", "0.5")
    assert result.exit_code == 0
    assert "Unknown word 'snaare'. Did you mean snare?" in result.stderr
    assert "Unknown word 'wobblyzz'." in result.stderr
    assert "Unknown" not in shelf.run("blend", "snare", str(shelf.kick), "+bell").stderr


def test_more_steps_than_sounds_is_nothing_found(shelf: Shelf) -> None:
    result = shelf.run("blend", "kick", "snare", "--where", "len:<0.001")
    assert result.exit_code == 1
    assert "Too few sounds lie between" in result.stderr


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["kick", "snare", "pad", "--at", "0.5"], "--at takes two ends"),
        (["kick:0.5", "snare:0.5", "--steps", "4"], "--steps takes two ends"),
        (["kick:0", "snare:0"], "weight must be above 0"),
        (["+bright"], "takes 1 to 8"),
        (["type:kick", "snare"], "describes no sound"),
    ],
)
def test_a_blend_that_cannot_be_made_says_why(shelf: Shelf, args: list[str], hint: str) -> None:
    result = shelf.run("blend", *args)
    assert result.exit_code == 2
    assert hint in result.stderr


def test_ends_weights_and_pulls_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "loop:0.5"
    file.touch()
    wanted = read_ingredients(["violin:0.7", "warm pad", str(file), "+dark", "-noise"])
    assert wanted.ends == ("violin", "warm pad", str(file))
    assert wanted.weights == (0.7, 1.0, 1.0)
    assert (wanted.plus, wanted.minus) == (("dark",), ("noise",))


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nosuch.wav", "snare"], "There is no file nosuch.wav."),
        (["", "snare"], "An empty name describes no sound"),
        (["kick", "snare", "--at", "nan"], "--at takes a number from 0 to 1"),
        (["kick", "snare", "--seed", "-1"], "-1 is not in the range"),
        (["KICK:-1", "snare"], "'-1' is not a weight."),
        (["KICK:half", "snare"], "'half' is not a weight."),
    ],
    ids=str,
)
def test_an_end_or_option_that_means_nothing_is_refused(shelf: Shelf, args: list[str], sentence: str) -> None:
    result = shelf.run("blend", *(arg.replace("KICK", str(shelf.kick)) for arg in args))
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not result.stdout


def test_an_export_of_a_blend_refuses_a_missing_file_and_names_unknown_words(shelf: Shelf, tmp_path: Path) -> None:
    export = ("export", "--blend", "2", "--dry-run")
    result = shelf.run(*export, "nosuch.wav", "snare", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "There is no file nosuch.wav." in result.stderr
    result = shelf.run(*export, str(shelf.kick), "snaare", str(tmp_path / "out"))
    assert "Unknown word 'snaare'. Did you mean snare?" in result.stderr
