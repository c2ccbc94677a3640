from dataclasses import replace
from pathlib import Path

import numpy as np

from db.library import Library
from db.types import Source, Tag, TagKey, TagName
from db.write.records import Observation, TagEdit, TagResult
from indexer.encoders.base import TextEncoder
from indexer.encoders.prompts import unit
from indexer.tagging.manual_tags import add_tag, undo
from indexer.tagging.tag_pass import EditedTags, TagPass, label_of, tag_edited
from tests.db.factories import FEATURES, add_root, observed
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()


def filled(folder: Path) -> Library:
    library = Library.create(folder / "library")
    root = add_root(library, folder / "sounds")
    row = ENCODER.embed_text(["anything"])[0]
    old = (Tag("type", "gone", Source.MODEL, 0.9), Tag("type", "mine", Source.USER, 1.0))
    files = [
        observed("Kicks/01.wav", vector=row, tags=old),
        observed("b/snare 2.wav", vector=row),
        observed("x.wav", vector=row),
    ]
    with library.writer() as writer:
        writer.store(root.id, ENCODER.info, files, [], set())
    return library


def names(library: Library, sample_id: int) -> set[str]:
    return {tag.name for tag in library.samples([sample_id])[0].tags if tag.facet == "type"}


def test_names_and_model_speak_again_and_the_user_keeps_the_word(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        progress: list[tuple[int, int]] = []
        assert TagPass(library, ENCODER).tag_all(lambda *done: progress.append(done)) == 3
        assert progress == [(3, 3)]
        assert names(library, 1) == {"mine"}
        assert names(library, 2) == {"snare"}
        assert "gone" not in {mark.name for mark in library.tags_from([Source.MODEL], [1])[1]}
        assert {mark.name for mark in library.tags_from([Source.FILENAME], [1])[1]} == {"kick"}


def test_what_was_renamed_is_queued_and_tagged_by_its_new_name(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        (root,) = library.roots()
        TagPass(library, ENCODER).tag_all()
        gone = {(root.id, b"b/snare 2.wav")}
        moved = observed("Toms/Tom 90bpm.wav", "b'b/snare 2.wav'", features=None, vector=None)
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, [moved], [], gone)
        assert TagPass(library, ENCODER).tag_queued() == 1
        (sample,) = library.samples([2])
        assert names(library, 2) == {"tom"}
        assert sample.bpm is not None
        assert (sample.bpm.number, sample.bpm.source) == (90.0, Source.FILENAME)
        assert TagPass(library, ENCODER).tag_queued() == 0


def test_a_copy_that_goes_takes_its_name_with_it(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        (root,) = library.roots()
        copy = observed("Claps/clap 100bpm.wav", "b'x.wav'", features=None, vector=None)
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, [copy], [], set())
        TagPass(library, ENCODER).tag_all()
        assert names(library, 3) == {"clap"}
        with library.writer() as writer:
            writer.remove_files([(root.id, b"Claps/clap 100bpm.wav")])
        assert TagPass(library, ENCODER).tag_queued() == 1
        assert "clap" not in names(library, 3)
        assert library.samples([3])[0].bpm is None


def test_a_corrected_type_is_queued_for_what_is_relative_to_it(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        TagPass(library, ENCODER).tag_all()
        with library.edits() as edits:
            edits.edit_tags(TagEdit("", {TagKey(1, TagName("user", "dusty"), Source.USER): 1.0}))
        assert library.n_queued() == 0
        with library.edits() as edits:
            edits.edit_tags(TagEdit("", {TagKey(2, TagName("type", "ride", "drums"), Source.USER): 1.0}))
        assert [queued.sample_id for queued in library.tagging_queue(10)] == [2]


def test_a_corrected_type_changes_what_is_relative_to_it(tmp_path: Path) -> None:
    """Half a second is long for a kick and short for a pad."""
    row = ENCODER.embed_text(["anything"])[0]

    def sound(name: str, seconds: float) -> Observation:
        return observed(name, vector=row, features=replace(FEATURES, duration_seconds=seconds))

    kicks = [sound(f"kick {i}.wav", 0.1 + 0.002 * i) for i in range(40)]
    pads = [sound(f"pad {i}.wav", 2.0 + 0.1 * i) for i in range(40)]
    with Library.create(tmp_path / "library") as library:
        root = add_root(library, tmp_path / "sounds")
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, [sound("kick.wav", 0.5), *kicks, *pads], [], set())
        TagPass(library, ENCODER).tag_all()

        def lengths() -> set[str]:
            return {tag.name for tag in library.samples([1])[0].tags} & {"short", "long"}

        assert lengths() == {"long"}
        add_tag(library, TagName("type", "pad", "melodic"), [1])
        tag_edited(library, lambda: ENCODER)
        assert lengths() == {"short"}
        undo(library)
        tag_edited(library, lambda: ENCODER)
        assert lengths() == {"long"}


def test_without_an_edit_of_types_no_encoder_is_loaded(tmp_path: Path) -> None:
    def load() -> TextEncoder:
        raise AssertionError("nothing is queued")

    with filled(tmp_path) as library:
        TagPass(library, ENCODER).tag_all()
        add_tag(library, TagName("user", "dusty"), [1])
        tag_edited(library, load)


def test_a_sample_that_is_queued_while_it_is_tagged_stays_queued(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        waiting = library.tagging_queue(10)
        with library.edits() as edits:
            edits.edit_tags(TagEdit("", {TagKey(2, TagName("type", "ride", "drums"), Source.USER): 1.0}))
            edits.store_tagging(dict.fromkeys(waiting, TagResult(())))
        (again,) = library.tagging_queue(10)
        assert again.sample_id == 2
        assert again.has_new_name


def test_a_second_run_says_the_same(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        TagPass(library, ENCODER).tag_all()
        before = library.samples([1, 2, 3])
        TagPass(library, ENCODER).tag_all()
        assert library.samples([1, 2, 3]) == before


def test_it_stops_when_asked(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        assert TagPass(library, ENCODER).tag_all(cancelled=lambda: True) == 0
        assert library.vectors(ENCODER.info).known().tolist() == np.arange(1, 4).tolist()


def test_a_run_that_was_stopped_is_taken_up_again(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        TagPass(library, ENCODER).tag_all(cancelled=lambda: True)
        assert TagPass(library, ENCODER).refresh(has_new_sounds=False) == 3
        assert TagPass(library, ENCODER).refresh(has_new_sounds=False) == 0


def test_names_of_some_sounds_teach_the_types_of_others(tmp_path: Path) -> None:
    """Where files called snare sound as no description says, one that sounds like them and has no name is a snare."""
    rng = np.random.default_rng(0)
    place = {"snare": rng.standard_normal(16), "kick": rng.standard_normal(16)}

    def sounds_like(kind: str) -> np.ndarray:
        return unit((place[kind] + 0.1 * rng.standard_normal(16)).astype(np.float32))

    named = [observed(f"{kind} {i}.wav", vector=sounds_like(kind)) for kind in place for i in range(30)]
    nameless = [observed(f"audio_{kind[0]}{i}.wav", vector=sounds_like(kind)) for kind in place for i in range(5)]
    with Library.create(tmp_path / "library") as library:
        root = add_root(library, tmp_path / "sounds")
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, nameless, [], set())
        TagPass(library, ENCODER).tag_all()
        alone = [names(library, i) for i in range(1, 11)]
        assert {"snare"} not in alone
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, named, [], set())
        assert TagPass(library, ENCODER).refresh(has_new_sounds=True) == 70
        assert [names(library, i) for i in range(1, 11)] == [{"snare"}] * 5 + [{"kick"}] * 5
        assert TagPass(library, ENCODER).refresh(has_new_sounds=True) == 0
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, [observed("audio_new.wav", vector=sounds_like("snare"))], [], set())
        assert TagPass(library, ENCODER).tag_queued() == 1
        assert names(library, 71) == {"snare"}


def test_what_the_user_removes_is_not_learned_from_a_name() -> None:
    name = Tag("type", "kick", Source.FILENAME, 0.95, "drums")
    denied = Tag("type", "kick", Source.USER, 0.0, "drums")
    given = Tag("type", "snare", Source.USER, 1.0, "drums")
    assert label_of([name]) == "kick"
    assert label_of([denied, name]) == ""
    assert label_of([denied, given, name]) == "snare"
    assert label_of([Tag("type", "tom", Source.FILENAME, 0.475, "drums")]) == ""


def test_a_pass_is_kept_from_edit_to_edit_until_another_process_changes_what_it_goes_by(tmp_path: Path) -> None:
    asked: list[int] = []

    def encoder() -> TextEncoder:
        asked.append(1)
        return ENCODER

    with filled(tmp_path) as library, Library.open(tmp_path / "library") as other:
        TagPass(library, ENCODER).tag_all()
        edited = EditedTags(library, encoder)

        def edit(name: str) -> int:
            add_tag(library, TagName("type", name, "drums"), [2])
            assert library.n_queued() == 1
            edited.tag()
            assert library.n_queued() == 0
            return len(asked)

        edited.tag()
        assert asked == []  # nothing waits
        assert [edit("clap"), edit("tom")] == [1, 1]
        other.set_document("taxonomy.toml", b'[era.vintage]\nphrases = ["old vinyl"]\n')
        assert [edit("kick"), edit("rim")] == [2, 2]
        TagPass(other, ENCODER).tag_all()  # another profile
        assert [edit("clap"), edit("snare")] == [3, 3]
