"""Instruments: which sounds belong together, at which notes, and which keys and velocities play them."""

from dataclasses import replace
from pathlib import Path

import pytest

from db.errors import UsageError
from db.types import Reading, Sample, Source
from indexer.export.kits.zones import Zone
from indexer.kits.instrument import Instrument, make_instrument
from tests.tui.samples import make_sample


def sounds(*names: str, hz: dict[str, float] | None = None) -> list[Sample]:
    def one(number: int, name: str) -> Sample:
        found = (hz or {}).get(name)
        pitch = None if found is None else Reading("pitch", Source.ANALYSIS, 0.9, number=found)
        return replace(make_sample(f"/packs/{name}.wav"), id=number, pitch=pitch)

    return [one(number, name) for number, name in enumerate(names, start=1)]


def zones(instrument: Instrument) -> dict[str, tuple[int, ...]]:
    return {sample.path.stem: instrument.keymap[sample.id][1:] for sample in instrument.samples}


def test_each_note_plays_the_keys_around_it() -> None:
    found = make_instrument(sounds("Rhodes C4", "Rhodes_G4", "Rhodes Eb3", "Other", "Piano C2"))
    assert zones(found) == {
        "Rhodes Eb3": (51, 0, 55, 1, 127),
        "Rhodes C4": (60, 56, 63, 1, 127),
        "Rhodes_G4": (67, 64, 127, 1, 127),
    }
    assert (found.name, found.n_left_out) == ("Rhodes", 2)


def test_measured_pitches_say_how_octaves_are_counted() -> None:
    c3 = 440 * 2 ** ((60 - 69) / 12)
    found = make_instrument(sounds("Keys C3", "Keys G3", hz={"Keys C3": c3}))
    assert [zone.root for zone in found.keymap.values()] == [60, 67]
    assert [zone.root for zone in make_instrument(sounds("Keys C3", "Keys G3")).keymap.values()] == [48, 55]


@pytest.mark.parametrize(
    ("names", "velocities"),
    [
        (("v1", "v2", "v3"), [(1, 42), (43, 84), (85, 127)]),
        (("vel40", "vel90", "vel127"), [(1, 40), (41, 90), (91, 127)]),
        (("soft", "hard"), [(1, 63), (64, 127)]),
        (("pp", "mf", "ff"), [(1, 42), (43, 84), (85, 127)]),
    ],
)
def test_names_that_say_how_hard_become_velocity_layers(
    names: tuple[str, ...], velocities: list[tuple[int, int]]
) -> None:
    found = make_instrument(sounds(*(f"Harp {note} {name}" for note in ("A3", "A4") for name in names)))
    layers = [zone for zone in found.keymap.values() if zone.root == 57]
    assert [(zone.softest, zone.loudest) for zone in layers] == velocities
    assert found.name == "Harp"


def test_sounds_without_notes_in_their_names_lie_where_they_were_measured() -> None:
    hz = {"pluck 1": 220.0, "pluck 2": 441.0}
    found = make_instrument(sounds("pluck 1", "pluck 2", "pluck 3", hz=hz))
    assert found.keymap == {1: Zone("", 57, 0, 63), 2: Zone("", 69, 64, 127)}


def test_of_one_note_twice_the_first_is_taken_and_one_note_is_no_instrument() -> None:
    assert len(make_instrument(sounds("Bell C4", "Bell D4", "Bell-C4")).samples) == 2
    for names in (("Bell C4",), ("Bell C4", "Harp D4"), ("kick", "snare"), ()):
        with pytest.raises(UsageError, match="needs two notes"):
            make_instrument(sounds(*names))


def test_folders_are_told_apart() -> None:
    one, two = sounds("Bell C4", "Bell D4")
    with pytest.raises(UsageError):
        make_instrument([one, replace(two, paths=(Path("/elsewhere/Bell D4.wav"),))])
