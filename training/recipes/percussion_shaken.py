"""Percussion that is shaken, jingled or scraped: grains that excite a small resonance (Cook's PhISEM, 1997)."""

import numpy as np
from scipy import signal

from training.recipes.dsp import (
    Rng,
    Signal,
    add_at,
    attack_decay,
    bandpass,
    boost,
    chance,
    decay,
    highpass,
    log_uniform,
    lowpass,
    pick,
    resonate,
    sparse_impulses,
    square,
    times,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.modal import jittered, ring
from training.recipes.variants import sampled
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

SHAKER = Kind(
    "shaker", "percussion", ("egg shaker", "shk", "shaker hit", "perc"), hz=(5300, 10000), seconds=(0.11, 0.52)
)
CABASA = Kind("cabasa", "percussion", ("afuche", "shaker", "perc"), hz=(7300, 10000), seconds=(0.05, 0.12))
MARACAS = Kind("maracas", "percussion", ("maraca", "shaker", "perc"), hz=(7900, 11000), seconds=(0.02, 0.046))
TAMBOURINE = Kind(
    "tambourine", "percussion", ("tamb", "tambo", "jingles", "perc"), hz=(5900, 9700), seconds=(0.084, 0.15)
)
SLEIGH_BELLS = Kind(
    "sleigh bells", "percussion", ("jingle bells", "bells", "perc"), hz=(7100, 11000), seconds=(0.42, 0.59)
)
GUIRO = Kind("guiro", "percussion", ("scraper", "reco-reco", "perc"), hz=(2500, 4100), seconds=(0.16, 0.33))
VIBRASLAP = Kind("vibraslap", "percussion", ("jawbone", "rattle", "perc"), hz=(3000, 3100), seconds=(1.1, 1.3))
RATCHET = Kind("ratchet", "percussion", ("cog rattle", "rattle", "perc"), hz=(2200, 2500), seconds=(0.52, 1.2))
CHIMES = Kind(
    "wind chimes", "percussion", ("bar chimes", "mark tree", "bell tree", "chimes"), hz=(3600, 3900), seconds=(1.8, 2.4)
)


def _beads(rng: Rng, t: Signal, energy: Signal, hz: float, q: float, grains_per_second: float) -> Signal:
    """Return beads that hit the wall of a vessel while ``energy`` lasts, peak 1."""
    hits = sparse_impulses(rng, grains_per_second, t) * energy
    body = resonate(hits, hz, q) + rng.uniform(0.0, 0.8) * resonate(hits, hz * rng.uniform(1.4, 2.4), q)
    return unit(highpass(body + rng.uniform(0, 0.15) * hits, 0.35 * hz))


def _stroke(rng: Rng, t: Signal, start: float, seconds: float) -> Signal:
    """Return the energy of one shake: it swells as the beads fly, peaks where they land, and dies."""
    landing = start + seconds * rng.uniform(0.3, 0.8)
    before = np.exp(-((np.minimum(t - landing, 0.0) / (0.3 * seconds)) ** 2)) * (t >= start)
    return before * decay(np.maximum(t - landing, 0.0), seconds * rng.uniform(0.4, 1.2))


def _shake(rng: Rng, softest: float, longest: float) -> tuple[Signal, Signal, tuple[str, ...]]:
    """Return the time, the energy and the words of a single stroke, or of one back and forth."""
    seconds = log_uniform(rng, softest, longest)
    if chance(rng, 0.3):
        gap = rng.uniform(0.9, 1.8) * seconds
        t = times(gap + 2.2 * seconds)
        energy = _stroke(rng, t, 0, seconds) + rng.uniform(0.4, 1.3) * _stroke(rng, t, gap, seconds)
        return t, energy, ("back and forth", "double")
    t = times(2.2 * seconds)
    if chance(rng, 0.45):
        return t, attack_decay(t, log_uniform(rng, 0.001, 0.02), seconds), ("single", "tight")
    return t, _stroke(rng, t, 0, seconds), ("single", "soft")


def shaker(rng: Rng) -> Sound:
    """Shake an egg, a tube or a can: fine grains, dry, a broad high resonance."""
    t, energy, words = _shake(rng, 0.05, 0.35)
    x = _beads(rng, t, energy, log_uniform(rng, 3000, 14_000), rng.uniform(0.5, 4), log_uniform(rng, 1500, 30_000))
    if chance(rng, 0.4):
        x = x + rng.uniform(0.1, 0.5) * unit(highpass(white_noise(rng, len(t)), log_uniform(rng, 3000, 9000)) * energy)
    return SHAKER.sound(x, ("hand percussion", "recorded"), ("acoustic", "dry", *words))


def maracas(rng: Rng) -> Sound:
    """Flick maracas: few hard seeds that land together, a crisp short burst."""
    t, energy, words = _shake(rng, 0.03, 0.15)
    x = _beads(rng, t, energy**1.5, log_uniform(rng, 2800, 10_000), rng.uniform(0.8, 3), log_uniform(rng, 500, 6000))
    return MARACAS.sound(x, ("hand percussion", "latin", "cuban"), ("acoustic", "crisp", *words))


def maracas_808(rng: Rng) -> Sound:
    """Gate high noise with a short rise: the maracas of drum machines, hardly more than a tick."""
    t60 = log_uniform(rng, 0.02, 0.09)
    t = times(t60 + 0.04)
    noise = lowpass(white_noise(rng, len(t)), log_uniform(rng, 7000, 20_000), order=1)
    x = highpass(noise, log_uniform(rng, 3000, 7500)) * attack_decay(t, rng.uniform(0.004, 0.02), t60)
    return MARACAS.sound(x, ("808", "analog", "drum machine"), ("electronic", "thin", "tight"), ("808 maracas",))


def electronic_shaker(rng: Rng) -> Sound:
    """Swell band-limited noise: house and pop shakers."""
    t, energy, words = _shake(rng, 0.04, 0.25)
    low_hz = log_uniform(rng, 2500, 7000)
    x = bandpass(white_noise(rng, len(t)), low_hz, low_hz * rng.uniform(1.5, 3.5)) * energy
    return SHAKER.sound(x, ("drum machine", "synthesized"), ("electronic", "clean", *words))


def cabasa(rng: Rng) -> Sound:
    """Turn steel beads on a ridged cylinder: a metallic, regular scrape."""
    t, energy, words = _shake(rng, 0.05, 0.3)
    ridges = 0.5 + 0.5 * square(rng.uniform(60, 300), t, 0.3)
    x = _beads(
        rng, t, energy * ridges, log_uniform(rng, 3500, 13_000), rng.uniform(1, 5), log_uniform(rng, 4000, 30_000)
    )
    shimmer = ring(t, rng.uniform(4000, 14_000, 12), rng.uniform(0.2, 1, 12), rng.uniform(0.02, 0.12, 12))
    x = x + rng.uniform(0, 0.3) * unit(shimmer) * energy
    return CABASA.sound(x, ("hand percussion", "latin"), ("acoustic", "metallic", *words))


def _jingles(rng: Rng, t: Signal, energy: Signal, hits_per_second: float, t60: float, low_hz: float) -> Signal:
    """Return pairs of small metal discs or bells that clatter while ``energy`` lasts, peak 1.

    One clatter of all modes is made once and started at every hit, so the cost does not grow with the modes.
    """
    n_modes = int(rng.integers(14, 40))
    clatter_t = times(min(1.1 * t60, 0.8))
    hz = low_hz * (1 + rng.random(n_modes) ** 1.3 * rng.uniform(1.5, 4))
    clatter = ring(
        clatter_t, hz, rng.uniform(0.2, 1, n_modes), t60 * rng.uniform(0.3, 1, n_modes), rng.uniform(0, 6, n_modes)
    )
    hits = sparse_impulses(rng, hits_per_second, t) * energy
    return unit(signal.fftconvolve(hits, clatter)[: len(t)])


def tambourine(rng: Rng) -> Sound:
    """Hit a tambourine, with a skin or without, or shake it."""
    t60 = log_uniform(rng, 0.05, 0.35)
    low_hz = log_uniform(rng, 2500, 6000)
    if chance(rng, 0.45):
        t, energy, words = _shake(rng, 0.06, 0.3)
        t = times(len(t) / SAMPLE_RATE_HZ + t60)
        energy = np.pad(energy, (0, len(t) - len(energy)))
        x = _jingles(rng, t, energy, log_uniform(rng, 150, 1500), t60, low_hz)
        words = ("shaken", *words)
    else:
        t = times(rng.uniform(0.15, 0.5) + t60)
        energy = decay(t, log_uniform(rng, 0.05, 0.45))
        x = _jingles(rng, t, energy, log_uniform(rng, 200, 3000), t60, low_hz)
        slap = bandpass(white_noise(rng, len(t)), 300, 3000) * decay(t, log_uniform(rng, 0.01, 0.06))
        x = x + rng.uniform(0, 0.7) * unit(slap)
        if chance(rng, 0.3):
            x = x + rng.uniform(0.2, 0.8) * unit(
                ring(t, log_uniform(rng, 180, 400) * np.array((1, 1.6, 2.1)), (1, 0.6, 0.4), (0.15, 0.1, 0.08))
            )
        words = ("hit", "single")
    x = x + rng.uniform(0, 0.3) * unit(highpass(white_noise(rng, len(t)), 5000) * energy)
    return TAMBOURINE.sound(x, ("hand percussion", "recorded"), ("acoustic", "metallic", "jingling", *words))


def tambourine_machine(rng: Rng) -> Sound:
    """Burst metallic high noise two or three times: tambourines of rhythm boxes and digital machines."""
    t = times(rng.uniform(0.12, 0.45))
    tones = ring(t, rng.uniform(5000, 13_000, 10), rng.uniform(0.3, 1, 10), rng.uniform(0.05, 0.4, 10))
    noise = bandpass(white_noise(rng, len(t)), log_uniform(rng, 3500, 7000), log_uniform(rng, 8500, 16_000))
    x = unit(tones) * rng.uniform(0.1, 1) + unit(noise) * decay(t, log_uniform(rng, 0.1, 0.45))
    shape = np.maximum(decay(t, 0.05), rng.uniform(0.3, 1) * (t > 0.025) * decay(np.maximum(t - 0.025, 0), 0.3))
    machine = pick(rng, ("cr-78", "drum machine", "rhythm box"))
    return TAMBOURINE.sound(x * shape, (machine, "electronic"), ("electronic", "metallic", "vintage"))


def sleigh_bells(rng: Rng) -> Sound:
    """Shake a stick of small round bells: denser and more pitched than a tambourine, and longer."""
    t = times(rng.uniform(0.5, 1.6))
    n_shakes = int(rng.integers(1, 4))
    energy = sum(_stroke(rng, t, i * rng.uniform(0.12, 0.25), rng.uniform(0.1, 0.3)) for i in range(n_shakes))
    x = _jingles(rng, t, energy, log_uniform(rng, 200, 2000), log_uniform(rng, 0.25, 0.9), log_uniform(rng, 3000, 6000))
    return SLEIGH_BELLS.sound(
        x, ("hand percussion", "orchestral", "christmas"), ("acoustic", "metallic", "jingling", "bright")
    )


def guiro(rng: Rng) -> Sound:
    """Drag a stick over the ridges of a gourd: a train of clicks that speeds up or slows, through a hollow body."""
    is_long = chance(rng, 0.55)
    seconds = log_uniform(rng, 0.2, 0.7) if is_long else log_uniform(rng, 0.06, 0.2)
    t = times(seconds + 0.08)
    rate = np.interp(t, (0, seconds), (log_uniform(rng, 45, 220), log_uniform(rng, 60, 350)))
    clicks = np.diff(np.floor(np.cumsum(rate) / SAMPLE_RATE_HZ), prepend=0.0) * (t < seconds)
    swell = 0.3 + np.clip(t / seconds, 0, 1) ** rng.uniform(0.3, 2)
    x = clicks * swell * rng.uniform(0.5, 1.0, len(t)) + 0.02 * white_noise(rng, len(t)) * (t < seconds)
    hz = log_uniform(rng, 1500, 7000)
    x = resonate(x, hz, rng.uniform(1.5, 7)) + rng.uniform(0.2, 0.9) * resonate(x, hz * rng.uniform(1.6, 2.6), 4)
    words = ("acoustic", "scraped", "wooden", "long" if is_long else "short")
    return GUIRO.sound(highpass(x, 500), ("hand percussion", "latin", "cuban"), words)


def guiro_machine(rng: Rng) -> Sound:
    """Ring a filter with the teeth of a falling or rising saw: guiros of the CR-78 and its kin."""
    seconds = log_uniform(rng, 0.1, 0.5)
    t = times(seconds)
    rate = np.interp(t, (0, seconds), (rng.uniform(30, 120), rng.uniform(60, 200)))
    x = resonate(square(rate, t, 0.1) * (0.6 + 0.4 * t / seconds), log_uniform(rng, 2000, 5000), rng.uniform(2, 8))
    return GUIRO.sound(highpass(x, 800), ("cr-78", "analog", "drum machine"), ("electronic", "scraped", "vintage"))


def vibraslap(rng: Rng) -> Sound:
    """Let pins rattle in a wooden box at a slowly falling rate."""
    seconds = rng.uniform(0.7, 2.2)
    t = times(seconds)
    rate = rng.uniform(15, 45) * (1 + rng.uniform(-0.1, 0.4) * t / seconds)
    clicks = np.diff(np.floor(np.cumsum(rate) / SAMPLE_RATE_HZ), prepend=0.0)
    teeth = np.zeros(len(t))
    for start in np.flatnonzero(clicks):
        burst_t = times(0.02)
        add_at(teeth, sparse_impulses(rng, 700, burst_t) * decay(burst_t, 0.02), start / SAMPLE_RATE_HZ)
    hz = log_uniform(rng, 1800, 3300)
    x = resonate(teeth, hz, rng.uniform(4, 14)) + rng.uniform(0.2, 0.6) * resonate(teeth, 2.1 * hz, 8)
    x = unit(x * decay(t, rng.uniform(1.2, 3.0)))
    knock = ring(t, jittered(rng, (700, 1300, 2200), 0.2), (1, 0.7, 0.5), (0.06, 0.05, 0.04))
    return VIBRASLAP.sound(
        x + rng.uniform(0.1, 0.7) * unit(knock), ("hand percussion", "latin"), ("acoustic", "rattling", "wooden")
    )


def ratchet(rng: Rng) -> Sound:
    """Turn a cogwheel against a wooden tongue: sharp clicks, a little irregular."""
    seconds = rng.uniform(0.3, 1.5)
    x = np.zeros(len(times(seconds + 0.06)))
    click_t = times(0.05)
    hz = jittered(rng, (1100, 1900, 2900, 4300), 0.25)
    at, rate = 0.0, rng.uniform(12, 45)
    while at < seconds:
        click = ring(click_t, jittered(rng, hz, 0.03), (1, 0.8, 0.6, 0.4), (0.02, 0.018, 0.015, 0.01))
        click = unit(click) + 0.4 * unit(highpass(white_noise(rng, len(click_t)), 2000) * decay(click_t, 0.006))
        add_at(x, rng.uniform(0.6, 1) * click, at)
        at += rng.uniform(0.85, 1.15) / rate
    return RATCHET.sound(x, ("orchestral", "toy"), ("acoustic", "rattling", "wooden", "clicky"))


def wind_chimes(rng: Rng) -> Sound:
    """Brush a row of small metal bars: a glittering run down, up, or at random."""
    t = times(rng.uniform(1.5, 4.0))
    n_bars = int(rng.integers(10, 30))
    f0s = np.geomspace(log_uniform(rng, 1800, 2600), log_uniform(rng, 4500, 8000), n_bars)
    orders = {"rising": f0s, "falling": f0s[::-1], "sparkling": rng.permutation(f0s)}
    word = pick(rng, tuple(orders))
    starts = np.sort(rng.uniform(0, 0.5 * t[-1], n_bars))
    x = np.zeros(len(t))
    for start, f0 in zip(starts, orders[word], strict=True):
        bar_t = times(min(1.5, t[-1] - start))
        bar = ring(bar_t, f0 * np.array((1, 2.756, 1.004)), (1, 0.35, 0.8), (2.0, 0.7, 1.8))
        add_at(x, rng.uniform(0.3, 1) * bar, start)
    return CHIMES.sound(x, ("orchestral", "metal bars"), ("acoustic", "metallic", "shimmering", word))


def rainstick(rng: Rng) -> Sound:
    """Tilt a tube of pins and pebbles: a long dry trickle."""
    t = times(rng.uniform(1.5, 4.0))
    shape = np.minimum(1, t / 0.4) * np.minimum(1, (t[-1] - t) / 1.0)
    drops = sparse_impulses(rng, log_uniform(rng, 150, 1500), t) * shape
    x = resonate(drops, log_uniform(rng, 2000, 6000), rng.uniform(2, 8))
    x = boost(lowpass(x, 14_000), log_uniform(rng, 800, 2500), 3, 9)
    return SHAKER.sound(
        x, ("hand percussion", "world"), ("acoustic", "trickling", "granular"), ("rainstick", "rain stick")
    )


SHAKEN: tuple[Recipe, ...] = (
    shaker, shaker, electronic_shaker, sampled(shaker), rainstick, maracas, maracas_808, cabasa, tambourine, tambourine,
    tambourine_machine, sampled(tambourine), sleigh_bells, guiro, guiro_machine, vibraslap, ratchet, wind_chimes,
)  # fmt: skip
