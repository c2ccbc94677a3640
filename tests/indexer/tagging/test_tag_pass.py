from pathlib import Path

import numpy as np

from db.library import Library
from db.types import Source, Tag, TagEdit, TagKey, TagName
from indexer.encoders.prompts import unit
from indexer.tagging.tag_pass import SOURCES, library_tagger, retag, retag_if_needed, said_type
from tests.db.factories import add_root, heard
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()


def filled(folder: Path) -> Library:
    library = Library.create(folder / "library")
    root = add_root(library, folder / "sounds")
    row = ENCODER.embed_text(["anything"])[0]
    old = (Tag("type", "gone", Source.MODEL, 0.9), Tag("type", "mine", Source.USER, 1.0))
    files = [
        heard("Kicks/01.wav", vector=row, tags=old),
        heard("b/snare 2.wav", vector=row),
        heard("x.wav", vector=row),
    ]
    with library.writer() as writer:
        writer.store(root.id, ENCODER.info, files, [], set())
    return library


def names(library: Library, sample_id: int) -> set[str]:
    return {tag.name for tag in library.samples([sample_id])[0].tags if tag.facet == "type"}


def test_names_and_model_speak_again_and_the_user_keeps_the_word(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        progress: list[tuple[int, int]] = []
        assert retag(library, ENCODER, on_progress=lambda *done: progress.append(done)) == 3
        assert progress == [(3, 3)]
        assert names(library, 1) == {"mine"}
        assert names(library, 2) == {"snare"}
        assert "gone" not in {mark.name for mark in library.tags_by_source([1], Source.MODEL)[1]}
        assert {mark.name for mark in library.tags_by_source([1], Source.FILENAME)[1]} == {"kick"}


def test_a_second_run_says_the_same(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        retag(library, ENCODER)
        before = library.samples([1, 2, 3])
        retag(library, ENCODER)
        assert library.samples([1, 2, 3]) == before


def test_it_stops_when_asked(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        assert retag(library, ENCODER, cancelled=lambda: True) == 0
        assert library.vectors(ENCODER.info).known().tolist() == np.arange(1, 4).tolist()


def test_what_counts_is_what_settling_in_sql_says(tmp_path: Path) -> None:
    """Marks of one sample in every mixture of sources, beside a user's word and without one."""
    rng = np.random.default_rng(0)
    with filled(tmp_path) as library:
        for _ in range(60):
            given = tuple(
                Tag(facet, name, Source(int(source)), float(rng.choice([0.0, 0.5, 0.9])))
                for facet, name, source in {
                    (
                        str(rng.choice(["type", "form", "character"])),
                        str(rng.choice(["a", "b", "c"])),
                        rng.integers(1, 4),
                    )
                    for _ in range(6)
                }
            )
            with library.edits() as edits:
                edits.set_tags({2: given, 1: given}, SOURCES)
            settled = {(tag.facet, tag.name, tag.source) for tag in library.samples([2])[0].tags}
            with library.edits() as edits:  # a change of nothing settles in SQL
                edits.edit_tags(TagEdit("", {TagKey(2, TagName("user", "x"), Source.USER): 1.0}))
            in_sql = {(tag.facet, tag.name, tag.source) for tag in library.samples([2])[0].tags} - {
                ("user", "x", Source.USER)
            }
            with library.edits() as edits:
                edits.edit_tags(TagEdit("", {TagKey(2, TagName("user", "x"), Source.USER): None}))
            assert settled == in_sql


def test_a_run_that_was_stopped_is_taken_up_again(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        retag(library, ENCODER, cancelled=lambda: True)
        assert retag_if_needed(library, ENCODER, has_new_sounds=False) == 3
        assert retag_if_needed(library, ENCODER, has_new_sounds=False) == 0


def test_names_of_some_sounds_teach_the_types_of_others(tmp_path: Path) -> None:
    """Where files called snare sound as no description says, one that sounds like them and has no name is a snare."""
    rng = np.random.default_rng(0)
    place = {"snare": rng.standard_normal(16), "kick": rng.standard_normal(16)}

    def sounds_like(kind: str) -> np.ndarray:
        return unit((place[kind] + 0.1 * rng.standard_normal(16)).astype(np.float32))

    named = [heard(f"{kind} {i}.wav", vector=sounds_like(kind)) for kind in place for i in range(30)]
    nameless = [heard(f"audio_{kind[0]}{i}.wav", vector=sounds_like(kind)) for kind in place for i in range(5)]
    with Library.create(tmp_path / "library") as library:
        root = add_root(library, tmp_path / "sounds")
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, nameless, [], set())
        retag(library, ENCODER)
        alone = [names(library, i) for i in range(1, 11)]
        assert {"snare"} not in alone
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, named, [], set())
        assert retag_if_needed(library, ENCODER, has_new_sounds=True) == 70
        assert [names(library, i) for i in range(1, 11)] == [{"snare"}] * 5 + [{"kick"}] * 5
        assert retag_if_needed(library, ENCODER, has_new_sounds=True) == 0
        tagger = library_tagger(library, ENCODER)
        (mark,) = [m for m in tagger.tags(sounds_like("snare"), nameless[0].features) if m.facet == "type"]
        assert mark.name == "snare"


def test_what_the_user_takes_back_is_not_learned_from_a_name() -> None:
    name = Tag("type", "kick", Source.FILENAME, 0.95, "drums")
    denied = Tag("type", "kick", Source.USER, 0.0, "drums")
    given = Tag("type", "snare", Source.USER, 1.0, "drums")
    assert said_type([name]) == "kick"
    assert said_type([denied, name]) == ""
    assert said_type([denied, given, name]) == "snare"
    assert said_type([Tag("type", "tom", Source.FILENAME, 0.475, "drums")]) == ""
