"""Drum and percussion recipes: valid, deterministic, and ordered as ears would order them."""

from collections.abc import Iterable

import numpy as np
import pytest

from training.recipes import drums, percussion
from training.recipes.dsp import add_at, resonate, sine, times, white_noise
from training.recipes.kinds import audible_seconds, centroid_hz, trim_tail
from training.recipes.modal import pluck, ring
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

RECIPES = (*drums.RECIPES, *percussion.RECIPES)


def play(recipe: Recipe, seed: int) -> Sound:
    return recipe(np.random.default_rng(seed))


@pytest.fixture(scope="module")
def sounds() -> tuple[Sound, ...]:
    """Two sounds of every recipe."""
    return tuple(play(recipe, 2 * place + seed) for place, recipe in enumerate(RECIPES) for seed in (0, 1))


def of_kind(sounds: Iterable[Sound], kind: str) -> list[Sound]:
    return [sound for sound in sounds if sound.kind == kind]


def median_centroid_hz(sounds: Iterable[Sound], kind: str) -> float:
    return float(np.median([centroid_hz(sound.waveform) for sound in of_kind(sounds, kind)]))


def median_seconds(sounds: Iterable[Sound], kind: str) -> float:
    return float(np.median([audible_seconds(sound.waveform) for sound in of_kind(sounds, kind)]))


def test_every_recipe_makes_a_valid_sound(sounds: tuple[Sound, ...]) -> None:
    for sound in sounds:
        seconds = len(sound.waveform) / SAMPLE_RATE_HZ
        assert sound.waveform.dtype == np.float32, sound.kind
        assert sound.waveform.ndim == 1, sound.kind
        assert 0.03 <= seconds <= 5.0, (sound.kind, seconds)
        assert np.isfinite(sound.waveform).all(), sound.kind
        assert 0.5 <= np.max(np.abs(sound.waveform)) <= 1.0, sound.kind
        assert abs(float(sound.waveform[-1])) < 0.01, (sound.kind, "ends with a click")


def test_every_sound_says_what_it_is(sounds: tuple[Sound, ...]) -> None:
    for sound in sounds:
        assert sound.family in {"drums", "percussion"}
        assert sound.aliases, sound.kind
        assert sound.source, sound.kind
        assert sound.kind not in sound.aliases
        for words in (sound.aliases, sound.source, sound.character):
            assert len(set(words)) == len(words), (sound.kind, words)
        for one, other in (("dark", "bright"), ("short", "long"), ("soft", "hard"), ("clean", "distorted")):
            assert not {one, other} <= set(sound.character), (sound.kind, sound.character)


def test_same_seed_gives_the_same_sound() -> None:
    for recipe in RECIPES[::3]:
        once, again = play(recipe, 7), play(recipe, 7)
        assert np.array_equal(once.waveform, again.waveform)
        assert once.character == again.character


def test_other_seeds_give_other_sounds() -> None:
    for recipe in RECIPES[::3]:
        assert not np.array_equal(play(recipe, 7).waveform, play(recipe, 8).waveform)


def test_kinds_rise_in_brightness_from_kick_to_hi_hat(sounds: tuple[Sound, ...]) -> None:
    order = ("kick drum", "conga", "rimshot", "closed hi-hat")
    centroids = [median_centroid_hz(sounds, kind) for kind in order]
    assert centroids == sorted(centroids)


def test_kinds_grow_in_length_from_pedal_hi_hat_to_crash(sounds: tuple[Sound, ...]) -> None:
    order = ("pedal hi-hat", "open hi-hat", "crash cymbal")
    lengths = [median_seconds(sounds, kind) for kind in order]
    assert lengths == sorted(lengths)


def test_analog_kicks_lie_below_their_snares(sounds: tuple[Sound, ...]) -> None:
    highest_kick = max(centroid_hz(sound.waveform) for sound in of_kind(sounds, "kick drum") if "808" in sound.source)
    lowest_snare = min(centroid_hz(sound.waveform) for sound in of_kind(sounds, "snare drum") if "808" in sound.source)
    assert highest_kick < lowest_snare


def test_measured_words_agree_with_the_waveform(sounds: tuple[Sound, ...]) -> None:
    for kind in ("kick drum", "snare drum", "tom"):
        ones = of_kind(sounds, kind)
        dark = [centroid_hz(sound.waveform) for sound in ones if "dark" in sound.character]
        bright = [centroid_hz(sound.waveform) for sound in ones if "bright" in sound.character]
        assert np.median(dark) < np.median(bright)


def test_bank_of_modes_equals_the_sum_of_its_sinusoids() -> None:
    t = times(0.1)
    hz, levels, t60s = (440.0, 1234.5), (1.0, 0.3), (0.5, 0.05)
    time = np.arange(len(t)) / SAMPLE_RATE_HZ
    expected = sum(
        level * np.sin(2 * np.pi * f * time) * 10 ** (-3 * time / t60)
        for f, level, t60 in zip(hz, levels, t60s, strict=True)
    )
    np.testing.assert_allclose(ring(t, hz, levels, t60s), expected, atol=1e-5)


@pytest.mark.parametrize("hz", [82.4, 440.0, 1318.5])
def test_plucked_string_is_in_tune(hz: float) -> None:
    x = pluck(np.random.default_rng(0), times(1.0), hz, t60=2.0, brightness=0.6)
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 4 * len(x)))
    low, high = (round(4 * hz * factor) for factor in (0.7, 1.4))
    assert (low + int(np.argmax(spectrum[low:high]))) / 4 == pytest.approx(hz, rel=0.004)


@pytest.mark.parametrize("q", [0.1, 1.0, 50.0])
@pytest.mark.parametrize("hz", [1.0, 800.0, 40_000.0])
def test_resonance_is_stable_for_any_setting(hz: float, q: float) -> None:
    assert np.max(np.abs(resonate(white_noise(np.random.default_rng(0), 4800), hz, q))) < 10


def test_mixing_beyond_the_end_is_cut_off() -> None:
    target = np.zeros(100)
    add_at(target, np.ones(500), 50 / SAMPLE_RATE_HZ)
    add_at(target, np.ones(5), 1.0)
    assert target.sum() == 50


def test_trimming_keeps_what_can_be_heard() -> None:
    x = np.concatenate([sine(440.0, times(0.2)), np.zeros(48_000)])
    assert 0.2 <= len(trim_tail(x)) / SAMPLE_RATE_HZ < 0.21
