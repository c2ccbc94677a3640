"""The kit in hand, without Textual: what is drawn, passed and undone, and the sound of its beat."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from db.errors import SoundError
from indexer.kits.builder import KitBuilder
from indexer.kits.tuning import NOT_TUNED, Tuning
from indexer.tagging.taxonomy import built_in
from tests.tui.app.shelf import ENCODER
from tests.tui.app.still import make_still_library
from tests.tui.samples import make_sample
from tui.workspace.kits.kit_beat import KitBeat
from tui.workspace.kits.kit_state import KitState, Slot, alternatives, draw, next_best
from tui.workspace.session import Session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with make_still_library(tmp_path_factory.mktemp("kit")) as library:
        yield Session(library, "fake", text_encoder=ENCODER, encoder=ENCODER)


@pytest.fixture
def builder(session: Session) -> KitBuilder:
    return KitBuilder(session.search_service)


def ids(slots: tuple[Slot, ...]) -> list[int]:
    return [slot.sample.id for slot in slots if slot.sample]


def test_drawing_again_passes_what_was_held_and_leaves_what_is_locked(builder: KitBuilder) -> None:
    state = KitState(slots=(Slot("kick"), Slot("snare")))
    state.change(draw(builder, state, again=False))
    first = ids(state.slots)
    state.change_slot(replace(state.slot, is_locked=True))
    seen = {first[1]}
    for _ in range(3):
        state.change(draw(builder, state, again=True))
        kick, snare = ids(state.slots)
        assert kick == first[0]
        assert snare not in seen
        seen.add(snare)
    assert [state.undo() for _ in range(6)] == [True] * 5 + [False]
    assert not state.is_drawn


def test_the_next_best_goes_round(builder: KitBuilder) -> None:
    state = KitState(slots=(Slot("kick"),), line="type:kick -form:loop")
    state.change(draw(builder, state, again=False))
    found, _ = alternatives(builder, state)
    for _ in range(len(found) - 1):
        state.change_slot(next_best(builder, state))
    assert len(state.slot.passed | {ids(state.slots)[0]}) == len(found)
    state.change_slot(next_best(builder, state))
    assert state.slot.sample is not None
    assert state.slot.passed == frozenset()
    state.change_slot(next_best(builder, state, "snare"))
    assert state.slot.text == "snare"


def test_sounds_are_added_once_and_take_the_place_of_an_empty_kit(session: Session) -> None:
    one, two, three = session.library.samples(session.library.sorted_ids()[:3].tolist())
    state = KitState()
    assert state.add([one, two]) == 2
    assert state.add([two, three]) == 1
    assert ids(state.slots) == [one.id, two.id, three.id]
    state.select(99)
    assert state.selected == 2


def test_a_beat_has_the_sounds_that_can_be_decoded_each_once(session: Session) -> None:
    read: list[str] = []

    def decode(path: Path) -> np.ndarray:
        read.append(path.stem)
        if path.stem == "broken":
            raise SoundError("empty", "It holds no sound.")
        return np.ones((480, 2), np.float32)

    kick, broken = (replace(make_sample(f"/k/{name}.wav"), id=n) for n, name in ((1, "kick"), (2, "broken")))
    slots = [Slot("kick", kick), Slot("clap", broken), Slot("snare")]
    beat, taxonomy = KitBeat(decode, lambda _: 0.5, 4_800), built_in()
    mix = beat.render(slots, "house", 120, NOT_TUNED, taxonomy)
    assert len(mix) == 8 * 4_800
    assert mix.max() == pytest.approx(0.5)
    beat.render(slots, "rock", 90, NOT_TUNED, taxonomy)
    assert read == ["kick", "broken"]
    beat.render(slots, "rock", 90, Tuning("A", {1: 12.0}), taxonomy)
    assert read == ["kick", "broken", "kick"]
