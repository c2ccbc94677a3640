"""The recipes of everything that is not a drum: valid, repeatable, and true to their names."""

import importlib

import numpy as np
import numpy.typing as npt
import pytest

from training.recipes.bass import make_sub
from training.recipes.finish import centroid_hz, measured_words, sound
from training.recipes.fx import downlifter, riser, sub_drop
from training.recipes.fx_signals import beep, laser
from training.recipes.instrument import Instrument
from training.recipes.keys import make_piano
from training.recipes.loops import drum_loop
from training.recipes.loops_melodic import bass_loop
from training.recipes.mallets import RECIPES as MALLETS
from training.recipes.synth import note_hz
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

_MODULES = (
    "animals",
    "bass",
    "bowed_blown",
    "drones",
    "foley",
    "fx",
    "fx_signals",
    "keys",
    "loops",
    "loops_melodic",
    "mallets",
    "nature",
    "plucked",
    "synths",
    "vinyl",
    "voice_synth",
)
_RECIPES = [
    pytest.param(recipe, id=f"{module}-{number}")
    for module in _MODULES
    for number, recipe in enumerate(importlib.import_module(f"training.recipes.{module}").RECIPES)
]
_FAMILIES = {"bass", "melodic", "vocal", "fx", "loop"}


def _make(recipe: Recipe, seed: int) -> Sound:
    return recipe(np.random.default_rng(seed))


def _loudness(wave: npt.NDArray[np.float32], parts: int) -> npt.NDArray[np.float64]:
    return np.array([np.sqrt(np.mean(part.astype(np.float64) ** 2)) for part in np.array_split(wave, parts)])


def _peak_hz(wave: npt.NDArray[np.floating]) -> float:
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 18))
    return float(np.argmax(spectrum)) * SAMPLE_RATE_HZ / (1 << 18)


@pytest.mark.parametrize("recipe", _RECIPES)
def test_every_recipe_makes_valid_sounds_and_the_same_ones_from_the_same_seed(recipe: Recipe) -> None:
    first, again, other = _make(recipe, 1), _make(recipe, 1), _make(recipe, 2)
    np.testing.assert_array_equal(first.waveform, again.waveform)
    assert (first.kind, first.character) == (again.kind, again.character)
    assert len(first.waveform) != len(other.waveform) or not np.array_equal(first.waveform, other.waveform)
    for made in (first, other):
        assert made.waveform.dtype == np.float32
        assert made.waveform.ndim == 1
        assert 0.05 <= len(made.waveform) / SAMPLE_RATE_HZ <= 8.0
        assert np.isfinite(made.waveform).all()
        assert 0.5 < np.abs(made.waveform).max() <= 1.0
        assert made.kind == made.kind.lower().strip()
        assert made.family in _FAMILIES
        assert all(isinstance(word, str) and word for word in (*made.aliases, *made.source, *made.character))
        assert not {"dark", "bright"} <= set(made.character)
        assert not {"short", "long"} <= set(made.character)


@pytest.mark.parametrize("seed", range(5))
def test_a_riser_grows_and_a_downlifter_dies_away(seed: int) -> None:
    up, down = _loudness(_make(riser, seed).waveform, 3), _loudness(_make(downlifter, seed).waveform, 3)
    assert up[2] > up[0]
    assert down[0] > down[2]


def test_risers_brighten() -> None:
    waves = [_make(riser, seed).waveform for seed in range(12)]
    gains = [centroid_hz(wave[-len(wave) // 3 :]) / centroid_hz(wave[: len(wave) // 3]) for wave in waves]
    assert np.median(gains) > 1.3


@pytest.mark.parametrize("seed", range(4))
def test_lasers_and_sub_drops_move_in_the_direction_that_they_claim(seed: int) -> None:
    drop = _make(sub_drop, seed).waveform
    assert _peak_hz(drop[: len(drop) // 4]) > _peak_hz(drop[len(drop) // 2 :])
    assert {"falling", "rising"} & set(_make(laser, seed).character)


@pytest.mark.parametrize("seed", range(4))
def test_a_sub_bass_plays_its_note_and_nothing_high(seed: int) -> None:
    wave = make_sub(np.random.default_rng(seed))(36.0, 1.0, 0.8)
    assert _peak_hz(wave) == pytest.approx(note_hz(36.0), rel=0.02)
    assert centroid_hz(wave) < 200.0


@pytest.mark.parametrize("midi", [48.0, 60.0, 72.0])
def test_a_piano_sounds_at_harmonics_of_its_note(midi: float) -> None:
    wave = make_piano(np.random.default_rng(3))(midi, 1.0, 0.7)
    harmonic = _peak_hz(wave) / note_hz(midi)
    assert harmonic == pytest.approx(round(harmonic), abs=0.03)


def test_a_beep_holds_its_level_and_a_mallet_decays() -> None:
    steady = _loudness(_make(beep, 3).waveform[:4800], 4)
    struck = _loudness(_make(MALLETS[0], 3).waveform, 4)
    assert steady[0] < 4 * steady[2]
    assert struck[0] > 4 * struck[3]


@pytest.mark.parametrize("recipe", [drum_loop, bass_loop])
def test_loops_have_many_onsets_and_last_over_a_second(recipe: Recipe) -> None:
    made = _make(recipe, 5)
    level = _loudness(made.waveform, len(made.waveform) // 960)
    onsets = np.sum(np.diff(level) > 0.15 * level.max())
    assert made.family == "loop"
    assert len(made.waveform) > SAMPLE_RATE_HZ
    assert onsets >= 3


def test_measured_words_tell_short_dark_from_long_bright() -> None:
    t = np.arange(3 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    assert measured_words(np.sin(2 * np.pi * 80 * t[:9600])) == ("short", "dark")
    assert measured_words(np.sin(2 * np.pi * 8000 * t)) == ("long", "bright")


def test_a_one_shot_loses_its_silent_end_and_a_loop_keeps_its_length() -> None:
    wave = np.zeros(SAMPLE_RATE_HZ)
    wave[:4800] = np.sin(np.arange(4800) * 0.1)
    assert len(sound(wave, "blip", "fx").waveform) < 0.3 * SAMPLE_RATE_HZ
    assert len(sound(wave, "drum loop", "loop").waveform) == SAMPLE_RATE_HZ


def test_instruments_have_a_playable_range() -> None:
    instruments: list[Instrument] = [
        instrument
        for module in _MODULES
        for instrument in getattr(importlib.import_module(f"training.recipes.{module}"), "INSTRUMENTS", ())
    ]
    assert len(instruments) > 40
    for instrument in instruments:
        assert 20 <= instrument.low < instrument.high <= 108
        assert 0.0 <= instrument.chords <= 1.0
        assert 0.05 <= instrument.held[0] < instrument.held[1] <= 5.0
