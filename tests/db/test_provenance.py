"""Author and licence of files: stored with them, found by filters, gone with them."""

from dataclasses import replace

import pytest

from db.library import Library
from db.query.parser import parse_query
from db.types import UNKNOWN_PROVENANCE, Provenance, Root
from tests.db.factories import get_id, observed, record

CC0 = Provenance("InspectorJ", "cc0", "https://freesound.org/s/1/")
BY = Provenance("Acme", "cc-by-4.0")


def found(library: Library, line: str) -> list[str]:
    ids = library.filter_ids(parse_query(line).filters)
    assert ids is not None
    return [sample.paths[0].name for sample in library.samples(ids.tolist())]


@pytest.fixture
def sounds(library: Library, root: Root) -> Library:
    origins = {"a": CC0, "b": BY, "c": Provenance("Inspector Two", "cc-by-sa-4.0"), "d": UNKNOWN_PROVENANCE}
    record(library, root, *[observed(f"{name}.wav", provenance=origin) for name, origin in origins.items()])
    return library


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("license:cc0", "a"),
        ("license:CC0", "a"),
        ("license:cc-by", "b"),
        ('license:"CC BY 4.0"', "b"),
        ("license:cc-by-3.0", ""),
        ("license:cc-by-sa", "c"),
        ("-license:cc0", "bcd"),
        ("author:inspector", "ac"),
        ('author:"inspector two"', "c"),
        ("author:inspector license:cc0", "a"),
    ],
)
def test_sounds_are_found_by_licence_and_author(sounds: Library, line: str, names: str) -> None:
    assert found(sounds, line) == [f"{name}.wav" for name in names]


def test_a_sound_shows_the_origin_of_the_first_file_with_a_licence(library: Library, root: Root) -> None:
    record(
        library,
        root,
        observed("a.wav", "one", provenance=Provenance("Somebody")),
        observed("b.wav", "one", provenance=BY),
    )
    assert library.samples([1])[0].provenance == BY


def test_an_origin_is_replaced_and_goes_with_its_file(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav", provenance=CC0))
    record(library, root, observed("a.wav", features=None, vector=None, provenance=BY))
    sample_id = get_id(library, root, "a.wav")
    assert library.samples([sample_id])[0].provenance == BY
    record(library, root, observed("new.wav", repr(b"a.wav"), provenance=BY), vanished=["a.wav"])
    assert found(library, "license:cc-by") == ["new.wav"]
    record(library, root, replace(observed("new.wav", repr(b"a.wav")), features=None, vector=None))
    assert found(library, "license:cc-by") == []
    record(library, root, observed("b.wav", provenance=CC0))
    record(library, root, vanished=["b.wav"])
    assert found(library, "license:cc0") == []
