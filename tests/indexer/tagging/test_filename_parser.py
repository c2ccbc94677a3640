"""Words and series numbers in names as packs have them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.tagging.filename_parser import without_series, words_in


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dusty_snare_03.wav", ["dusty", "snare", "03", "wav"]),
        ("HiHatTR808_open", ["hi", "hat", "tr", "808", "open"]),
        ("KICK Hard-12", ["kick", "hard", "12"]),
        ("FXRiser (long) [Am]", ["fx", "riser", "long", "am"]),
        ("808s & Subs", ["808", "s", "subs"]),
        ("ÜberKick", ["über", "kick"]),
        ("Größe", ["größe"]),
        (unicodedata.normalize("NFD", "Flöte 2"), ["flöte", "2"]),
        ("___", []),
        ("", []),
    ],
)
def test_names_are_split_where_a_reader_would(name, words):
    assert words_in(name) == words


@given(st.text())
def test_words_keep_every_letter_and_digit_in_order(name):
    expected = "".join(letter.lower() for letter in unicodedata.normalize("NFC", name) if letter.isalnum())
    assert "".join(words_in(name)) == expected


@given(st.lists(st.from_regex(r"[a-z]{1,8}|[0-9]{1,4}", fullmatch=True)))
def test_separated_words_come_back(words):
    assert words_in("_".join(words)) == words


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Kick 12.wav", "Kick .wav"),
        ("a/Kick_003.wav", "a/Kick_.wav"),
        ("Kick 7", "Kick "),
        ("01.wav", ".wav"),
        ("Kick 808.wav", "Kick 808.wav"),
        ("Loop 120.flac", "Loop 120.flac"),
        ("12 Kick.wav", "12 Kick.wav"),
        ("Kick 24.wav", "Kick 24.wav"),
        ("", ""),
    ],
)
def test_the_number_of_a_series_is_cut_off(name: str, bare: str) -> None:
    assert without_series(name, meant={"24"}) == bare
