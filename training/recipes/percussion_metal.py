"""Struck metal: cowbells, agogos, triangles, finger cymbals, gongs, steel drums, pipes and anvils."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    bandpass,
    chance,
    decay,
    fm,
    highpass,
    log_uniform,
    pick,
    rise,
    saturate,
    square,
    times,
    unit,
)
from training.recipes.kinds import Kind
from training.recipes.metal import plate
from training.recipes.modal import jittered, ring
from training.recipes.strikes import block, tick
from training.recipes.variants import driven, sampled
from training.sound import Recipe, Sound

COWBELL = Kind("cowbell", "percussion", ("cb", "cow bell", "perc"), hz=(970, 1600), seconds=(0.11, 0.33))
AGOGO = Kind("agogo bell", "percussion", ("agogo", "bell", "perc"), hz=(1300, 4900), seconds=(0.15, 0.36))
TRIANGLE = Kind("triangle", "percussion", ("triangle instrument", "tri", "perc"), hz=(6200, 9500), seconds=(0.15, 0.93))
FINGER_CYMBALS = Kind(
    "finger cymbals",
    "percussion",
    ("zills", "crotales", "bell", "perc"),
    hz=(2200, 3100),
    seconds=(0.47, 0.88),
)
GONG = Kind("gong", "percussion", ("tam-tam", "tamtam", "chinese gong"), hz=(520, 710), seconds=(0.61, 2.7))
STEEL_DRUM = Kind("steel drum", "percussion", ("steel pan", "steelpan", "pan"), hz=(420, 600), seconds=(0.34, 0.64))
METAL = Kind(
    "metal percussion",
    "percussion",
    ("metal hit", "metal", "anvil", "pipe", "perc"),
    hz=(1800, 2400),
    seconds=(0.16, 0.43),
)


def cowbell_analog(rng: Rng) -> Sound:
    """Gate two squares a detuned fifth apart through a band-pass: the TR-808's 540 and 800 Hz."""
    t60 = log_uniform(rng, 0.15, 1.0)
    t = times(min(t60, 0.9))
    tuning = log_uniform(rng, 0.7, 1.5)
    low, high = 540 * tuning, 540 * tuning * rng.uniform(1.42, 1.55)
    x = square(low, t, 0.5, rng.random()) + square(high, t, 0.5, rng.random())
    x = bandpass(x, low * rng.uniform(0.8, 1.2), high * rng.uniform(1.5, 4)) * (
        0.6 * decay(t, t60) + 0.4 * decay(t, 0.05)
    )
    return COWBELL.sound(x, ("808", "analog", "drum machine"), ("electronic", "metallic", "hollow"), ("808 cowbell",))


def cowbell(rng: Rng) -> Sound:
    """Hit a folded steel bell with a stick, on its edge or its body, open or held in the hand."""
    is_muted = chance(rng, 0.4)
    t60 = log_uniform(rng, 0.06, 0.25) if is_muted else log_uniform(rng, 0.25, 2.0)
    t = times(min(1.1 * t60, 2.0))
    f0 = log_uniform(rng, 380, 1150)
    ratios = (1.0, rng.uniform(1.45, 1.6), 2.33, 2.93, rng.uniform(3.6, 4.0), 4.7, 5.6, 6.9)
    x = block(rng, t, f0, ratios, t60, rng.uniform(0.2, 0.8), rng.uniform(0.0, 0.9)) + log_uniform(
        rng, 0.1, 0.9
    ) * tick(rng, t)
    words = ("acoustic", "metallic", "muted" if is_muted else "ringing", "low" if f0 < 580 else "high")
    return COWBELL.sound(saturate(x, rng.uniform(0.2, 2)), ("hand percussion", "latin", "cuban"), words)


def agogo(rng: Rng) -> Sound:
    """Hit one of two small conical bells: higher, thinner and longer than a cowbell, a clear pitch."""
    t60 = log_uniform(rng, 0.25, 1.4)
    t = times(min(1.1 * t60, 1.4))
    f0 = log_uniform(rng, 650, 1900)
    ratios = (1.0, rng.uniform(1.4, 2.0), rng.uniform(2.1, 2.8), rng.uniform(3.4, 4.4), 5.1, 5.6, 7.2, 9.1, 11.4)
    x = block(rng, t, f0, ratios, t60, rng.uniform(0.1, 0.8), rng.uniform(-0.2, 1.0)) + log_uniform(
        rng, 0.05, 0.5
    ) * tick(rng, t)
    if chance(rng, 0.25):
        x = unit(x + 0.5 * block(rng, t, f0 * 1.006, ratios, t60, 0.5, 0.8))
    words = ("acoustic", "metallic", "ringing", "high" if f0 > 1150 else "low")
    return AGOGO.sound(x, ("hand percussion", "brazilian", "samba"), words)


def agogo_machine(rng: Rng) -> Sound:
    """Modulate a tone into a small bell: digital and fm agogos."""
    t60 = log_uniform(rng, 0.15, 0.7)
    t = times(1.1 * t60)
    index = rng.uniform(0.5, 3) * decay(t, 0.7 * t60)
    x = fm(log_uniform(rng, 700, 1900), pick(rng, (1.41, 1.52, 2.76, 3.5)), index, t) * decay(t, t60)
    return AGOGO.sound(x, ("fm", "drum machine"), ("electronic", "metallic"))


def triangle(rng: Rng) -> Sound:
    """Hit a bent steel rod: very high, dense partials that ring for seconds, or are stopped by the hand."""
    is_muted = chance(rng, 0.35)
    t60 = log_uniform(rng, 0.08, 0.4) if is_muted else log_uniform(rng, 1.0, 6.0)
    t = times(min(0.8 * t60, 3.5))
    n_modes = int(rng.integers(12, 30))
    hz = np.exp(rng.uniform(np.log(log_uniform(rng, 1200, 3500)), np.log(19_000), n_modes))
    levels = rng.uniform(0.1, 1, n_modes) * np.exp(-0.5 * (np.log2(hz / log_uniform(rng, 4500, 14_000)) / 0.9) ** 2)
    modes = np.concatenate([hz, hz * (1 + rng.uniform(0.0005, 0.003, n_modes))])  # pairs that beat
    t60s = np.tile(t60 * (hz / 5000) ** -0.4 * rng.uniform(0.5, 1.2, n_modes), 2)
    x = unit(ring(t, modes, np.tile(levels, 2), t60s)) + log_uniform(rng, 0.02, 0.3) * tick(rng, t, 4000)
    words = ("acoustic", "metallic", "muted" if is_muted else "ringing", pick(rng, ("shimmering", "clear")))
    return TRIANGLE.sound(highpass(x, 700), ("orchestral", "hand percussion"), words)


def triangle_machine(rng: Rng) -> Sound:
    """Ring a few very high sines: triangles of rhythm boxes and general-purpose synthesizers."""
    t60 = log_uniform(rng, 0.1, 1.5)
    t = times(min(t60, 1.5))
    n_modes = int(rng.integers(2, 6))
    x = ring(t, rng.uniform(3500, 11_000, n_modes), rng.uniform(0.3, 1, n_modes), t60 * rng.uniform(0.5, 1, n_modes))
    return TRIANGLE.sound(x, ("drum machine", "synthesized"), ("electronic", "metallic", "clean"))


def finger_cymbals(rng: Rng) -> Sound:
    """Touch two thick small cymbals: a high, pure, beating tone that rings long."""
    t60 = log_uniform(rng, 0.8, 4.0)
    t = times(min(0.8 * t60, 3.0))
    f0 = log_uniform(rng, 1600, 4200)
    ratios = np.array((1.0, 1.003, 2.3, 2.31, 3.9, 5.6)) * rng.uniform(0.995, 1.005, 6)
    x = unit(ring(t, f0 * ratios, jittered(rng, (1, 0.8, 0.4, 0.35, 0.2, 0.1), 0.4), t60 * ratios**-0.8))
    x = x + 0.3 * tick(rng, t, 4000)
    return FINGER_CYMBALS.sound(x, ("hand percussion", "oriental"), ("acoustic", "metallic", "ringing", "pure"))


def gong(rng: Rng) -> Sound:
    """Strike a large bronze plate: low modes first, then the shimmer they feed."""
    t60 = log_uniform(rng, 3, 12)
    t = times(min(0.6 * t60, 4.0))
    low = plate(rng, t, (log_uniform(rng, 60, 160), 1200), (t60, 0.6 * t60), log_uniform(rng, 150, 500), 1.2, 60)
    high = plate(rng, t, (600, 11_000), (0.6 * t60, 0.2 * t60), log_uniform(rng, 900, 3500), 1.3, 160)
    x = low + log_uniform(rng, 0.1, 0.9) * high * rise(t, log_uniform(rng, 0.05, 0.9))
    words = ("acoustic", "metallic", "deep", "ringing")
    return GONG.sound(x, ("orchestral", "asian"), words)


def opera_gong(rng: Rng) -> Sound:
    """Strike a small gong whose pitch slides up or down after the blow."""
    t60 = log_uniform(rng, 0.6, 2.5)
    t = times(min(t60, 2.2))
    bend = rng.uniform(0.08, 0.35) * pick(rng, (-1.0, 1.0))
    f0 = log_uniform(rng, 260, 800)
    hz = f0 * (1 + bend * decay(t, rng.uniform(0.4, 1.2)))
    x = sum(
        fm(hz * ratio, 1.003, 0.3, t) * decay(t, t60 * ratio**-0.6) * ratio**-0.8
        for ratio in jittered(rng, (1, 1.53, 2.2, 2.9, 4.1, 5.3), 0.05)
    )
    x = unit(x) + 0.2 * plate(rng, t, (900, 9000), (0.6, 0.2), 2500, 1.2, 80)
    words = ("acoustic", "metallic", "rising" if bend < 0 else "falling")
    return GONG.sound(x, ("chinese opera", "asian"), words, ("opera gong",))


def steel_drum(rng: Rng) -> Sound:
    """Strike a tuned dish of a steel pan: harmonics 1, 2, 3, 4 that bloom one into the other."""
    t60 = log_uniform(rng, 0.4, 1.8)
    t = times(min(1.1 * t60, 2.0))
    f0 = log_uniform(rng, 190, 950)
    ratios = jittered(rng, (1, 2, 3, 4, 5.1, 6.2), 0.004)
    first = ring(t, f0 * ratios[:1], (1.0,), (t60,))
    upper = ring(t, f0 * ratios[1:], jittered(rng, (0.9, 0.4, 0.35, 0.15, 0.1), 0.4), t60 * ratios[1:] ** -0.7)
    x = unit(first + rng.uniform(0.4, 1.3) * upper * rise(t, rng.uniform(0.005, 0.04)))
    x = x + 0.08 * plate(rng, t, (500, 6000), (0.3, 0.1), 2000, 1.0, 60) + 0.1 * tick(rng, t)
    return STEEL_DRUM.sound(x, ("caribbean", "tuned percussion"), ("acoustic", "metallic", "melodic", "ringing"))


def metal_hit(rng: Rng) -> Sound:
    """Hit a pipe, an anvil, a brake drum or a pan: inharmonic, hard, ringing or damped."""
    t60 = log_uniform(rng, 0.1, 1.6)
    t = times(min(1.1 * t60, 1.5))
    thing = pick(rng, ("pipe", "anvil", "brake drum", "pan", "can"))
    n_modes = int(rng.integers(5, 30))
    hz = np.exp(rng.uniform(np.log(log_uniform(rng, 250, 1200)), np.log(log_uniform(rng, 4000, 12_000)), n_modes))
    x = unit(ring(t, hz, rng.uniform(0.2, 1, n_modes), t60 * (hz / 1000) ** -0.4 * rng.uniform(0.3, 1, n_modes)))
    x = x + log_uniform(rng, 0.1, 1) * tick(rng, t)
    return METAL.sound(x, ("found sound", thing), ("acoustic", "metallic", "hard", "industrial"), (thing,))


METALS: tuple[Recipe, ...] = (
    cowbell_analog, cowbell, cowbell, sampled(cowbell), agogo, agogo, agogo_machine, triangle, triangle,
    triangle_machine, finger_cymbals, gong, opera_gong, steel_drum, metal_hit, metal_hit, driven(metal_hit),
)  # fmt: skip
