"""Words and values of filters that mean nothing in a library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.library import Library
from db.query.parser import parse_query
from db.types import Source, Tag
from indexer.search.spelling import find_unknown
from tests.db.factories import add_root, observed, record


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Library]:
    mine = Tag("user", "crate dug", Source.USER, 1.0)
    with Library.create(tmp_path / "library") as library:
        root = add_root(library, tmp_path)
        record(library, root, observed("Zorptronic/BD Klubbed.wav", tags=(mine,)), observed("Trommel.wav"))
        with library.edits() as edits:
            edits.set_collection("Favourites", [1])
        yield library


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        ("xylofone", {"xylofone": "xylophone"}),
        ("dark snair -vilon", {"snair": "snare", "vilon": "violin"}),
        ("barking dgo", {"dgo": "dog"}),
        ("zorptronik pad", {"zorptronik": "zorptronic"}),
        ("qzxvwjk", {"qzxvwjk": None}),
        ("\u043a\u0438\u043a", {"\u043a\u0438\u043a": None}),
        ("type:xylofone", {"type:xylofone": "xylophone"}),
        ("type:fiddle", {"type:fiddle": "violin"}),  # a word for it, not its name
        ("-form:looop", {"form:looop": "loop"}),
        ("tag:cratedog", {"tag:cratedog": "crate dug"}),
        ("collection:favorites", {"collection:favorites": "Favourites"}),
    ],
)
def test_what_means_nothing_is_named_with_what_is_spelt_alike(
    named: Library, line: str, unknown: dict[str, str | None]
) -> None:
    found = find_unknown(named, parse_query(line))
    assert {part.text: part.nearest[0] if part.nearest else None for part in found} == unknown


@pytest.mark.parametrize(
    "line",
    [
        "",
        "crunchier wobbly seagulls, twangy d\u00e9tun\u00e9 +boomiest -hissy",
        "808s tr909 hh bd 2x",
        "bdklub klubbed trommel zorptronic",
        "type:kick type:Hi-Hat type:drums form:one-shot tag:dark tag:CrateDug collection:favourites",
        "name:nothing in:nowhere ext:xyz note:none bpm:10 key:Am",
    ],
)
def test_other_words_and_values_are_known(named: Library, line: str) -> None:
    assert find_unknown(named, parse_query(line)) == ()


def test_types_of_the_user_are_known(named: Library) -> None:
    assert find_unknown(named, parse_query("type:gubal"))
    Path(named.folder, "taxonomy.toml").write_text('[type.drums.gubal]\nphrases = ["gubal"]\nwords = ["gubal"]\n')
    assert find_unknown(named, parse_query("type:gubal gubal")) == ()
