"""Words in names: whole before part, file before folder, all before some."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.library import Library
from db.types import Root
from tests.db.factories import get_id, observed, record

PATHS = [
    "dusty_snare_03.wav",
    "DustyHats/open.wav",
    "Packs/SNARE Roll.wav",
    "snares/a.wav",
    "Drums/BD/x1.wav",
    "hi-hat 1.wav",
    "sd/a.wav",
    "Packs/Fx (oh)/b.wav",
    "bdPunch.wav",
    "cp808.wav",
    "Perc/80s/c.wav",
]


@pytest.fixture
def named(library: Library, root: Root) -> Library:
    record(library, root, *[observed(path) for path in PATHS])
    return library


def shares(library: Library, *words: str) -> dict[str, float]:
    found = library.name_matches(words)
    return {PATHS[sample_id - 1]: share for sample_id, share in found.items()}


def test_all_words_beat_one_and_a_name_beats_a_folder(named: Library) -> None:
    found = shares(named, "dusty", "snare")
    assert found["dusty_snare_03.wav"] == 1.0
    assert found["dusty_snare_03.wav"] > found["Packs/SNARE Roll.wav"] > found["DustyHats/open.wav"] > 0
    assert found["DustyHats/open.wav"] > found["snares/a.wav"] > 0


def test_words_stand_apart_in_camel_case_and_at_digits(named: Library) -> None:
    assert shares(named, "hats") == {"DustyHats/open.wav": 0.5}
    assert shares(named, "x") == {"Drums/BD/x1.wav": 1.0}


def test_short_words_count_only_where_they_stand_alone(named: Library) -> None:
    assert shares(named, "us") == {}
    assert shares(named, "ha") == {}


def test_short_words_are_found_wherever_they_may_stand(named: Library) -> None:
    assert shares(named, "bd") == {"Drums/BD/x1.wav": 0.5, "bdPunch.wav": 1.0}
    assert shares(named, "SD") == {"sd/a.wav": 0.5}
    assert shares(named, "fx") == shares(named, "oh") == {"Packs/Fx (oh)/b.wav": 0.5}
    assert shares(named, "cp") == {"cp808.wav": 1.0}
    assert shares(named, "80") == {"Perc/80s/c.wav": 0.5}
    assert shares(named, "03") == {"dusty_snare_03.wav": 1.0}


def test_short_words_are_not_crowded_out_by_longer_ones(library: Library, root: Root) -> None:
    record(library, root, *[observed(f"ohm {i}.wav") for i in range(20)], observed("zz oh.wav"))
    assert library.name_matches(["oh"], limit=4) == {get_id(library, root, "zz oh.wav"): 1.0}


def test_words_are_split_where_names_are(named: Library) -> None:
    assert shares(named, "Hi-Hat")["hi-hat 1.wav"] == 1.0


def test_the_extension_is_no_word_of_the_name(named: Library) -> None:
    assert shares(named, "wav") == {}


def test_a_sound_with_several_names_has_the_best_of_them(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav", "one"), observed("kick.wav", "one"))
    assert library.name_matches(["kick"]) == {get_id(library, root, "a.wav"): 1.0}


def test_a_limit_keeps_the_best(library: Library, root: Root) -> None:
    record(library, root, *[observed(f"loop {i}.wav") for i in range(20)], observed("loop zither.wav"))
    found = library.name_matches(["loop", "zither"], limit=5)
    assert 1 < len(found) <= 5
    assert found[get_id(library, root, "loop zither.wav")] == 1.0


@settings(max_examples=60)
@given(words=st.lists(st.text(max_size=8), max_size=4))
def test_any_words_can_be_looked_for(named: Library, words: list[str]) -> None:
    assert all(0 < share <= 1 for share in named.name_matches(words).values())


@pytest.mark.parametrize(
    ("letters", "name", "share"),
    [
        ("bdklub", "BD Klubbed.wav", 1.0),
        ("BDKL", "bdKlubbed.wav", 1.0),
        ("kickdry", "Kick 08 Very Dry.aif", 1.0),
        ("sndry", "Snare (Dry).wav", 1.0),
        ("kldry", "Klang_03_Dr\u00fdy.wav", 1.0),
        ("dkbb", "BD Klubbed.wav", 0.5),
        ("a%_b", "xa%1_b.wav", 0.5),
        ("kwav", "kick.wav", None),  # the extension is no part of the name
        ("yrd", "Kick Dry.wav", None),
        ("aaab" * 6, "aa " * 30 + ".wav", None),
    ],
)
def test_letters_in_order_find_names(
    library: Library, root: Root, letters: str, name: str, share: float | None
) -> None:
    record(library, root, observed(f"some folder/{name}"))
    assert library.letter_matches(letters).get(1) == share
