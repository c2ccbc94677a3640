"""Percussion of wood and metal that is struck: cowbells, agogos, triangles, blocks, claves, gongs, pans."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    add_at,
    bandpass,
    chance,
    decay,
    fm,
    highpass,
    log_uniform,
    lowpass,
    pick,
    rise,
    saturate,
    square,
    times,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.metal import plate
from training.recipes.modal import FREE_BAR_RATIOS, jittered, ring
from training.recipes.variants import driven, sampled
from training.sound import Recipe, Sound

COWBELL = Kind("cowbell", "percussion", ("cb", "cow bell", "perc"), hz=(900, 2600), seconds=(0.1, 0.4))
AGOGO = Kind("agogo bell", "percussion", ("agogo", "bell", "perc"), hz=(1300, 3500), seconds=(0.2, 0.7))
TRIANGLE = Kind("triangle", "percussion", ("triangle instrument", "tri", "perc"), hz=(5000, 9000), seconds=(0.5, 2.0))
WOOD_BLOCK = Kind("wood block", "percussion", ("woodblock", "wb", "wood", "perc"), hz=(900, 2400), seconds=(0.04, 0.12))
TEMPLE_BLOCK = Kind(
    "temple block", "percussion", ("mokugyo", "wood block", "wood", "perc"), hz=(500, 1300), seconds=(0.06, 0.18)
)
CLAVES = Kind("claves", "percussion", ("clave", "cl", "wood", "perc"), hz=(2000, 3200), seconds=(0.04, 0.12))
CASTANETS = Kind("castanets", "percussion", ("castanet", "clacker", "perc"), hz=(2000, 4000), seconds=(0.03, 0.3))
GONG = Kind("gong", "percussion", ("tam-tam", "tamtam", "chinese gong"), hz=(400, 1600), seconds=(1.2, 3.0))
STEEL_DRUM = Kind("steel drum", "percussion", ("steel pan", "steelpan", "pan"), hz=(450, 1300), seconds=(0.3, 1.0))
METAL = Kind(
    "metal percussion",
    "percussion",
    ("metal hit", "metal", "anvil", "pipe", "perc"),
    hz=(1500, 5000),
    seconds=(0.15, 0.8),
)


def _tick(rng: Rng, t: Signal, low_hz: float = 1500.0) -> Signal:
    """Return the first contact of a stick, peak 1."""
    return unit(
        highpass(white_noise(rng, len(t)), log_uniform(rng, low_hz, 3 * low_hz))
        * decay(t, log_uniform(rng, 0.002, 0.012))
    )


def _body(
    rng: Rng, t: Signal, f0: float, ratios: tuple[float, ...], t60: float, damping: float, slope: float
) -> Signal:
    """Return struck modes at ``ratios`` of ``f0``, peak 1; high ones weaker by ``slope`` and shorter by ``damping``."""
    placed = jittered(rng, ratios, 0.012)
    levels = jittered(rng, placed**-slope, 0.45)
    return unit(ring(t, f0 * placed, levels, jittered(rng, t60 * placed**-damping, 0.2)))


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
    t60 = log_uniform(rng, 0.06, 0.25) if is_muted else log_uniform(rng, 0.25, 1.2)
    t = times(min(1.1 * t60, 1.2))
    f0 = log_uniform(rng, 380, 1150)
    ratios = (1.0, rng.uniform(1.45, 1.6), 2.33, 2.93, rng.uniform(3.6, 4.0), 4.7, 5.6, 6.9)
    x = _body(rng, t, f0, ratios, t60, rng.uniform(0.2, 0.8), rng.uniform(0.0, 0.9)) + log_uniform(
        rng, 0.1, 0.9
    ) * _tick(rng, t)
    words = ("acoustic", "metallic", "muted" if is_muted else "ringing", "low" if f0 < 580 else "high")
    return COWBELL.sound(saturate(x, rng.uniform(0.2, 2)), ("hand percussion", "latin", "cuban"), words)


def agogo(rng: Rng) -> Sound:
    """Hit one of two small conical bells: higher, thinner and longer than a cowbell, a clear pitch."""
    t60 = log_uniform(rng, 0.25, 1.4)
    t = times(min(1.1 * t60, 1.4))
    f0 = log_uniform(rng, 650, 1900)
    ratios = (1.0, rng.uniform(2.1, 2.8), rng.uniform(3.4, 4.4), 5.6, 7.2)
    x = _body(rng, t, f0, ratios, t60, rng.uniform(0.3, 0.9), rng.uniform(0.3, 1.2)) + log_uniform(
        rng, 0.05, 0.5
    ) * _tick(rng, t)
    if chance(rng, 0.25):
        x = unit(x + 0.5 * _body(rng, t, f0 * 1.006, ratios, t60, 0.5, 0.8))
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
    hz = np.exp(rng.uniform(np.log(log_uniform(rng, 1200, 3500)), np.log(15_000), n_modes))
    levels = rng.uniform(0.1, 1, n_modes) * np.exp(-0.5 * (np.log2(hz / log_uniform(rng, 4000, 8500)) / 0.9) ** 2)
    modes = np.concatenate([hz, hz * (1 + rng.uniform(0.0005, 0.003, n_modes))])  # pairs that beat
    t60s = np.tile(t60 * (hz / 5000) ** -0.4 * rng.uniform(0.5, 1.2, n_modes), 2)
    x = unit(ring(t, modes, np.tile(levels, 2), t60s)) + log_uniform(rng, 0.02, 0.3) * _tick(rng, t, 4000)
    words = ("acoustic", "metallic", "muted" if is_muted else "ringing", pick(rng, ("shimmering", "clear")))
    return TRIANGLE.sound(highpass(x, 700), ("orchestral", "hand percussion"), words)


def triangle_machine(rng: Rng) -> Sound:
    """Ring a few very high sines: triangles of rhythm boxes and general-purpose synthesizers."""
    t60 = log_uniform(rng, 0.1, 1.5)
    t = times(min(t60, 1.5))
    n_modes = int(rng.integers(2, 6))
    x = ring(t, rng.uniform(3500, 11_000, n_modes), rng.uniform(0.3, 1, n_modes), t60 * rng.uniform(0.5, 1, n_modes))
    return TRIANGLE.sound(x, ("drum machine", "synthesized"), ("electronic", "metallic", "clean"))


def wood_block(rng: Rng) -> Sound:
    """Hit a slotted block: one strong hollow mode, a few weak ones, gone at once."""
    t60 = log_uniform(rng, 0.035, 0.2)
    t = times(1.2 * t60 + 0.02)
    f0 = log_uniform(rng, 450, 1700)
    ratios = (1.0, rng.uniform(1.3, 1.9), rng.uniform(2.2, 3.0), 3.9, 5.1)
    x = _body(rng, t, f0, ratios, t60, rng.uniform(0.3, 1.0), rng.uniform(0.7, 2.0)) + log_uniform(
        rng, 0.05, 0.6
    ) * _tick(rng, t)
    words = ("acoustic", "wooden", "hollow", "high" if f0 > 900 else "low")
    return WOOD_BLOCK.sound(x, ("wood", "orchestral"), words)


def wood_block_machine(rng: Rng) -> Sound:
    """Ring one or two resonators, sine-like, with a click."""
    t60 = log_uniform(rng, 0.03, 0.12)
    t = times(1.3 * t60 + 0.02)
    f0 = log_uniform(rng, 500, 1900)
    x = ring(t, (f0, f0 * rng.uniform(1.4, 2.7)), (1, rng.uniform(0, 0.6)), (t60, 0.6 * t60)) + rng.uniform(
        0, 0.3
    ) * _tick(rng, t)
    return WOOD_BLOCK.sound(x, ("drum machine", "synthesized"), ("electronic", "clean", "tight"))


def temple_block(rng: Rng) -> Sound:
    """Hit a round, hollowed block with a soft mallet: lower and rounder than a wood block."""
    t60 = log_uniform(rng, 0.06, 0.25)
    t = times(1.2 * t60)
    f0 = log_uniform(rng, 260, 850)
    x = _body(rng, t, f0, (1.0, 2.4, 3.6, 5.2), t60, 0.9, rng.uniform(1.5, 3.0)) + log_uniform(rng, 0.02, 0.2) * _tick(
        rng, t, 600
    )
    words = ("acoustic", "wooden", "hollow", "soft")
    return TEMPLE_BLOCK.sound(lowpass(x, log_uniform(rng, 2000, 7000)), ("wood", "orchestral", "asian"), words)


def claves(rng: Rng) -> Sound:
    """Strike two hardwood sticks: nearly one pure, high, very short tone."""
    t60 = log_uniform(rng, 0.04, 0.2)
    t = times(1.2 * t60 + 0.02)
    f0 = log_uniform(rng, 1700, 3300)
    x = _body(rng, t, f0, (1.0, *FREE_BAR_RATIOS[1:3]), t60, 0.8, rng.uniform(1.5, 3.5)) + log_uniform(
        rng, 0.03, 0.4
    ) * _tick(rng, t, 3000)
    return CLAVES.sound(x, ("hand percussion", "latin", "cuban"), ("acoustic", "wooden", "sharp", "pure"))


def claves_machine(rng: Rng) -> Sound:
    """Ring one filter at 2.5 kHz, as the TR-808 does."""
    t60 = log_uniform(rng, 0.025, 0.12)
    t = times(1.3 * t60 + 0.02)
    f0 = log_uniform(rng, 1700, 3200)
    x = ring(t, (f0, f0 * rng.uniform(0.4, 0.8)), (1, rng.uniform(0, 0.15)), (t60, 0.5 * t60))
    return CLAVES.sound(
        saturate(x, rng.uniform(0.1, 3)),
        ("808", "analog", "drum machine"),
        ("electronic", "clean", "tight"),
        ("808 clave",),
    )


def castanets(rng: Rng) -> Sound:
    """Clack two wooden shells once, twice or in a roll."""
    n_clacks = pick(rng, (1, 1, 2, 3, int(rng.integers(4, 12))))
    gap = log_uniform(rng, 0.03, 0.09)
    x = np.zeros(len(times(0.08 + n_clacks * gap)))
    f0 = log_uniform(rng, 1100, 2300)
    clack_t = times(0.07)
    for i in range(n_clacks):
        clack = _body(rng, clack_t, f0, (1.0, 1.43, 1.9, 2.7, 3.6), rng.uniform(0.02, 0.05), 0.5, 0.2)
        add_at(x, rng.uniform(0.5, 1) * (clack + 0.6 * _tick(rng, clack_t)), i * gap * rng.uniform(0.93, 1.07))
    words = ("acoustic", "wooden", "clicky", *(("roll",) if n_clacks > 3 else ()))
    return CASTANETS.sound(x, ("hand percussion", "spanish", "flamenco"), words)


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
    x = x + 0.08 * plate(rng, t, (500, 6000), (0.3, 0.1), 2000, 1.0, 60) + 0.1 * _tick(rng, t)
    return STEEL_DRUM.sound(x, ("caribbean", "tuned percussion"), ("acoustic", "metallic", "melodic", "ringing"))


def metal_hit(rng: Rng) -> Sound:
    """Hit a pipe, an anvil, a brake drum or a pan: inharmonic, hard, ringing or damped."""
    t60 = log_uniform(rng, 0.1, 1.6)
    t = times(min(1.1 * t60, 1.5))
    thing = pick(rng, ("pipe", "anvil", "brake drum", "pan", "can"))
    n_modes = int(rng.integers(5, 30))
    hz = np.exp(rng.uniform(np.log(log_uniform(rng, 250, 1200)), np.log(log_uniform(rng, 4000, 12_000)), n_modes))
    x = unit(ring(t, hz, rng.uniform(0.2, 1, n_modes), t60 * (hz / 1000) ** -0.4 * rng.uniform(0.3, 1, n_modes)))
    x = x + log_uniform(rng, 0.1, 1) * _tick(rng, t)
    return METAL.sound(x, ("found sound", thing), ("acoustic", "metallic", "hard", "industrial"), (thing,))


STRUCK: tuple[Recipe, ...] = (
        cowbell_analog, cowbell, cowbell, sampled(cowbell), agogo, agogo, agogo_machine, triangle, triangle,
    triangle_machine, wood_block, wood_block_machine, sampled(wood_block), temple_block, claves, claves_machine,
    castanets, gong, opera_gong, steel_drum, metal_hit, metal_hit, driven(metal_hit),
)  # fmt: skip
