"""Recipes for animals: birds, insects, frogs, dogs, cats, cows."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    bandpass,
    chance,
    decay,
    log_uniform,
    pick,
    rise,
    saw,
    sine,
    square,
    tilted_noise,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.synth import breakpoints, mix, resonances, sweep, wander
from training.recipes.voice_synth import vocal_tract
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

_NAMES = ("animal", "nature")


def _chirp(rng: Rng, hz: float, seconds: float) -> Signal:
    """Sing one syllable of a bird: a whistled contour, sometimes trilled or rough."""
    t = times(seconds)
    contour = breakpoints(t, *((x * seconds, rng.uniform(0.7, 1.4)) for x in (0.0, 0.35, 0.7, 1.0)))
    trill = 1.0 + pick(rng, (0.0, 0.0, rng.uniform(0.02, 0.2))) * sine(log_uniform(rng, 18, 90), t)
    tone = sine(hz * contour * trill, t) + rng.uniform(0, 0.3) * sine(2 * hz * contour * trill, t)
    return tone * np.sin(np.pi * np.clip(t / seconds, 0, 1)) ** rng.uniform(0.5, 2)


def bird(rng: Rng) -> Sound:
    """Sing like a songbird, or call like an owl, a cuckoo, a crow, a gull."""
    style = pick(rng, ("song", "song", "song", "owl", "crow"))
    if style == "song":
        hz, at, parts = log_uniform(rng, 1_500, 6_500), 0.0, []
        motif = [(hz * rng.uniform(0.8, 1.3), log_uniform(rng, 0.03, 0.3)) for _ in range(rng.integers(1, 5))]
        for _ in range(int(rng.integers(1, 6))):
            for pitch, seconds in motif:
                parts.append((at, _chirp(rng, pitch, seconds) * rng.uniform(0.6, 1)))
                at += seconds * rng.uniform(1.1, 1.8)
        wave, names = mix(*parts), ("bird song", "chirp", "tweet", "songbird")
    elif style == "owl":
        t, hz = times(rng.uniform(0.3, 0.8)), log_uniform(rng, 280, 700)
        hoot = (sine(hz * (1 + 0.05 * np.sin(np.pi * t / t[-1])), t) + 0.06 * white_noise(rng, len(t))) * adsr(
            t, 0.05, 9, 1, t[-1] - 0.1, 0.1
        )
        wave = mix(*((k * 1.4 * t[-1], hoot) for k in range(rng.integers(1, 4))))
        names = ("owl", "hoot", "dove", "cuckoo")
    else:
        t = times(rng.uniform(0.15, 0.5))
        rough = saw(log_uniform(rng, 250, 900) * (1 + 0.1 * np.sin(np.pi * t / t[-1])), t) * (
            0.5 + white_noise(rng, len(t))
        )
        caw = resonances(rough, (1200, 1900, 3000), (4, 5, 6), (1, 0.8, 0.5)) * adsr(t, 0.02, 9, 1, t[-1] - 0.08, 0.06)
        wave = mix(*((k * 1.6 * t[-1], caw) for k in range(rng.integers(1, 4))))
        names = ("crow", "gull", "caw", "raven")
    return sound(wave, "bird", "fx", (*names, *_NAMES), ("bird",), ("high",) if style == "song" else ())


def insect(rng: Rng) -> Sound:
    """Chirp like a cricket, drone like a cicada, fly past like a bee or a mosquito."""
    t = times(log_uniform(rng, 0.6, 5.0))
    style = pick(rng, ("cricket", "cicada", "fly"))
    if style == "cricket":
        hz, rate = log_uniform(rng, 2_500, 6_500), rng.uniform(20, 70)
        pulses = (0.5 + 0.5 * sine(rate, t)) ** 2 * (
            np.sin(2 * np.pi * rng.uniform(0.8, 3.5) * t) > rng.uniform(-0.5, 0.5)
        )
        wave, names = sine(hz * (1 + 0.01 * wander(rng, t, 5)), t) * pulses, ("cricket", "crickets", "grasshopper")
    elif style == "cicada":
        hum = bandpass(white_noise(rng, len(t)), 3_000, log_uniform(rng, 5_000, 10_000))
        wave, names = hum * (0.5 + 0.5 * sine(log_uniform(rng, 20, 180), t)), ("cicada", "locust")
    else:
        hz = log_uniform(rng, 110, 600) * (1 + 0.12 * wander(rng, t, 2.5))
        wave = sweep(saw(hz, t) + 0.3 * square(hz, t), "lowpass", 900 + 3500 * np.abs(wander(rng, t, 1.5)))
        wave, names = wave * (0.2 + np.abs(wander(rng, t, 1.2))), ("fly", "bee", "mosquito", "buzzing")
    wave = wave * adsr(t, 0.05, 9, 1, t[-1] - 0.12, 0.1)
    return sound(wave, "insect", "fx", (*names, *_NAMES), ("insect",), ("buzzing", "sustained"))


def frog(rng: Rng) -> Sound:
    """Croak: a train of pulses through a throat."""
    rate, hz, parts = log_uniform(rng, 25, 110), log_uniform(rng, 350, 2200), []
    seconds = rng.uniform(0.12, 0.6)
    for k in range(int(rng.integers(1, 6))):
        t = times(seconds)
        pulses = np.maximum(0.0, sine(rate * (1 + 0.2 * t / t[-1]), t)) ** 6
        croak = resonances(pulses * (0.8 + 0.3 * white_noise(rng, len(t))), (hz, 2.1 * hz), (7, 8), (1, 0.5))
        parts.append((k * seconds * rng.uniform(1.5, 1.8), croak * np.abs(np.sin(np.pi * t / t[-1]))))
    return sound(mix(*parts), "frog", "fx", ("croak", "toad", "ribbit", *_NAMES), ("frog",), ("rhythmic",))


def _call(
    rng: Rng, hz: tuple[float, ...], seconds: float, vowels: tuple[str, str], size: float, rough: float
) -> Signal:
    """Call like a mammal: a rough voice on a pitch contour through a mouth that opens and closes."""
    t = times(seconds)
    at = np.linspace(0.0, seconds, len(hz))
    pitch = np.interp(t, at, hz) * (1 + 0.02 * wander(rng, t, 12.0))
    source = saw(pitch, t) * (1 - rough + rough * (0.6 + white_noise(rng, len(t)))) + 0.1 * tilted_noise(
        rng, len(t), -2
    )
    opened = np.sin(np.pi * t / seconds)
    wave = vocal_tract(source, vowels[0], size, 0.8) * (1 - opened) + vocal_tract(source, vowels[1], size, 0.8) * opened
    return wave * rise(t, 0.03) * np.minimum(1.0, (seconds - t) / (0.25 * seconds))


def dog_bark(rng: Rng) -> Sound:
    """Bark, once or in anger; small and large dogs, a howl now and then."""
    size = rng.uniform(0.6, 1.7)
    base = 420 * size**1.2 * rng.uniform(0.8, 1.25)
    if chance(rng, 0.12):
        wave = _call(rng, (base, 1.6 * base, 1.5 * base, base), rng.uniform(1, 2.5), ("oo", "oo"), size, 0.1)
        return sound(wave, "dog bark", "fx", ("dog", "howl", "wolf", *_NAMES), ("dog",), ("sustained",))
    bark = _call(
        rng, (0.8 * base, 1.3 * base, 0.6 * base), rng.uniform(0.12, 0.28), ("oo", "ah"), size, rng.uniform(0.3, 0.8)
    )
    bark = (
        bark
        + 0.3
        * np.std(bark)
        * bandpass(white_noise(rng, len(bark)), 500, 3000)
        * decay(times(len(bark) / SAMPLE_RATE_HZ), 0.2)[: len(bark)]
    )
    gap = rng.uniform(0.25, 0.6)
    wave = mix(
        *((k * gap * rng.uniform(0.9, 1.1), bark * rng.uniform(0.7, 1)) for k in range(pick(rng, (1, 1, 2, 3, 4))))
    )
    return sound(wave, "dog bark", "fx", ("dog", "bark", "barking", "woof", *_NAMES), ("dog",))


def cat_meow(rng: Rng) -> Sound:
    """Meow, purr or hiss."""
    style = pick(rng, ("meow", "meow", "meow", "purr", "hiss"))
    if style == "meow":
        base = log_uniform(rng, 380, 900)
        contour = (0.8 * base, 1.2 * base, 1.1 * base, 0.7 * base)
        wave = _call(rng, contour, rng.uniform(0.35, 1.4), ("ee", "ah"), rng.uniform(1.2, 1.7), rng.uniform(0, 0.2))
    elif style == "purr":
        t = times(rng.uniform(1, 4))
        pulses = np.maximum(0.0, sine(rng.uniform(22, 30), t)) ** 3 * (0.6 + 0.4 * sine(0.7, t))
        wave = bandpass(tilted_noise(rng, len(t), -3) * pulses, 80, 1200)
    else:
        t = times(rng.uniform(0.4, 1.5))
        wave = bandpass(white_noise(rng, len(t)), 1500, 9000) * adsr(t, 0.05, 9, 1, 0.6 * t[-1], 0.4 * t[-1])
    return sound(wave, "cat meow", "fx", ("cat", style, "kitten", *_NAMES), ("cat",))


def cow(rng: Rng) -> Sound:
    """Moo."""
    base = log_uniform(rng, 85, 230)
    wave = _call(rng, (0.8 * base, base, 1.1 * base, 0.8 * base), rng.uniform(0.8, 2.5), ("oo", "oh"), 0.75, 0.15)
    return sound(wave, "cow", "fx", ("moo", "cattle", "farm animal", *_NAMES), ("cow",), ("low",))


def sheep(rng: Rng) -> Sound:
    """Bleat like a sheep or a goat."""
    base = log_uniform(rng, 220, 500)
    wave = _call(rng, (base, 1.05 * base, 0.9 * base), rng.uniform(0.4, 1.3), ("eh", "eh"), 1.1, 0.2)
    wave = wave * (0.6 + 0.4 * sine(rng.uniform(8, 14), times(len(wave) / SAMPLE_RATE_HZ)))
    return sound(wave, "sheep", "fx", ("goat", "bleat", "farm animal", *_NAMES), ("sheep",))


RECIPES: tuple[Recipe, ...] = (bird, insect, frog, dog_bark, cat_meow, cow, sheep)
