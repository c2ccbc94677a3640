"""Of several opinions one counts, and retagging never touches another source."""

import pytest

from db.library import Library
from db.types import Root, Source, Tag
from tests.db.factories import get_id, observed, record


def kind(name: str, source: Source, confidence: float = 0.5, parent: str | None = None) -> Tag:
    return Tag("type", name, source, confidence, parent)


@pytest.fixture
def sample_id(library: Library, root: Root) -> int:
    record(library, root, observed("a.wav"))
    return get_id(library, root, "a.wav")


def effective(library: Library, sample_id: int) -> list[str]:
    return [tag.name for tag in library.samples([sample_id])[0].tags]


def retag(library: Library, sample_id: int, *marks: Tag) -> None:
    with library.writer() as writer:
        writer.set_tags({sample_id: marks}, {mark.source for mark in marks})


def test_a_higher_source_wins_whatever_the_confidence(library: Library, sample_id: int) -> None:
    retag(library, sample_id, kind("kick", Source.MODEL, 0.9), kind("snare", Source.FILENAME, 0.2))
    assert effective(library, sample_id) == ["snare"]


def test_within_a_source_the_higher_confidence_wins_and_a_tie_goes_by_name(library: Library, sample_id: int) -> None:
    retag(library, sample_id, kind("kick", Source.MODEL, 0.4), kind("snare", Source.MODEL, 0.5))
    assert effective(library, sample_id) == ["snare"]
    retag(library, sample_id, kind("tom", Source.MODEL), kind("ride", Source.MODEL))
    assert effective(library, sample_id) == ["ride"]


def test_a_facet_of_many_keeps_all_its_tags_strongest_first(library: Library, sample_id: int) -> None:
    dark = Tag("character", "dark", Source.MODEL, 0.3)
    soft = Tag("character", "soft", Source.MODEL, 0.6)
    retag(library, sample_id, dark, soft)
    assert effective(library, sample_id) == ["soft", "dark"]


def test_a_user_can_say_not_this(library: Library, sample_id: int) -> None:
    retag(library, sample_id, kind("kick", Source.MODEL, 0.9), kind("tom", Source.MODEL, 0.3))
    retag(library, sample_id, kind("kick", Source.USER, 0.0))
    assert effective(library, sample_id) == ["tom"]


def test_retagging_replaces_its_own_source_only(library: Library, sample_id: int) -> None:
    retag(library, sample_id, kind("kick", Source.USER, 1.0))
    retag(library, sample_id, kind("snare", Source.MODEL, 0.9))
    assert effective(library, sample_id) == ["kick"]
    with library.writer() as writer:
        writer.set_tags({sample_id: ()}, [Source.USER])
    assert effective(library, sample_id) == ["snare"]


def test_a_mark_of_a_source_that_is_not_replaced_is_refused(library: Library, sample_id: int) -> None:
    with library.writer() as writer, pytest.raises(ValueError, match="not being replaced"):
        writer.set_tags({sample_id: (kind("kick", Source.USER),)}, [Source.MODEL])


def test_marks_that_come_with_a_file_are_settled_too(library: Library, root: Root) -> None:
    marks = (
        kind("kick", Source.FILENAME),
        kind("tom", Source.MODEL, 0.9),
        Tag("form", "loop", Source.ANALYSIS, 0.5),
    )
    record(library, root, observed("b.wav", tags=marks))
    assert sorted(effective(library, get_id(library, root, "b.wav"))) == ["kick", "loop"]
