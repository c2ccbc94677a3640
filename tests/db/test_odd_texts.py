"""Whatever a person or a file brings is stored or refused with a sentence, on both engines."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from db.errors import LibraryError, QueryError, UsageError
from db.library import Library
from db.query.parser import Filter, parse_query
from db.types import Annotation, Provenance, Reading, Root, Source, Tag, TagKey, TagName
from db.write.records import TagEdit
from tests.db.factories import get_id, observed, record

NO_CHARACTER = "a\udcffb"
STORED = "a\ufffdb"


@pytest.fixture
def sample_id(library: Library, root: Root) -> int:
    record(library, root, observed("kick.wav"))
    return get_id(library, root, "kick.wav")


def test_what_is_no_character_is_stored_as_a_sign_for_it(library: Library, sample_id: int) -> None:
    tag = TagName("user", NO_CHARACTER)
    with library.edits() as edits:
        edits.set_annotations({sample_id: Annotation(1, NO_CHARACTER)})
        edits.set_collection(NO_CHARACTER, [sample_id], {sample_id: NO_CHARACTER})
        edits.edit_tags(TagEdit(NO_CHARACTER, {TagKey(sample_id, tag, Source.USER): 1.0}))
        edits.set_setting(NO_CHARACTER, NO_CHARACTER)
    assert library.annotations([sample_id])[sample_id].note == STORED
    assert [one.name for one in library.collections()] == [STORED]
    assert library.kit_slots(NO_CHARACTER) == {sample_id: STORED}
    assert library.tag_names("user") == [STORED]
    assert library.setting(NO_CHARACTER) == STORED
    for name in ("collection", "tag"):
        found = library.filter_ids([Filter(name, STORED)])
        assert found is not None
        assert found.tolist() == [sample_id]
    with library.edits() as edits:
        assert edits.undo_tag_edit() == STORED
    assert library.tag_names("user") == []


def test_a_file_can_state_what_is_no_character(library: Library, root: Root) -> None:
    texts = Provenance(NO_CHARACTER, None, NO_CHARACTER)
    reading = Reading("key", Source.EMBEDDED, 1.0, None, NO_CHARACTER)
    tag = Tag("user", NO_CHARACTER, Source.EMBEDDED, 1.0)
    record(
        library, root, observed("a.wav", provenance=texts, caveats=(NO_CHARACTER,), readings=(reading,), tags=(tag,))
    )
    (found,) = library.samples([get_id(library, root, "a.wav")])
    assert found.provenance == Provenance(STORED, None, STORED)
    assert found.caveats == (STORED,)
    assert found.key == replace(reading, text=STORED)
    assert [one.name for one in found.tags] == [STORED]


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b"])
def test_what_is_no_path_is_refused(library: Library, root: Root, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with library.writer() as writer:
        for ask in (
            library.find_root,
            library.find_sample_id,
            writer.add_root,
            lambda at: writer.relink_root(root, at),
        ):
            with pytest.raises(UsageError, match="is no path"):
                ask(path)


def test_names_hold_no_word_that_is_longer_than_a_name(library: Library, sample_id: int) -> None:
    assert library.name_matches(["kick", "x" * 20_000]) == {sample_id: 0.5}
    assert library.letter_matches("k" * 20_000) == {}


@pytest.mark.parametrize("library", ["server"], indirect=True)
def test_a_server_refuses_names_that_its_indexes_cannot_hold(library: Library, root: Root, sample_id: int) -> None:
    long = random.Random(1).randbytes(3000).hex()  # what repeats itself is packed, and fits
    with library.edits() as edits:
        edits.set_annotations({sample_id: Annotation(1, long)})
        with pytest.raises(LibraryError, match="no name or path as long"):
            edits.set_collection(long, [sample_id])
        with pytest.raises(LibraryError, match="no name or path as long"):
            edits.set_tags({sample_id: (Tag("user", long, Source.USER, 1.0),)}, [Source.USER])
    with pytest.raises(LibraryError, match="no name or path as long"):
        record(library, root, observed(long + ".wav"))
    assert library.annotations([sample_id])[sample_id].note == long


def test_a_text_in_a_filter_has_a_limit() -> None:
    assert parse_query("note:" + "x" * 1000).filters
    with pytest.raises(QueryError, match="note: takes"):
        parse_query("note:" + "x" * 1001)
