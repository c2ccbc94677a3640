"""Shares of descriptions in a query line."""

import pytest

from db.query.parser import parse_query
from db.query.shares import Share, read_shares

HALVES = (Share(50, "violin"), Share(50, "noise"))


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("50 % violin, 50 % noise", HALVES),
        ("50% violin 50% noise", HALVES),
        ("50% violin and 50% of noise", HALVES),
        ("50 % violin / 50 % noise", HALVES),
        ("violin 50 %, noise 50 %", HALVES),
        ("70% dusty piano, 20% bell, 10.5% rain", (Share(70, "dusty piano"), Share(20, "bell"), Share(10.5, "rain"))),
        ("100% violin, 0% noise", (Share(100, "violin"), Share(0, "noise"))),
        ("50% violin", ()),
        ("0% violin, 0% noise", ()),
        ("50%, 50%", ()),
        ("50% violin, 50%", ()),
        ("a 50% violin, 50% noise", ()),
        ("100%pure 50%off", ()),
        ("violin and noise", ()),
        ("", ()),
    ],
)
def test_shares_are_read_where_a_text_is_nothing_else(text: str, shares: tuple[Share, ...]) -> None:
    assert read_shares(text) == shares


def test_a_line_of_shares_has_filters_too_and_is_written_as_it_is_read() -> None:
    query = parse_query("50 % violin, 50 % noise type:loop 120 bpm -bright")
    assert (query.text, query.shares, query.minus) == ("", HALVES, ("bright",))
    assert [str(condition) for condition in query.filters] == ["type:loop", "bpm:119.5..120.5"]
    assert parse_query(str(query)) == query


def test_in_quotes_they_are_words() -> None:
    query = parse_query('"50% violin, 50% noise"')
    assert (query.text, query.shares) == ("50% violin, 50% noise", ())
    assert parse_query(str(query)) == query
