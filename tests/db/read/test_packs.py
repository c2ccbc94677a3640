"""Packs by the names of folders, as vendors and people lay them out."""

import pytest

from db.read.packs import find_packs

LMMS = "basses bassloops beats drums drumsynth/tr808 drumsynth/misc_hats effects instruments latin misc shapes synths"

PACKS = [
    ("Loopmasters/Deep House Vol 2/Drums/Kicks", "Deep House Vol 2"),
    ("Loopmasters/Deep House Vol 2/Bass Loops", "Deep House Vol 2"),
    ("Loopmasters/Organic Techno/Loops/Drum Loops 124", "Organic Techno"),
    (
        "Splice/packs/Oliver Power Tools/OLIVER_power_tools_sample_pack/OLIVER_drums/OLIVER_kicks",
        "Oliver Power Tools",
    ),
    ("Splice/packs/Dusty Breaks/Loops", "Dusty Breaks"),
    ("Vengeance - Essential Club Sounds 3/VEC3 Kicks", "Vengeance - Essential Club Sounds 3"),
    ("Vengeance - Essential Club Sounds 3/VEC3 Snares", "Vengeance - Essential Club Sounds 3"),
    ("Cymatics - Cobra/Cymatics - Cobra/Drum One Shots/Kicks", "Cymatics - Cobra"),
    ("Samples From Mars/808 From Mars/WAV/BD", "808 From Mars"),
    ("Samples From Mars/909 From Mars/WAV/BD", "909 From Mars"),
    ("Sample Magic/White Label/01 Dark Night/stems", "White Label"),
    ("Sample Magic/White Label/02 Sun/stems", "White Label"),
    ("99Sounds", "99Sounds"),
    ("99Sounds/Extras", "99Sounds"),
    ("Drums/Kicks", "Samples"),
    ("", "Samples"),
]


def packs(root: str, *folders: str, n_files: int = 5) -> dict[str, str]:
    return find_packs(root, dict.fromkeys(folders, n_files))


@pytest.mark.parametrize(("folder", "pack"), PACKS)
def test_a_library_of_packs_and_vendors(folder: str, pack: str) -> None:
    assert packs("/home/ann/Samples", *dict(PACKS))[folder] == pack


@pytest.mark.parametrize(
    ("root", "pack"),
    [
        ("/usr/share/lmms/samples", "lmms"),
        ("/home/ann/Samples", "Samples"),
        ("/Volumes/SSD/Samples", "Samples"),
        ("D:/Samples", "Samples"),
        ("/home/ann/Music/Dusty Breaks", "Dusty Breaks"),
        ("/home/ann/Music/Dusty Breaks/WAV", "Dusty Breaks"),
    ],
)
def test_a_root_whose_folders_are_kinds_of_sounds_is_the_pack(root: str, pack: str) -> None:
    assert set(packs(root, "", *LMMS.split()).values()) == {pack}


def test_kits_in_a_flat_folder_are_packs() -> None:
    names = ("GMRockKit", "TR808EmulationKit", "The Black Pearl 1.0", "circAfrique v4")
    assert packs("/usr/share/hydrogen/data/drumkits", *names) == {name: name for name in names}


def test_a_name_that_comes_back_in_many_folders_is_no_pack() -> None:
    folders = [f"{pack}/{kind}" for pack in ("mono lake", "grain", "tumult") for kind in ("zzyzx", "qwop")]
    assert set(packs("/sounds", *folders).values()) == {"mono lake", "grain", "tumult"}


def test_any_names_have_a_pack() -> None:
    for name in ("/", "", "a/b", "...", "🥁", "12", "\u0130"):
        assert set(find_packs(f"/{name}", {name.strip("/"): 1, "": 1})) == {name.strip("/"), ""}
