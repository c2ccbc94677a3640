from dataclasses import replace

import numpy as np
import pytest

from db.measurements import Features
from db.types import Source
from indexer.encoders.base import Calibration
from indexer.encoders.compact.model import CompactTextEncoder
from indexer.encoders.prompts import describe, unit
from indexer.features.loop_classifier import can_be_loop, form_of
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.tagger import Tagger
from indexer.tagging.taxonomy import opposites, sound_types
from indexer.tagging.user_taxonomy import parse_taxonomy
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
SILENT_VECTOR = np.zeros(16, np.float32)


def features(seconds: float = 0.3, n_onsets: int = 1) -> Features:
    return Features(seconds, 1, 44_100, 16, "wav", -1.0, -14.0, 500.0, 2.0, 100.0, n_onsets)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Kicks/BD_01.wav", "kick"),
        ("Drums/Bass Drum 3.wav", "kick"),
        ("Pack/snare-dusty.wav", "snare"),
        ("HiHat_Open_02.wav", "open hi-hat"),
        ("CH 909.wav", "closed hi-hat"),
        ("Snares/audio_0412.wav", "snare"),
        ("Bass Loop/120.wav", "bass loop"),
        ("pack/01.wav", None),
        ("no_kick_01.wav", None),
        ("SnareRim 2.wav", "rimshot"),
        ("snare_rimmed.wav", "snare"),
        ("Kicks/top loop no kick.wav", "drum loop"),
        ("Bass Drum.wav", "kick"),
        ("deep bass 3.wav", "bass"),
        ("Drum and Bass Vol 2/01.wav", None),
    ],
)
def test_name_tells_the_type(name: str, kind: str | None) -> None:
    assert [mark.name for mark in tags_from_name(name)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Beats/beat 01.wav", None), ("Kicks/beat 01.wav", "kick"), ("Loops/bass loop.wav", "bass"), ("kick.wav", "kick")],
)
def test_what_is_too_short_for_a_loop_is_none_whatever_its_name(name: str, kind: str | None) -> None:
    found = tags_from_name(name, can_be_loop=can_be_loop(0.4, 1))
    assert [mark.name for mark in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("seconds", "n_onsets", "is_possible"), [(0.4, 1, False), (0.8, 1, False), (0.8, 3, True), (3.3, 1, True)]
)
def test_a_loop_takes_time(seconds: float, n_onsets: int, is_possible: bool) -> None:
    assert can_be_loop(seconds, n_onsets) is is_possible


def test_model_tags_what_it_is_sure_of_and_nothing_else() -> None:
    kick = next(kind for kind in sound_types() if kind.name == "kick")
    sure = describe(ENCODER, kick.phrases).mean(axis=0)
    [[tag], none] = Tagger(ENCODER).tag(np.stack([sure, SILENT_VECTOR]), ["one-shot", "one-shot"])
    assert (tag.name, tag.parent, tag.source) == ("kick", "drums", Source.MODEL)
    assert none == ()


@pytest.mark.parametrize(
    ("seconds", "n_onsets", "sure", "form"),
    [(0.3, 1, 0.0, "one-shot"), (4.0, 12, 0.0, "loop"), (13.7, 90, 0.2, "long"), (13.7, 90, 0.9, "loop")],
)
def test_form_follows_length_onsets_and_tempo(seconds: float, n_onsets: int, sure: float, form: str) -> None:
    assert form_of(seconds, n_onsets, sure).name == form


def test_taxonomy_has_two_levels_and_no_name_twice() -> None:
    names = [kind.name for kind in sound_types()]
    assert len(names) == len(set(names))
    assert {kind.family for kind in sound_types()} == {"drums", "bass", "melodic", "vocal", "fx"}
    assert all(word == word.lower() for kind in sound_types() for word in kind.words)


def test_what_is_not_sure_of_its_type_may_be_sure_of_its_family() -> None:
    drums = [kind.phrases for kind in sound_types() if kind.family == "drums" and kind.form is None]
    between = unit(np.stack([describe(ENCODER, phrases).mean(axis=0) for phrases in drums[:2]]).sum(axis=0))
    [(mark,)] = Tagger(ENCODER).tag(between[None], ["one-shot"])
    assert (mark.name, mark.parent) == ("drums", None)
    assert 0.5 <= mark.confidence <= 1


def test_a_single_hit_is_no_loop_even_where_it_sounds_like_one() -> None:
    tagger = Tagger(ENCODER)
    loop = tagger.place_of("drum loop")
    row = describe(ENCODER, tagger.types[loop].phrases).mean(axis=0)[None]
    as_hit, as_loop = tagger.type_probabilities(np.repeat(row, 2, axis=0), ["one-shot", "loop"])[:, loop]
    assert as_hit < as_loop
    assert tagger.type_probabilities(row, ["loop"]).sum() == pytest.approx(1, abs=1e-5)


def test_every_calibrated_word_is_in_the_taxonomy() -> None:
    calibration = CompactTextEncoder().traits.calibration
    assert calibration.scale > 0
    assert set(calibration.offsets) <= {kind.name for kind in sound_types()}
    assert set(calibration.characters) <= {pair.names[0] for pair in opposites()}


def test_a_type_that_the_model_was_not_calibrated_for_is_left_to_names_and_users() -> None:
    tagger = Tagger(CompactTextEncoder())
    told = {kind.name for kind in tagger.types}
    assert told == set(CompactTextEncoder().traits.calibration.offsets)
    known = CompactTextEncoder().traits.calibration
    fewer = replace(known, offsets={name: value for name, value in known.offsets.items() if name != "floor tom"})
    narrow = Tagger(CompactTextEncoder(), calibration=fewer)
    assert narrow.place_of("floor tom") == narrow.place_of("tom") >= 0
    assert tagger.place_of("floor tom") != tagger.place_of("tom")
    assert tagger.place_of("no such type") == -1
    mine = parse_taxonomy(b'[type.drums.gub]\nphrases = ["hollow knock"]\n')
    assert "gub" in {kind.name for kind in Tagger(CompactTextEncoder(), mine).types}
    all_of_it = Tagger(CompactTextEncoder(), calibration=Calibration()).types
    assert {kind.name for kind in all_of_it} == {kind.name for kind in sound_types() if kind.phrases}


def test_a_facet_of_ones_own_says_nothing_of_sounds_that_its_words_do_not_fit() -> None:
    encoder = CompactTextEncoder()
    own = parse_taxonomy(b'[use.drop]\nphrases = ["huge impact"]\n[use.bed]\nphrases = ["ambient drone"]\n')
    tagger = Tagger(encoder, own)

    def uses(words: str) -> list[str]:
        sound = describe(encoder, [words])[0]  # a sound that is exactly what the words say
        return [mark.name for mark in tagger.tag(sound[None], ["one-shot"])[0] if mark.facet == "use"]

    assert (uses("huge impact"), uses("ambient drone")) == (["drop"], ["bed"])
    assert uses("piccolo flute") == []
