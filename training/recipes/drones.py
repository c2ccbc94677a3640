"""Recipes for ambient drones: slow textures from saws, metal, air, voices and machines."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    chance,
    fm,
    fold,
    log_uniform,
    lowpass,
    pick,
    saturate,
    saw,
    sine,
    tilted_noise,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.modal import ring
from training.recipes.synth import harmonics, mix, resonances, room, sweep, unison, wander, warp
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

Source: TypeAlias = Callable[[Rng, Signal, float], Signal]

_NAMES = ("drone", "atmosphere", "atmos", "texture", "soundscape", "ambience", "ambient pad")


def _saws(rng: Rng, t: Signal, f0: float) -> Signal:
    return unison(rng, "saw", f0, t, 4, log_uniform(rng, 4, 40)) + unison(rng, "saw", f0 * 1.5, t, 2, 12)


def _fm(rng: Rng, t: Signal, f0: float) -> Signal:
    index = 2.0 + 2.0 * wander(rng, t, 0.4)
    return fm(f0, pick(rng, (0.5, 1.41, 2.01, 0.251, 3.003)), index, t) + fm(1.003 * f0, 1.0, index, t)


def _glass(rng: Rng, t: Signal, f0: float) -> Signal:
    hz = f0 * np.sort(rng.uniform(1, 14, 24))
    return ring(t, hz, rng.random(24) / np.sqrt(hz), np.full(24, 90.0), rng.uniform(-3, 3, 24))


def _air(rng: Rng, t: Signal, f0: float) -> Signal:
    air = tilted_noise(rng, len(t), -3)
    return resonances(air, f0 * np.array([1, 2, 3.01, 4.2, 6.3]), (40, 50, 60, 70, 60), (1, 0.7, 0.6, 0.4, 0.4))


def _bowl(rng: Rng, t: Signal, f0: float) -> Signal:
    hz = 2 * f0 * np.array([1, 2.71, 5.15, 8.2, 1.0 + rng.uniform(0.001, 0.01), 2.72])
    return ring(t, hz, (1, 0.6, 0.3, 0.1, 0.9, 0.5), np.full(6, 25.0))


def _voices(rng: Rng, t: Signal, f0: float) -> Signal:
    source = lowpass(unison(rng, "saw", 2 * f0, t, 4, 18), 1200, 1)
    return resonances(source, (640 * rng.uniform(0.6, 1.2), 1050, 2450), (8, 10, 16), (1, 0.6, 0.3))


def _swarm(rng: Rng, t: Signal, f0: float) -> Signal:
    hz = f0 * 2.0 ** (rng.integers(0, 5, 12) + rng.uniform(-0.02, 0.02, 12))
    layers = (sine(f, t, rng.uniform(0, 6.28)) * (0.5 + 0.5 * wander(rng, t, 0.7)) for f in hz[hz < 6000][:8])
    return sum(layers, np.zeros(len(t)))


def _grind(rng: Rng, t: Signal, f0: float) -> Signal:
    rough = saturate(saw(f0, t) * (0.4 + white_noise(rng, len(t)) * 0.4), log_uniform(rng, 2, 12))
    return fold(lowpass(rough, 900), rng.uniform(1, 3))


def _hum(rng: Rng, t: Signal, f0: float) -> Signal:
    wave = harmonics(f0, t, rng.random(10) ** 2) + harmonics(f0 * rng.uniform(1.002, 1.01), t, rng.random(8) ** 2)
    return warp(wave, 1.0 + 0.01 * wander(rng, t, 0.4)) * (0.8 + 0.2 * wander(rng, t, 1.0))


def _rumble(rng: Rng, t: Signal, f0: float) -> Signal:
    return lowpass(tilted_noise(rng, len(t), -7), 4 * f0) + 0.2 * sine(f0 * (1 + 0.02 * wander(rng, t, 0.5)), t)


def _rub(rng: Rng, t: Signal, f0: float) -> Signal:
    hz = 3 * f0 * (1 + 0.003 * wander(rng, t, 1.5))
    swell = 0.7 + 0.3 * wander(rng, t, 2.0)
    return (sine(hz, t) + 0.7 * sine(hz * rng.uniform(1.001, 1.006), t) + 0.1 * sine(2.7 * hz, t)) * swell


def _buzz(rng: Rng, t: Signal, f0: float) -> Signal:
    throb = 0.6 + 0.4 * sine(log_uniform(rng, 0.3, 9.0), t)
    return lowpass(saw(f0, t) * throb + 0.4 * saw(f0 * 1.5, t), log_uniform(rng, 500, 4000))


def _murmur(rng: Rng, t: Signal, f0: float) -> Signal:
    """Swarm of short notes that blur into a cloud: granular synthesis."""
    grain_t = times(rng.uniform(0.15, 0.5))
    window = np.hanning(len(grain_t))
    pitches = 4 * f0 * 2.0 ** (np.array([0, 3, 5, 7, 10, 12, 15]) / 12)
    starts = rng.uniform(0.0, t[-1], int(14 * t[-1]))
    grains = ((at, window * sine(pick(rng, pitches), grain_t) * rng.random()) for at in starts)
    return mix((0.0, np.zeros(1)), *grains, seconds=len(t) / SAMPLE_RATE_HZ)


_SOURCES: tuple[tuple[Source, tuple[str, ...]], ...] = (
    (_saws, ("detuned", "thick")),
    (_fm, ("metallic", "electronic")),
    (_glass, ("glassy", "eerie")),
    (_air, ("airy", "windy")),
    (_bowl, ("metallic", "meditative")),
    (_voices, ("vocal-like",)),
    (_swarm, ("shimmering",)),
    (_grind, ("gritty", "industrial")),
    (_hum, ("humming", "ominous")),
    (_rub, ("glassy", "pure")),
    (_buzz, ("buzzing", "pulsating")),
    (_murmur, ("granular", "dreamy")),
    (_rumble, ("rumbling", "deep")),
)


def ambient_drone(rng: Rng) -> Sound:
    """Hold a slowly changing texture of one source or two."""
    t = times(rng.uniform(2.5, 7.0))
    f0 = log_uniform(rng, 32, 260)
    source, words = pick(rng, _SOURCES)
    wave = _leveled(source(rng, t, f0))
    if chance(rng, 0.4):
        other, more = pick(rng, _SOURCES)
        wave = wave + rng.uniform(0.2, 0.8) * _leveled(other(rng, t, f0 * pick(rng, (1.0, 1.5, 2.0, 0.5))))
        words = (*words, *more)
    if chance(rng, 0.75):
        center = log_uniform(rng, 200, 6000)
        path = np.clip(center * 2.0 ** (1.3 * wander(rng, t, log_uniform(rng, 0.15, 1.0))), 80.0, 16_000.0)
        wave = sweep(wave, "lowpass", path, log_uniform(rng, 0.7, 3))
        words = (*words, "evolving")
    wave = wave * (1.0 - rng.uniform(0, 0.5) * (0.5 + 0.5 * wander(rng, t, 0.8)))
    wave = wave + rng.uniform(0, 0.15) * np.std(wave) * tilted_noise(rng, len(t), -4)
    fade = rng.uniform(0.01, 0.25) * t[-1]
    wave = wave * adsr(t, fade, 9, 1, t[-1] - fade, fade)
    if chance(rng, 0.3):
        wave = room(rng, wave, rng.uniform(1, 3), rng.uniform(0.5, 2))[: len(t)]
    return sound(wave, "ambient drone", "fx", _NAMES, ("synthesizer",), ("sustained", *words))


def _leveled(wave: Signal) -> Signal:
    return wave / (np.std(wave) + 1e-9)


RECIPES: tuple[Recipe, ...] = (ambient_drone,)
