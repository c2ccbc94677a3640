"""Recipes made of recipes: through an old sampler, driven hard, layered, within a kit, as a flam."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from training.recipes.dsp import (
    Rng,
    add_at,
    crush,
    fade_out,
    hard_clip,
    highpass,
    log_uniform,
    lowpass,
    normalize,
    pick,
    saturate,
)
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound


def sampled(recipe: Recipe) -> Recipe:
    """Play a recipe's sound through an 8 or 12 bit sampler of the 1980s, steps and aliases included."""

    def play(rng: Rng) -> Sound:
        sound = recipe(rng)
        machine, bits = pick(rng, (("8-bit", 8.0), ("12-bit", 12.0), ("8-bit", 7.0)))
        rate_hz = log_uniform(rng, 9_000, 30_000)
        x = crush(sound.waveform, rate_hz, bits)
        if rng.random() < 0.5:
            x = lowpass(x, log_uniform(rng, 0.3, 0.6) * rate_hz)
        source = (pick(rng, ("sampled drum machine", "sampler", "drum machine")), machine)
        return _remade(sound, x, source=source, words=("lo-fi", "vintage"), unlike=("acoustic", "hi-fi", "clean"))

    return play


def driven(recipe: Recipe) -> Recipe:
    """Distort a recipe's sound as producers do to make it cut through."""

    def play(rng: Rng) -> Sound:
        sound = recipe(rng)
        bend = pick(rng, (saturate, saturate, hard_clip))
        x = bend(sound.waveform, log_uniform(rng, 3, 20))
        words = (pick(rng, ("distorted", "overdriven", "gritty")), "hard")
        return _remade(sound, x, source=(*sound.source, "processed"), words=words, unlike=("clean", "soft", "warm"))

    return play


def layered(body: Recipe, top: Recipe, top_level: tuple[float, float] = (0.15, 0.8)) -> Recipe:
    """Put the upper part of one sound over another; the result is what ``body`` is."""

    def play(rng: Rng) -> Sound:
        under, over = body(rng), top(rng)
        x = np.zeros(max(len(under.waveform), len(over.waveform)))
        add_at(x, under.waveform, 0.0)
        upper = highpass(over.waveform, log_uniform(rng, 300, 3000))
        add_at(x, normalize(upper, rng.uniform(*top_level)), rng.uniform(0, 0.006))
        return _remade(under, x, source=("layered", "processed"), words=(), unlike=("acoustic", "short", "dark"))

    return play


def within_kit(recipe: Recipe, others: Sequence[Recipe]) -> Recipe:
    """Let other drums or cymbals of the kit sound along, far below, as in a break sampled from a record."""

    def play(rng: Rng) -> Sound:
        sound = recipe(rng)
        x = sound.waveform.astype(np.float64)
        for other in others:
            bleed = other(rng).waveform * log_uniform(rng, 0.01, 0.2)
            add_at(x, bleed, rng.choice((0.0, rng.uniform(0, 0.1))))
        words = (pick(rng, ("raw", "dusty", "roomy")), "breakbeat")
        return _remade(sound, fade_out(x, 0.01), ("breakbeat", "sampled", "drum kit"), words, unlike=("clean", "dry"))

    return play


def flam(recipe: Recipe) -> Recipe:
    """Play two strokes almost at once, the first one softer."""

    def play(rng: Rng) -> Sound:
        sound = recipe(rng)
        gap = rng.uniform(0.018, 0.06)
        x = np.zeros(len(sound.waveform) + round(gap * SAMPLE_RATE_HZ))
        grace = lowpass(sound.waveform, log_uniform(rng, 2000, 9000), order=1)
        add_at(x, grace * rng.uniform(0.2, 0.7), 0.0)
        add_at(x, sound.waveform, gap)
        return replace(_remade(sound, x, sound.source, words=("flam",), unlike=()), aliases=(*sound.aliases, "flam"))

    return play


def _remade(
    sound: Sound, x: np.ndarray, source: tuple[str, ...], words: tuple[str, ...], unlike: tuple[str, ...]
) -> Sound:
    kept = tuple(word for word in sound.character if word not in unlike)
    character = tuple(dict.fromkeys((*words, *kept)))
    return replace(sound, waveform=normalize(x), source=tuple(dict.fromkeys(source)), character=character)
