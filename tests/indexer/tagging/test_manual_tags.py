from collections.abc import Iterator
from pathlib import Path

import pytest

from db.errors import UsageError
from db.library import Library
from db.types import Source, Tag
from indexer.tagging.manual_tags import add_tag, move_tag, remove_tag, tag_named, undo
from tests.db.factories import add_root, observed, record

ALL = range(1, 6)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Five sounds that the model takes for kicks."""
    kick = Tag("type", "kick", Source.MODEL, 0.8, "drums")
    with Library.create(tmp_path / "library") as library:
        root = add_root(library, tmp_path / "sounds")
        record(library, root, *(observed(f"{n}.wav", tags=(kick,)) for n in ALL))
        yield library


def tags(library: Library) -> list[set[str]]:
    return [{tag.name for tag in sample.tags} for sample in library.samples(ALL)]


def test_names_of_types_and_forms_are_built_in_tags() -> None:
    assert tag_named(" Kick ") == ("type", "kick", "drums")
    assert tag_named("Drums") == ("type", "drums", None)
    assert tag_named("hi-hat") == ("type", "hi-hat", "drums")
    assert tag_named("my  own") == ("user", "my own", None)
    assert tag_named("loop").facet == "form"


@pytest.mark.parametrize("name", ["", "  ", 'say "hi"', "\x1b[31m"])
def test_a_name_that_no_query_can_hold_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="needs a name"):
        tag_named(name)


def test_a_type_given_by_the_user_replaces_the_one_before(library: Library) -> None:
    add_tag(library, tag_named("snare"), [1, 2])
    assert add_tag(library, tag_named("clap"), [1]) == 1
    assert tags(library)[:3] == [{"clap"}, {"snare"}, {"kick"}]
    undo(library)
    assert tags(library)[0] == {"snare"}


def test_what_the_model_says_can_be_denied(library: Library) -> None:
    assert remove_tag(library, tag_named("kick"), [1, 2]) == 2
    assert tags(library)[:3] == [set(), set(), {"kick"}]
    undo(library)
    assert tags(library)[0] == {"kick"}


def test_what_only_the_user_said_is_taken_away_without_a_denial(library: Library) -> None:
    dusty = tag_named("dusty")
    add_tag(library, dusty, ALL)
    assert remove_tag(library, dusty, [1]) == 1
    assert library.tag_confidences(dusty, [Source.USER]).keys() == {(n, dusty, Source.USER) for n in (2, 3, 4, 5)}
    assert add_tag(library, dusty, [2, 3]) == 0


def test_a_merge_keeps_what_was_said_of_the_other_and_can_be_undone(library: Library) -> None:
    old, new = tag_named("dirty"), tag_named("dusty")
    add_tag(library, old, [1, 2, 3])
    add_tag(library, new, [3, 4])
    before = tags(library)
    assert move_tag(library, old, new) == 3
    assert [("dusty" in names, "dirty" in names) for names in tags(library)] == [(True, False)] * 4 + [(False, False)]
    assert "dirty" not in {tag.name for tag in library.tag_table().tags}
    assert undo(library) == "Renamed dirty to dusty"
    assert tags(library) == before


def test_a_built_in_tag_keeps_its_name(library: Library) -> None:
    with pytest.raises(UsageError, match="built-in"):
        move_tag(library, tag_named("kick"), tag_named("boom"))
    with pytest.raises(UsageError, match="no tag"):
        move_tag(library, tag_named("nothing"), tag_named("boom"))


def test_undo_leaves_what_was_changed_again_since(library: Library) -> None:
    dusty = tag_named("dusty")
    add_tag(library, dusty, [1, 2])
    with library.edits() as edits:  # as the app does, with an undo of its own
        edits.set_tags({1: (Tag("user", "dusty", Source.USER, 0.0),)}, [Source.USER])
    undo(library)
    assert library.tag_confidences(dusty, [Source.USER]) == {(1, dusty, Source.USER): 0.0}


def test_the_way_back_survives_closing_the_library(library: Library) -> None:
    add_tag(library, tag_named("dusty"), ALL)
    with Library.open(library.folder) as again:
        assert undo(again) == "Tagged dusty"
        assert tags(again) == [{"kick"}] * 5
