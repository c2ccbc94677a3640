"""Filters against the plain reading of each of them."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.library import Library
from db.measurements import Features
from db.query.filters import TYPE_GROUPS
from db.query.parser import parse_query
from db.types import Annotation, Reading, Root, Source, Tag
from tests.db.factories import FEATURES, get_id, observed, record

RNG = np.random.default_rng(7)
SOUNDS = [
    replace(
        FEATURES,
        duration_seconds=float(RNG.uniform(0.05, 4)),
        n_channels=int(RNG.integers(1, 3)),
        bit_depth=[16, 24, None][i % 3],
        loudness_lufs=None if i % 5 == 0 else float(RNG.uniform(-40, -5)),
        brightness_hz=float(RNG.uniform(100, 8000)),
        noisiness=None if i % 7 == 0 else float(RNG.uniform(0, 1)),
        stereo_width=float(RNG.uniform(0, 1)),
        silence_before_ms=float(RNG.uniform(0, 50)),
        silence_after_ms=float(RNG.uniform(0, 5000)),
    )
    for i in range(40)
]
COLUMNS: dict[str, Callable[[Features], float | None]] = {
    "len": lambda sound: sound.duration_seconds,
    "channels": lambda sound: sound.n_channels,
    "bits": lambda sound: sound.bit_depth,
    "loud": lambda sound: sound.loudness_lufs,
    "bright": lambda sound: sound.brightness_hz,
    "noise": lambda sound: sound.noisiness,
    "width": lambda sound: sound.stereo_width,
    "before": lambda sound: sound.silence_before_ms,
    "after": lambda sound: sound.silence_after_ms,
}


def ids(library: Library, line: str) -> list[int]:
    found = library.filter_ids(parse_query(line).filters)
    assert found is not None
    assert found.dtype == np.int64
    return found.tolist()


def names(library: Library, line: str) -> list[str]:
    return [sample.paths[0].name for sample in library.samples(ids(library, line))]


@pytest.fixture
def sounds(library: Library, root: Root) -> Library:
    record(library, root, *[observed(f"{i}.wav", features=sound) for i, sound in enumerate(SOUNDS)])
    return library


@settings(max_examples=60)
@given(data=st.data())
def test_number_filters_keep_what_lies_within_and_exclude_the_rest(sounds: Library, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(COLUMNS)))
    ends = sorted(data.draw(st.tuples(*[st.floats(-50, 9000)] * 2)))
    line = f"{name}:{ends[0]!r}..{ends[1]!r}"
    values = [COLUMNS[name](sound) for sound in SOUNDS]
    expected = [i + 1 for i, value in enumerate(values) if value is not None and ends[0] <= value <= ends[1]]
    assert ids(sounds, line) == expected
    assert ids(sounds, f"-{line}") == sorted(set(range(1, len(SOUNDS) + 1)) - set(expected))


def test_bounds_are_strict_where_they_say_so(library: Library, root: Root) -> None:
    record(library, root, *[observed(f"{n}", features=replace(FEATURES, n_onsets=n)) for n in (1, 2, 3)])
    assert names(library, "onsets:<2") == ["1"]
    assert names(library, "onsets:<=2") == ["1", "2"]
    assert names(library, "onsets:>2") == ["3"]
    assert names(library, "onsets:>=2 onsets:<3") == ["2"]


def test_a_pitch_is_a_note_or_a_frequency(library: Library, root: Root) -> None:
    for name, pitch_hz in (("kick", 55.5), ("tom", 110.0), ("pad", 440.0)):
        record(library, root, observed(name, readings=(Reading("pitch", Source.ANALYSIS, 0.8, number=pitch_hz),)))
    assert names(library, "pitch:A1") == ["kick"]
    assert names(library, "pitch:a1..bb3") == ["kick", "tom"]
    assert names(library, "pitch:>100hz") == ["tom", "pad"]


def test_a_tempo_may_be_half_or_double(library: Library, root: Root) -> None:
    for bpm in (60, 87, 120, 174, 240):
        record(library, root, observed(str(bpm), readings=(Reading("bpm", Source.ANALYSIS, 0.8, number=bpm),)))
    assert names(library, "tempo:174") == ["87", "174"]
    assert names(library, "tempo:118..122") == ["60", "120", "240"]
    assert names(library, "bpm:120 tempo:60") == ["120"]


def test_the_user_corrects_a_tempo_and_takes_it_back(library: Library, root: Root) -> None:
    record(library, root, observed("loop", readings=(Reading("bpm", Source.FILENAME, 0.9, number=87),)))
    with library.edits() as edits:
        edits.set_user_readings("bpm", {1: Reading("bpm", Source.USER, 1.0, number=174)})
    assert (names(library, "bpm:174"), library.samples([1])[0].bpm.source) == (["loop"], Source.USER)
    with library.edits() as edits:
        edits.set_user_readings("bpm", {1: None})
    assert (names(library, "bpm:87"), names(library, "bpm:174")) == (["loop"], [])


def test_no_filter_is_not_an_empty_answer(library: Library) -> None:
    assert library.filter_ids([]) is None
    assert ids(library, "type:kick") == []


def test_a_length_in_bars_follows_from_the_tempo(library: Library, root: Root) -> None:
    for name, seconds, bpm in (("two", 4.0, 120), ("four", 8.02, 120), ("none", 4.0, None)):
        readings = () if bpm is None else (Reading("bpm", Source.FILENAME, 0.9, number=bpm),)
        record(library, root, observed(name, features=replace(FEATURES, duration_seconds=seconds), readings=readings))
    assert names(library, "bars:2") == ["two"]
    assert names(library, "four bars") == ["four"]


def test_notes_are_looked_through(library: Library, root: Root) -> None:
    record(library, root, observed("a"), observed("b"))
    with library.edits() as edits:
        edits.set_annotations({2: Annotation(note="For the Intro, 50% wet")})
    assert names(library, "note:intro") == names(library, "note:50%") == ["b"]
    assert names(library, 'note:"0 wet"') == []


def test_tempo_and_key_filter_by_the_winning_reading(library: Library, root: Root) -> None:
    record(
        library,
        root,
        observed("a.wav", readings=(Reading("bpm", Source.FILENAME, 0.9, number=120.0),)),
        observed("b.wav", readings=(Reading("bpm", Source.ANALYSIS, 0.9, number=90.0),)),
        observed("c.wav", readings=(Reading("key", Source.FILENAME, 0.9, text="Bbm"),)),
    )
    assert names(library, "bpm:120") == ["a.wav"]
    assert names(library, "-bpm:100..130") == ["b.wav", "c.wav"]
    assert names(library, "key:A#min") == ["c.wav"]


def test_a_type_matches_its_children_and_only_effective_tags_count(library: Library, root: Root) -> None:
    kick = Tag("type", "kick", Source.FILENAME, 0.9, "drums")
    hat = Tag("type", "closed hi-hat", Source.MODEL, 0.9, "drums")
    dusty = Tag("character", "dusty", Source.MODEL, 0.9)
    record(library, root, observed("a.wav", tags=(kick, hat, dusty)), observed("b.wav", tags=(hat,)), observed("c.wav"))
    assert names(library, "type:drums") == ["a.wav", "b.wav"]
    assert names(library, 'type:"Closed HiHat"') == ["b.wav"]
    assert names(library, "tag:kick tag:dusty") == ["a.wav"]
    assert names(library, "type:dusty") == []
    assert names(library, "-tag:kick") == ["b.wav", "c.wav"]


def test_sounds_without_a_type_are_found_and_stand_first_by_confidence(library: Library, root: Root) -> None:
    kick = Tag("type", "kick", Source.FILENAME, 0.9, "drums")
    pad = Tag("type", "pad", Source.MODEL, 0.6, "melodic")
    dusty = Tag("character", "dusty", Source.MODEL, 0.9)
    record(
        library, root, observed("a.wav", tags=(kick,)), observed("b.wav", tags=(dusty,)), observed("c.wav", tags=(pad,))
    )
    assert names(library, "type:unsure") == ["b.wav"]
    assert names(library, "-type:unsure") == ["a.wav", "c.wav"]
    listed = library.samples(library.sorted_ids("confidence").tolist())
    assert [sample.paths[0].name for sample in listed] == ["b.wav", "c.wav", "a.wav"]


def test_a_tag_is_as_sure_as_the_source_that_counts(library: Library, root: Root) -> None:
    def tags(dusty: float, source: Source, warm: float = 0) -> tuple[Tag, ...]:
        marks = (Tag("user", "dusty", source, dusty), Tag("user", "warm", Source.TAUGHT, warm))
        return marks[: 2 if warm else 1]

    record(
        library,
        root,
        observed("a.wav", tags=tags(0.99, Source.MODEL, 0.5)),
        observed("b.wav", tags=tags(0.6, Source.TAUGHT, 0.8)),
        observed("c.wav", tags=tags(1.0, Source.USER)),
        observed("d.wav"),
    )

    def sureness(line: str) -> list[float] | None:
        filters = parse_query(line).filters
        found = library.filter_confidence(filters, np.array(ids(library, line), np.int64))
        return None if found is None else found.round(3).tolist()

    assert sureness("tag:dusty") == pytest.approx([0.99, 0.6, 1.0])
    assert sureness("tag:dusty tag:warm") == pytest.approx([0.5, 0.6])
    assert sureness("tag:dusty -tag:warm") == pytest.approx([1.0])
    assert sureness("tag:nothing") == []
    assert sureness("-tag:dusty") is None
    assert sureness("len:>0") is None


def test_places_and_names(library: Library, root: Root) -> None:
    record(
        library,
        root,
        observed("Vengeance Vol 1/Kicks/deep_808.WAV"),
        observed("Other/vengeance.aif"),
        observed("Ünder/50%_x.wav"),
        observed("Ünder/50ax.wav"),
    )
    assert names(library, "in:vengeance") == ["deep_808.WAV"]
    assert names(library, 'in:"vol 1/kicks"') == ["deep_808.WAV"]
    assert names(library, "in:ünder") == ["50%_x.wav", "50ax.wav"]
    assert len(names(library, f"in:{root.path.name}")) == 4
    assert names(library, "name:VENGE") == ["vengeance.aif"]
    assert names(library, "name:0%") == ["50%_x.wav"]
    assert names(library, "name:0%_x") == ["50%_x.wav"]
    assert names(library, "ext:wav") == ["deep_808.WAV", "50%_x.wav", "50ax.wav"]
    assert names(library, "ext:.aif") == ["vengeance.aif"]


def test_sounds_whose_files_are_gone_pass_no_filter(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"), observed("b.wav"))
    gone = get_id(library, root, "a.wav")
    record(library, root, vanished=["a.wav"])
    assert gone not in ids(library, "len:>0")
    assert gone not in ids(library, "-len:>100")


@settings(max_examples=60)
@given(part=st.text(min_size=1, max_size=6))
def test_any_text_can_be_looked_for(sounds: Library, part: str) -> None:
    quoted = part.replace('"', "").strip() or "x"
    for name in ("in", "name", "tag", "ext"):
        conditions = parse_query(f'{name}:"{quoted}"').filters if quoted.strip(".") else ()
        found = sounds.filter_ids(conditions)
        assert found is None or set(found) <= set(range(1, len(SOUNDS) + 1))


def test_a_type_is_found_by_its_group_and_the_groups_of_that(library: Library, root: Root) -> None:
    record(library, root, *[observed(f"{name}.wav") for name in ("a", "b", "c", "d")])
    given = {"a": "ride bell", "b": "ride", "c": "tom", "d": "floor tom"}
    with library.edits() as edits:
        edits.set_setting(TYPE_GROUPS, json.dumps({"ride bell": "ride", "ride": "cymbal", "floor tom": "tom"}))
        for name, kind in given.items():
            tag = Tag("type", kind, Source.FILENAME, 0.9, "drums")
            edits.set_tags({get_id(library, root, f"{name}.wav"): (tag,)}, [Source.FILENAME])
    assert names(library, "type:cymbal") == ["a.wav", "b.wav"]
    assert names(library, "type:ride") == names(library, "tag:ride") == ["a.wav", "b.wav"]
    assert names(library, 'type:"ride bell"') == names(library, "type:ridebell") == ["a.wav"]
    assert names(library, "type:tom -type:floor-tom") == ["c.wav"]
    assert names(library, "form:ride") == []


def test_what_is_hidden_is_nowhere_unless_it_is_asked_for(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"), observed("b.wav"), observed("c.wav"))
    assert library.filter_ids(()) is None
    hidden = get_id(library, root, "b.wav")
    with library.edits() as edits:
        edits.set_annotations({hidden: Annotation(3, is_hidden=True)})
    everything = library.filter_ids(())
    assert everything is not None
    assert hidden not in everything
    assert names(library, "name:wav") == ["a.wav", "c.wav"]
    assert names(library, "stars:3") == []
    assert names(library, "hidden:yes") == names(library, "-hidden:no") == ["b.wav"]
    assert names(library, "hidden:no") == names(library, "-hidden:yes") == ["a.wav", "c.wav"]
    assert names(library, "hidden:any name:wav") == ["a.wav", "b.wav", "c.wav"]
    assert names(library, "stars:3 hidden:any") == ["b.wav"]
