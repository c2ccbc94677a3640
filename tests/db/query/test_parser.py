"""The query line: what a producer types is understood, or answered with the right form."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.errors import QueryError
from db.keys import canonical_key
from db.query.intervals import Interval
from db.query.parser import FILTER_NAMES, Filter, Query, parse_query

pieces = st.one_of(
    st.sampled_from([*FILTER_NAMES, "foo"]).map("{}:".format),
    st.sampled_from(
        ["kick", "-", "+", '"', " ", ":", "..", "<", ">=", "1", "2.5", "k", "ms", "Am", "Bbmin", ".wav", "\t"]
    ),
    st.sampled_from([" 120-130 ", "120 ", "bpm ", "in ", "C ", "F#", " minor", "2 bars ", "half time "]),
    st.text(max_size=5),
)
lines = st.lists(pieces, max_size=12).map("".join)


def value_of(line: str) -> object:
    (condition,) = parse_query(line).filters
    return condition.value


@given(line=lines)
@example(line='+-"a b"')
@example(line='"-kick" +"foo:bar" a"b')
def test_a_printed_query_means_the_same(line: str) -> None:
    with contextlib.suppress(QueryError):
        query = parse_query(line)
        assert parse_query(str(query)) == query


@given(line=st.text())
def test_no_line_raises_anything_but_a_query_error(line: str) -> None:
    with contextlib.suppress(QueryError):
        parse_query(line)


def test_a_whole_line() -> None:
    line = 'dark punchy  kick type:kick bpm:120..130 key:Am len:<1 in:"My Pack" -tag:loop +dusty -"long reverb"'
    assert parse_query(line) == Query(
        text="dark punchy kick",
        plus=("dusty",),
        minus=("long reverb",),
        filters=(
            Filter("type", "kick"),
            Filter("bpm", Interval(120, 130)),
            Filter("key", "Am"),
            Filter("len", Interval(high=1, is_strict=True)),
            Filter("in", "My Pack"),
            Filter("tag", "loop", is_excluded=True),
        ),
    )


def test_a_quoted_word_is_text() -> None:
    assert parse_query('"foo:bar" "-dark"') == Query(text="foo:bar -dark")


def test_an_unfinished_quote_reaches_to_the_end() -> None:
    assert parse_query('kick +"long rev') == Query(text="kick", plus=("long rev",))


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("bpm:120", Interval(119.5, 120.5)),
        ("bpm:>=120", Interval(low=120)),
        ("bpm:..120", Interval(high=120)),
        ("bpm:130..120", Interval(120, 130)),
        ("len:2", Interval(1.9, 2.1)),
        ("len:200ms..2s", Interval(0.2, 2)),
        ("len:>1m", Interval(low=60, is_strict=True)),
        ("len:>1h", Interval(low=3600, is_strict=True)),
        ("bright:1..2k", Interval(1000, 2000)),
        ("rate:>44.1k", Interval(low=44_100, is_strict=True)),
        ("channels:stereo", Interval(2, 2)),
        ("channels:mono..2", Interval(1, 2)),
        ("loud:-20..-14", Interval(-20, -14)),
        ("attack:<0.5s", Interval(high=500, is_strict=True)),
        ("BITS:24", Interval(24, 24)),
        ("ext:.WAV", "wav"),
        ("key:Bbmin", "A#m"),
    ],
)
def test_values(line: str, value: object) -> None:
    assert value_of(line) == value


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("Am", "am", "Amin", "A minor", "a min"), "Am"),
        (("C", "c", "Cmaj", "C major", "CM"), "C"),
        (("A#m", "Bbm", "bbm", "B♭ minor"), "A#m"),
        (("Cb", "B", "b"), "B"),
        (("H", "", "A##", "Amm", "major", "C5"), None),
    ],
)
def test_every_name_of_a_key_is_one_key(names: tuple[str, ...], key: str | None) -> None:
    assert {canonical_key(name) for name in names} == {key}


@pytest.mark.parametrize(
    "line", ["bpm:fast", "bpm:", "bpm:1..x", "bpm:..", "bpm:1e99", "bpm:120ms", "bpm:nan", "bpm:<", "bpm:<1..2"]
)
def test_a_malformed_number_is_answered_with_the_right_form(line: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(line)
    assert str(caught.value) == "bpm: takes a number or a range, such as bpm:120 or bpm:120..130."


@pytest.mark.parametrize("name", FILTER_NAMES)
def test_the_right_form_of_each_filter_is_one_that_works(name: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(f'{name}:""')
    shown = str(caught.value).split("such as ")[1].removesuffix(".").replace(" or ", ", ").split(", ")
    assert [parse_query(form).filters[0].name for form in shown] == [name] * len(shown)


def test_an_unknown_filter_is_answered_with_the_known_ones() -> None:
    with pytest.raises(QueryError, match=r"foo: is not a filter; .* Filters are type, tag, form, bpm"):
        parse_query("kick foo:bar")
