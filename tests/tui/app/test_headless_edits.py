"""Few-shot tags, edits with undo and exports of the app, without Textual."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from db.errors import UsageError
from db.library import Library
from db.types import Annotation, Sample, Source
from indexer.search.request import SearchRequest
from indexer.tagging.manual_tags import add_tag, tag_named, undo
from tests.trees import tree_hash
from tests.tui.app.shelf import Shelf
from tui.workspace.annotations.active_learning import ActiveLearning
from tui.workspace.annotations.edits import FAVOURITES, Edit, EditHistory
from tui.workspace.export.sounds import carry_out, export_list, is_list, plan_folder
from tui.workspace.session import Session


def test_what_hidden_sounds_are_listed_by_is_said_once_they_are_hidden_and_not_when_it_is_undone(
    session: Session,
) -> None:
    edits, ids = EditHistory(session.library), session.find(SearchRequest("kick")).ids[:2].tolist()
    assert edits.hide(ids).hint
    undone, redone = edits.undo(), edits.redo()
    assert (undone, redone) == (
        Edit("Undone: 2 sounds hidden", tuple(ids), is_undo=True),
        Edit("Redone: 2 sounds hidden", tuple(ids), hint="hidden:yes lists hidden sounds"),
    )


def test_a_lesson_begins_with_what_answers_to_the_name_and_learns_from_three(session: Session) -> None:
    edits, learning = EditHistory(session.library), ActiveLearning(session, "dusty")
    found, state = learning.find()
    assert state == "0 of 3 yes, 0 no"
    alike = session.find(SearchRequest(likes=(int(found.ids[0]),))).ids[:3].tolist()
    for sample_id in alike:
        assert session.library.few_shot_tags() == {}
        edits.teach(learning, [sample_id], is_this=True)
    edits.teach(learning, found.ids[-1:].tolist(), is_this=False)
    assert list(session.library.few_shot_tags()) == [learning.tag]
    taught = {cell.sample_id for cell in session.library.tag_confidences(learning.tag, [Source.TAUGHT])}
    assert taught
    assert not taught & {*alike, int(found.ids[-1])}


def test_a_lesson_asks_only_about_what_was_not_answered_and_keeps_the_sound_that_plays_first(session: Session) -> None:
    edits, learning = EditHistory(session.library), ActiveLearning(session, "kick")
    said = session.find(SearchRequest("kick")).ids[:4].tolist()
    edits.teach(learning, said[:3], is_this=True)
    edits.teach(learning, said[3:], is_this=False)
    found, state = learning.find(first=int(learning.find()[0].ids[5]))
    assert state.startswith("3 yes, 1 no, ")
    assert not set(said) & set(found.ids.tolist())
    assert len(set(found.ids.tolist())) == len(found.ids)
    assert found.ids[0] == learning.find()[0].ids[5]
    assert said[0] not in learning.find(first=said[0])[0].ids


def test_a_prepared_lesson_has_nothing_to_read_when_it_learns(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits, learning = EditHistory(session.library), ActiveLearning(session, "dusty")
    learning.find()
    learning.prepare()
    monkeypatch.setattr("tui.workspace.annotations.active_learning.FewShotTagger", None)  # no other is made
    edits.teach(learning, session.library.sorted_ids()[:3].tolist(), is_this=True)
    assert list(session.library.few_shot_tags()) == [learning.tag]
    assert learning.find()[1].startswith("3 yes, 0 no, ")


def test_every_answer_of_a_lesson_can_be_undone(session: Session) -> None:
    edits, learning = EditHistory(session.library), ActiveLearning(session, "dusty")
    ids = session.find(SearchRequest("noise")).ids[:5].tolist()
    for number, sample_id in enumerate(ids):
        edits.teach(learning, [sample_id], is_this=number != 1)
    while (edit := edits.undo()) is not None:
        assert edit.is_undo
    assert session.library.few_shot_tags() == {}
    assert session.library.tag_confidences(learning.tag, list(Source)) == {}


def test_what_was_changed_elsewhere_since_stays(session: Session) -> None:
    library, edits = session.library, EditHistory(session.library)
    one, two = library.sorted_ids()[:2].tolist()
    edits.rate([one], 3)
    edits.tag([one], "dusty", is_this=True)
    add_tag(library, tag_named("vinyl"), [two])
    assert edits.undo() == Edit("Undone: 1 sound: dusty", (one,), is_undo=True)
    assert [key.sample_id for key in library.tag_confidences(tag_named("vinyl"), [Source.USER])] == [two]
    assert edits.undo() == Edit("Undone: 1 sound: ★★★", (one,), is_undo=True)


def test_an_undo_leaves_what_others_said_of_the_same_sounds(session: Session) -> None:
    library, (mine, theirs, third) = session.library, session.find(SearchRequest("")).ids[:3].tolist()
    edits = EditHistory(library)
    edits.rate([mine, theirs], 4)
    edits.collect([mine, third], FAVOURITES)
    edits.collect([third], FAVOURITES)
    with library.edits() as others:
        others.change_annotations([mine], note="of a colleague")
        others.add_to_collection(FAVOURITES, [theirs])

    edits.undo()
    assert library.collection_ids(FAVOURITES) == [mine, theirs, third]
    edits.undo()
    edits.undo()
    assert library.collection_ids(FAVOURITES) == [theirs]
    assert library.annotations([mine, theirs]) == {mine: Annotation(note="of a colleague")}


def test_a_sound_comes_back_to_its_place_in_a_collection(session: Session) -> None:
    library, ids = session.library, session.find(SearchRequest("")).ids[:3].tolist()
    edits = EditHistory(library)
    edits.collect(ids, FAVOURITES)
    edits.collect(ids[:1], FAVOURITES)
    assert library.collection_ids(FAVOURITES) == ids[1:]
    edits.undo()
    assert library.collection_ids(FAVOURITES) == ids


def test_what_was_undone_elsewhere_is_not_undone_twice(session: Session) -> None:
    library, edits = session.library, EditHistory(session.library)
    edits.tag(library.sorted_ids()[:1].tolist(), "dusty", is_this=True)
    assert undo(library) is not None
    with pytest.raises(UsageError, match="undone already"):
        edits.undo()


def test_every_change_can_be_undone(library: Library) -> None:
    edits = EditHistory(library)
    one, two = library.sorted_ids()[:2].tolist()
    edits.rate([one, two], 4)
    edits.write_note(one, "for the bridge")
    edits.collect([one, two], FAVOURITES)
    edits.tag([one], "kick", is_this=True)
    assert library.annotations([one])[one].note == "for the bridge"
    assert library.collection_ids(FAVOURITES) == [one, two]
    assert [mark.name for mark in library.tags_from([Source.USER], [one])[one]] == ["kick"]
    while edits.undo() is not None:
        pass
    assert library.annotations([one, two]) == {}
    assert library.collections() == []
    assert library.tags_from([Source.USER], [one]) == {one: ()}


def test_what_is_a_kick_now_is_no_snare_any_more(library: Library) -> None:
    edits = EditHistory(library)
    one = int(library.sorted_ids()[0])
    edits.tag([one], "snare", is_this=True)
    edits.tag([one], "dusty", is_this=True)
    edits.tag([one], "kick", is_this=True)
    assert {tag.name for tag in library.samples([one])[0].tags if tag.source == Source.USER} == {"kick", "dusty"}


def test_collecting_twice_takes_out_again(library: Library) -> None:
    edits = EditHistory(library)
    one = int(library.sorted_ids()[0])
    edits.collect([one], "Kit")
    edits.collect([one], "Kit")
    assert library.collections() == []


@pytest.mark.parametrize("form", ["copies", "links", "m3u", "json"])
def test_exports_hold_the_sounds_and_overwrite_nothing(
    form: str, session: Session, shelf: Shelf, tmp_path: Path
) -> None:
    before = tree_hash(shelf.sounds)
    samples = session.library.samples(session.find(SearchRequest()).ids[:3].tolist())
    target = tmp_path / "out"
    _export(session.library, samples, target, form)
    if form in {"copies", "links"}:
        assert "3 exported before" in _export(session.library, samples, target, form)
        assert len(list(target.iterdir())) == 3
        assert (target / samples[0].paths[0].name).read_bytes() == samples[0].paths[0].read_bytes()
    else:
        with pytest.raises(UsageError, match="exists"):
            _export(session.library, samples, target, form)
    if form == "m3u":
        assert os.fsencode(samples[1].paths[0]) in target.read_bytes().splitlines()
    if form == "json":
        assert [entry["id"] for entry in json.loads(target.read_text())] == [sample.id for sample in samples]
    assert tree_hash(shelf.sounds) == before


def _export(library: Library, samples: Sequence[Sample], target: Path, form: str) -> str:
    if is_list(form):
        return export_list(library, samples, target, form)
    return carry_out(library, plan_folder(library, samples, target, form), "")


def test_sounds_are_not_exported_among_themselves(session: Session) -> None:
    samples = session.library.samples(session.find(SearchRequest()).ids[:1].tolist())
    with pytest.raises(UsageError, match="folder of one of the sounds"):
        plan_folder(session.library, samples, samples[0].paths[0].parent, "copies")
