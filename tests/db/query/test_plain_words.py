"""Conditions in plain words, and what only looks like one."""

import pytest

from db.query.parser import Filter, parse_query


def understood(line: str) -> tuple[str, list[str]]:
    query = parse_query(line)
    return query.text, [str(condition) for condition in query.filters]


@pytest.mark.parametrize(
    ("line", "text", "filters"),
    [
        ("drum loop 120-130", "drum loop", ["bpm:120..130"]),
        ("120-130 bpm", "", ["bpm:120..130"]),
        ("120 - 130 bpm loop", "loop", ["bpm:120..130"]),
        ("120 to 130 bpm", "", ["bpm:120..130"]),
        ("120..130", "", ["bpm:120..130"]),
        ("amen 174 bpm", "amen", ["bpm:173.5..174.5"]),
        ("at 92.5bpm", "", ["bpm:92..93"]),
        ("BPM 140 dubstep", "dubstep", ["bpm:139.5..140.5"]),
        ("around 100 bpm", "", ["bpm:97..103"]),
        ("~100bpm", "", ["bpm:97..103"]),
        ("140 bpm half time", "", ["tempo:139.5..140.5"]),
        ("half-time 140-150 bpm drums", "drums", ["tempo:140..150"]),
        ("double time 85 bpm", "", ["tempo:84.5..85.5"]),
        ("pad F# minor", "pad", ["key:F#m"]),
        ("f sharp minor, warm", "warm", ["key:F#m"]),
        ("Fis-Moll pad", "pad", ["key:F#m"]),
        ("bass in C", "bass", ["key:C"]),
        ("bass in Bbm dark", "bass dark", ["key:A#m"]),
        ("key of E major", "", ["key:E"]),
        ("loop a minor", "loop", ["key:Am"]),
        ("chord Am", "chord", ["key:Am"]),
        ("F# bass", "bass", ["key:F#"]),
        ("drums 2 bars", "drums", ["bars:1.9..2.1"]),
        ("four bar loop", "loop", ["bars:3.8..4.2"]),
        ("16-bars", "", ["bars:15.2..16.8"]),
        ("kick under 1 s", "kick", ["len:<1"]),
        ("pad longer than 2.5 seconds", "pad", ["len:>2.5"]),
        ("hat shorter than 200ms", "hat", ["len:<0.2"]),
        ("4 bars 120 bpm in Am -noise", "", ["bpm:119.5..120.5", "key:Am", "bars:3.8..4.2"]),
    ],
)
def test_plain_words_are_conditions(line: str, text: str, filters: list[str]) -> None:
    assert understood(line) == (text, filters)
    assert len(parse_query(line).plain) == len(filters)


@pytest.mark.parametrize(
    "line",
    [
        "808 909",
        "808-909 kick",
        "10-20",
        "130-120",
        "a bell in a room",
        "sung in a choir",
        "a minor chord",
        "I am free",
        "half time drums",
        "bar chimes",
        "1bpm",
        "in Berlin",
        "c minor scale",
        "space bar",
        "over the top",
        "120",
        "em pad",
        "100%",
        "B",
    ],
)
def test_other_words_stay_a_description(line: str) -> None:
    assert understood(line) == (line, [])


@pytest.mark.parametrize(
    "line", ['"120-130" loop', '"in C" pad', '"F# minor"', 'bass "in" C', '+"2 bars"', '-"120 bpm"']
)
def test_words_in_quotes_or_with_a_sign_are_no_conditions(line: str) -> None:
    query = parse_query(line)
    assert query.filters == ()
    assert parse_query(str(query)) == query


def test_what_was_read_is_told_in_the_words_of_the_user() -> None:
    query = parse_query("warm pad in C, 120 bpm key:Am")
    assert [condition.words for condition in query.plain] == ["120 bpm", "in C,"]
    assert query.filters[0] == Filter("key", "Am")
