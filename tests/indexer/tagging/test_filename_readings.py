"""Tempo and key in names as packs have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.resolution import SURE
from db.types import Source
from indexer.tagging.filename_readings import readings_from_name


def bpm(path: str) -> float | None:
    return next((reading.number for reading in readings_from_name(path) if reading.name == "bpm"), None)


def key(path: str) -> str | None:
    return next((reading.text for reading in readings_from_name(path) if reading.name == "key"), None)


def confidence(path: str) -> float:
    (reading,) = readings_from_name(path)
    return reading.confidence


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("120bpm_Funky_Loop.wav", 120),
        ("Funky Loop 92.5 BPM.wav", 92.5),
        ("Funky Loop 92,5bpm.wav", 92.5),
        ("BPM_174_Reese.wav", 174),
        ("bpm128 lead.wav", 128),
        ("Loop_01-120bpm.wav", 120),
        ("CPA_Drum_124_Top_Cm.wav", 124),
        ("170_Dm_Reese_SP.wav", 170),
        ("Breaks/Amen_Break_138.wav", 138),
        ("Loops/808 Loop 140.wav", 140),
        ("90_groove_02.wav", 90),
        ("128 BPM Techno/Kick_04.wav", 128),
        ("128 BPM Techno/Loop_126bpm.wav", 126),
        # what is no tempo
        ("Loop_1998.wav", None),
        ("Loops/TR-808/Kick 808.wav", None),
        ("Loops/909/Ride 909.wav", None),
        ("Loops/SH-101 Bass.wav", None),
        ("Piano_60_v127.wav", None),
        ("Piano Note 64 loop.wav", None),
        ("Loops/Vol 90/Loop Vol. 90.wav", None),
        ("Loop_007.wav", None),
        ("Loop_064.wav", None),
        ("Loop 12.wav", None),
        ("Loops/Kick 128.wav", None),
        ("Snare 120.wav", None),
        ("Kick_04_44100.wav", None),
        ("24bit/48khz/loop_03.wav", None),
        ("120-130 BPM/Loop_01.wav", None),
        ("Loop 120 140.wav", None),
        ("400bpm.wav", None),
        ("20bpm.wav", None),
        ("120bpmish.wav", None),
    ],
)
def test_tempo_is_read_where_it_is_meant(path, expected):
    assert bpm(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Loop_Am.wav", "Am"),
        ("Loop_F#min_90.wav", "F#m"),
        ("Loop Cmaj.wav", "C"),
        ("Loop_Dsharpmin.wav", "D#m"),
        ("Loop_Bbmaj7.wav", "A#"),
        ("Wobble [F Minor].aif", "Fm"),
        ("Guitar in A minor.wav", "Am"),
        ("vocal_F#_90bpm.wav", "F#"),
        ("Lead Eb.wav", "D#"),
        ("Bass_C_Long.wav", "C"),
        ("Synth_124bpm_G_wide.wav", "G"),
        ("Piano C3.wav", "C"),
        ("Synth_Am-F-C-G_110bpm.wav", "Am"),
        ("Keys/Am/Rhodes 01.wav", "Am"),
        # what is no key
        ("Kick A.wav", None),
        ("Kick_A_120bpm.wav", None),
        ("Loop_A.wav", None),
        ("Like A Star 120bpm.wav", None),
        ("I am legend.wav", None),
        ("AM Radio.wav", None),
        ("Cm3 Kick.wav", None),
        ("Kick C4.wav", None),
        ("Bad Bass.wav", None),
        ("Effect.wav", None),
    ],
)
def test_key_is_read_where_it_is_meant(path, expected):
    assert key(path) == expected


def test_readings_say_where_they_come_from():
    readings = readings_from_name("120bpm_Am.wav")
    assert {reading.name for reading in readings} == {"bpm", "key"}
    assert {reading.source for reading in readings} == {Source.FILENAME}


def test_clear_signs_are_surer_than_lone_numbers_and_letters():
    assert (
        confidence("120bpm.wav")
        > confidence("120 BPM/a.wav")
        > confidence("loop_120_dry.wav")
        > confidence("loop_120.wav")
    )
    assert confidence("Bass Amin.wav") > confidence("Bass F#.wav") > confidence("Bass_C_a.wav")


def test_what_may_be_no_key_at_all_is_less_sure_than_what_can_hardly_be_anything_else():
    assert confidence("Lead F#.wav") >= SURE
    assert confidence("04A Lead.wav") >= SURE
    assert confidence("Bass_C_Long.wav") < SURE
    assert confidence("Piano C3.wav") < SURE
    assert confidence("loop_120.wav") < SURE


@given(
    st.integers(0, 9_999),
    st.sampled_from(["{}bpm.wav", "{} BPM loop.wav", "loop_{}_a.wav", "bpm_{}.wav", "Loops/{}.wav"]),
)
def test_tempo_is_the_number_itself_or_nothing(number, pattern):
    tempo = bpm(pattern.format(number))
    assert tempo is None or (tempo == number and 40 <= number <= 300)


@given(st.integers(40, 300))
def test_every_tempo_with_its_unit_is_read(number):
    assert bpm(f"x_{number}bpm_y.wav") == number


@given(st.sampled_from("CDEFGAB"), st.sampled_from(["", "#", "b"]), st.sampled_from(["min", "maj", "minor", "Major"]))
def test_every_key_with_its_mode_is_read(letter, accidental, mode):
    found = key(f"x_{letter}{accidental}{mode}_y.wav")
    assert found is not None
    assert found.endswith("m") == mode.startswith("min")


@given(st.text())
def test_any_name_can_be_read(name):
    for reading in readings_from_name(name):
        assert 0 < reading.confidence <= 1
