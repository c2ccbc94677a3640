"""Names that every system takes."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.export.file_names import collision_key, portable_name
from indexer.export.profile import AS_IT_IS, BUILT_IN, Profile, read_profile

EVIL = (
    *("con", "CON", "Nul.", "com1", "LPT9.x", "AUX ", "COM¹", "...", "", " ", ".hidden", "~", "-rf", "kick.", "kick "),
    *("a/b", "a\\b", 'a"b', "a:b", "a*b?", "<a>|b", "a\nb\tc", "a\x00b", "\x1b[31mred", "kick\u202egnp", "\u2028"),
    *("Kick", "kick", "KICK", "Straße", "strasse", "Caf\u00e9", "Cafe\u0301", "😀" * 90, "字" * 200, "x" * 300),
    *("キック", "\u0301", os.fsdecode(b"bad \xff byte"), os.fsdecode(b"\xfe\xff"), "kick 2", "a.wav", "[bold]120%"),
)
PROFILES = [read_profile(path.stem, Path("/nowhere")) for path in sorted(BUILT_IN.glob("*.toml"))]
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_evil_names_become_valid_ones_and_none_is_lost(profile: Profile) -> None:
    assert len(EVIL) >= 40
    taken: set[str] = set()
    for evil in EVIL:
        name = portable_name(evil, ".wav", profile, taken=taken)
        assert collision_key(name) not in taken
        taken.add(collision_key(name))
        assert name.endswith(".wav")
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f\u202e\u2028]', name)
        assert not _WINDOWS_DEVICE.fullmatch(name)
        assert not name.startswith((".", " "))
        assert name.removesuffix(".wav").rstrip(". ") == name.removesuffix(".wav") != ""
        assert len(name) <= profile.max_name
        assert len(name.encode()) <= 255
        assert name.isascii() or profile.letters == "any"
    assert len(taken) == len(EVIL)


@pytest.mark.parametrize(
    ("rules", "stem", "name"),
    [
        ({}, "Kick [Am] 120", "Kick [Am] 120.wav"),
        ({"letters": "ascii"}, "Größe café キ", "Grosse cafe.wav"),
        ({"case": "upper"}, "kick", "KICK.wav"),
        ({"separator": "_"}, "dusty - kick  01", "dusty_kick_01.wav"),
        ({"max_name": 10}, "a very long name", "a very.wav"),
        ({"max_path": 20}, "a very long name", "a very.wav"),
    ],
)
def test_a_profile_rules_names(rules: dict[str, object], stem: str, name: str) -> None:
    assert portable_name(stem, ".wav", replace(AS_IT_IS, **rules), room=10) == name  # type: ignore[arg-type]


def test_a_number_fits_into_the_longest_name() -> None:
    profile = replace(AS_IT_IS, max_name=12)
    first = portable_name("snare drum", ".wav", profile)
    assert (first, portable_name("snare drum", ".wav", profile, taken={first})) == ("snare dr.wav", "snare 2.wav")
