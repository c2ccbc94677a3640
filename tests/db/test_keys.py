"""Keys in every notation that producers write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.keys import KEYS, PITCH_CLASSES, KeyName, canonical_key, parse_key


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("Am", "Am|am|A min|A minor|a-moll|A-Moll|La menor|la mineur|La minore|8A|08A|8a|1m|Am7|Amin9|A aeolian"),
        ("C", "C|Cmaj|C major|C-Dur|Do mayor|Do majeur|Dó maior|8B|1d|Cmaj7|CM|C ionian"),
        ("A#m", "A#m|Bbm|B♭ minor|b-moll|B Moll|Si bemol menor|Si bémol mineur|La# menor|3A|8m|BBMIN"),
        ("Bm", "Bm|H-Moll|h moll|hmoll|Si minore|10A|3m"),
        ("D#", "Eb|D#|Es-Dur|Mi bémol majeur|E flat|Eflat major|5B|10d"),
        ("G#", "Ab|As-Dur|La bemolle maggiore|A flat major|4B|9d"),
        ("F#m", "F#m|Gbm|Fs Min|Fis-Moll|F sharp minor|Fsharp_min|F-sharp-minor|Fa# menor|11A|4m|F#m9"),
        ("C#m", "C Sharp Minor|cis-moll|Do diesis minore|Do sostenido menor|12A|C# harmonic minor|Des Moll"),
        ("A#", "Bb|B-Dur|B flat|Si bemol mayor"),
        ("G", "G7|Gsus4|Gadd9|Sol maggiore|G"),
    ],
)
def test_every_notation_of_a_key_is_one_key(key: str, names: str) -> None:
    assert {name: canonical_key(name) for name in names.split("|")} == dict.fromkeys(names.split("|"), key)


@pytest.mark.parametrize(
    "text",
    ["", "H", "A##", "Amm", "major", "minor", "C5", "13A", "0A", "8C", "AB", "EBM", "is", "es", "Edim", "Bass", "♯"],
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert canonical_key(text) is None


def test_the_numbers_of_the_circle_of_fifths_are_a_fifth_apart_and_pair_relatives() -> None:
    for number in range(1, 13):
        minor, major = (canonical_key(f"{number}{ring}") for ring in "AB")
        step = PITCH_CLASSES.index(str(minor).removesuffix("m"))
        assert PITCH_CLASSES[(step + 3) % 12] == major
        assert canonical_key(f"{number % 12 + 1}A") == f"{PITCH_CLASSES[(step + 7) % 12]}m"
    assert {canonical_key(f"{number}{ring}") for number in range(1, 13) for ring in "AB"} == set(KEYS)
    assert {canonical_key(f"{number}{ring}") for number in range(1, 13) for ring in "md"} == set(KEYS)


def test_how_a_key_was_written_is_known() -> None:
    assert parse_key("Dm7") == KeyName("Dm", "m", is_chord=True)
    assert parse_key("8A") == KeyName("Am", "A", is_number=True)
    assert parse_key("F") == KeyName("F")


@given(st.sampled_from(KEYS))
def test_a_canonical_key_stays_as_it_is(key: str) -> None:
    assert canonical_key(key) == key


@given(st.text(max_size=12))
def test_any_text_is_a_key_or_none(text: str) -> None:
    assert canonical_key(text) in {*KEYS, None}
