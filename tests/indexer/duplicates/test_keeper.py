"""Which file of several is kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from db.measurements import Features
from db.read.duplicates import DuplicateDecisions, FilePlace
from db.types import FileStat
from indexer.duplicates.keeper import Ranking, is_aside, is_named
from tests.db.factories import FEATURES


def place(number: int, name: str = "kick.wav") -> FilePlace:
    return FilePlace(number, number, bytes([number]), b"", Path("/s") / name, name.encode(), FileStat(1, 1), True)


def kept(*features: Features, names: tuple[str, ...] = ("kick.wav", "kick.wav")) -> tuple[int, str]:
    """Return which of two files is kept, and why."""
    ranking = Ranking(dict(enumerate(features)), DuplicateDecisions())
    longest = max(one.audible_seconds for one in features)
    ranks = [ranking.rank(place(number, name), longest) for number, name in enumerate(names)]
    best = max(ranks)
    return ranks.index(best), best.reasons_against([min(ranks)])


@pytest.mark.parametrize(
    ("worse", "better", "reason"),
    [
        ({"bit_depth": None}, {}, "lossless"),
        ({"duration_seconds": 0.4}, {}, "longer"),
        ({"sample_rate_hz": 22_050}, {}, "higher sample rate"),
        ({}, {"bit_depth": 24}, "more bits"),
        ({}, {"n_channels": 2, "stereo_width": 0.1}, "stereo"),
        ({"sample_rate_hz": 96_000, "bit_depth": None}, {"sample_rate_hz": 8000}, "lossless"),
    ],
)
def test_the_better_sound_is_kept(worse: dict[str, object], better: dict[str, object], reason: str) -> None:
    features = [replace(FEATURES, **worse), replace(FEATURES, **better)]  # type: ignore[arg-type]
    assert kept(*features) == (1, reason)


def test_two_channels_of_the_same_are_no_better_than_one() -> None:
    assert kept(FEATURES, replace(FEATURES, n_channels=2, stereo_width=0.0)) == (0, "found first")


def test_silence_makes_no_sound_longer() -> None:
    assert kept(FEATURES, replace(FEATURES, duration_seconds=1.5, silence_after_ms=1000.0)) == (0, "found first")


@pytest.mark.parametrize("stem", ["audio_0004", "Untitled 3", "kick copy", "kick (1)", "01", "New Recording 7", "a1"])
def test_these_names_say_nothing(stem: str) -> None:
    assert not is_named(stem)
    assert kept(FEATURES, FEATURES, names=(f"{stem}.wav", "dusty kick.wav")) == (1, "has a name")


@pytest.mark.parametrize(
    "folder", ["New Folder (3)", "808 (copy)", "Kicks copy", "Backup 2019", "untitled folder", "Desktop", "tmp"]
)
def test_a_pack_keeps_its_file_before_a_folder_of_copies(folder: str) -> None:
    names = (f"{folder}/Samples/kick.wav", "Dusty Kicks/kick.wav")
    assert kept(FEATURES, FEATURES, names=names) == (1, "the other folder looks like one of copies")


@pytest.mark.parametrize("folder", ["Old School Kicks", "Copycat", "Temple Drums", "Desktop Drums", "Kit (Dry)", "808"])
def test_folders_of_packs_are_none_of_copies(folder: str) -> None:
    assert not is_aside(folder)


@pytest.mark.parametrize("stem", ["Kick 01", "BD_Boomstick", "copycat snare", "Größe"])
def test_these_names_say_something(stem: str) -> None:
    assert is_named(stem)
