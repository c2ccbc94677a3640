"""Percussion that no acoustic instrument makes: synthesized and processed hits; whistles."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    bandpass,
    chance,
    crush,
    decay,
    fm,
    fold,
    glide,
    log_uniform,
    lowpass,
    pick,
    resonate,
    rise,
    saturate,
    sine,
    square,
    times,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.modal import pluck, ring
from training.recipes.variants import driven
from training.sound import Recipe, Sound

ELECTRONIC = Kind(
    "electronic percussion",
    "percussion",
    ("percussion", "perc", "synth perc", "perc hit"),
    hz=(650, 2300),
    seconds=(0.055, 0.14),
)
WHISTLE = Kind(
    "whistle", "percussion", ("samba whistle", "referee whistle", "apito"), hz=(2800, 3500), seconds=(0.34, 0.98)
)


def modulated_hit(rng: Rng) -> Sound:
    """Strike a frequency-modulated pair: knocks, bells, glass, plastic."""
    t60 = log_uniform(rng, 0.05, 0.5)
    t = times(1.1 * t60)
    f0 = log_uniform(rng, 120, 1800)
    index = log_uniform(rng, 0.5, 12) * decay(t, t60 * rng.uniform(0.2, 1.0))
    x = fm(
        glide(t, f0 * rng.uniform(0.9, 2.0), f0, 0.02), rng.uniform(0.3, 5.5), index, t, rng.uniform(0, 1.5)
    ) * decay(t, t60)
    return ELECTRONIC.sound(
        x, ("fm", "synthesized"), ("electronic", pick(rng, ("metallic", "glassy", "plastic"))), ("fm perc",)
    )


def resonant_noise(rng: Rng) -> Sound:
    """Ping one or two filters with noise: minimal and glitchy clicks, tuned noise."""
    t60 = log_uniform(rng, 0.03, 0.3)
    t = times(1.1 * t60)
    noise = white_noise(rng, len(t)) * decay(t, t60)
    hz = log_uniform(rng, 250, 6000)
    x = resonate(noise, hz, rng.uniform(3, 30)) + rng.uniform(0, 1) * resonate(
        noise, hz * rng.uniform(1.2, 3), rng.uniform(3, 20)
    )
    return ELECTRONIC.sound(x, ("synthesized", "minimal techno"), ("electronic", "noisy", pick(rng, ("dry", "tight"))))


def folded_hit(rng: Rng) -> Sound:
    """Fold a decaying tone over itself: west-coast bongos, buzzing knocks."""
    t60 = log_uniform(rng, 0.08, 0.5)
    t = times(1.1 * t60)
    f0 = log_uniform(rng, 90, 700)
    x = fold(sine(glide(t, f0 * rng.uniform(1, 2.5), f0, 0.03), t) * decay(t, t60), rng.uniform(1.5, 6))
    x = lowpass(x * decay(t, t60), log_uniform(rng, 1500, 12_000))
    return ELECTRONIC.sound(x, ("modular", "synthesized"), ("electronic", "buzzing", "gritty"))


def ring_modulated(rng: Rng) -> Sound:
    """Multiply two tones: clangs that are neither bell nor drum."""
    t60 = log_uniform(rng, 0.08, 0.6)
    t = times(1.1 * t60)
    x = sine(log_uniform(rng, 150, 2500), t) * square(log_uniform(rng, 90, 1900), t) * decay(t, t60)
    return ELECTRONIC.sound(x, ("modular", "ring modulator"), ("electronic", "metallic", "clangy"))


def stepped_hit(rng: Rng) -> Sound:
    """Crush a short tone and noise: lo-fi and 8-bit percussion."""
    t60 = log_uniform(rng, 0.05, 0.3)
    t = times(1.1 * t60)
    hz = glide(t, log_uniform(rng, 200, 3000), log_uniform(rng, 80, 1500), 0.03)
    x = (square(hz, t, rng.uniform(0.1, 0.5)) + rng.uniform(0, 1) * white_noise(rng, len(t))) * decay(t, t60)
    return ELECTRONIC.sound(
        crush(x, log_uniform(rng, 3000, 12_000), rng.uniform(3, 6)), ("chiptune", "8-bit"), ("electronic", "lo-fi")
    )


def plucked_hit(rng: Rng) -> Sound:
    """Excite a short damped string: plucky ticks of house and electronica."""
    t = times(rng.uniform(0.1, 0.5))
    x = pluck(rng, t, log_uniform(rng, 180, 1600), rng.uniform(0.05, 0.4), rng.uniform(0.1, 1.0))
    return ELECTRONIC.sound(x, ("physical model", "synthesized"), ("electronic", "plucky", "tight"))


def body_tap(rng: Rng) -> Sound:
    """Tap a table, a bottle, a book, a tin: found percussion of pop and lo-fi beats."""
    t = times(rng.uniform(0.08, 0.4))
    n_modes = int(rng.integers(3, 14))
    low_hz = log_uniform(rng, 120, 900)
    hz = np.exp(rng.uniform(np.log(low_hz), np.log(low_hz * rng.uniform(3, 12)), n_modes))
    x = unit(ring(t, hz, rng.uniform(0.2, 1, n_modes), log_uniform(rng, 0.03, 0.2) * rng.uniform(0.4, 1, n_modes)))
    x = x + rng.uniform(0.1, 0.9) * unit(
        bandpass(white_noise(rng, len(t)), 400, 7000) * decay(t, log_uniform(rng, 0.005, 0.05))
    )
    thing = pick(rng, ("table", "bottle", "book", "tin", "box", "glass"))
    return ELECTRONIC.sound(
        saturate(x, rng.uniform(0.2, 2)),
        ("found sound", thing),
        ("organic", "dry", "lo-fi"),
        ("foley hit", f"{thing} tap"),
    )


def whistle(rng: Rng) -> Sound:
    """Blow a pea whistle or a samba whistle: a high tone that trills, with breath."""
    seconds = log_uniform(rng, 0.15, 1.2)
    t = times(seconds + 0.06)
    f0 = log_uniform(rng, 1900, 3400)
    trill_hz = rng.uniform(18, 42) if chance(rng, 0.7) else 0.0
    wobble = square(trill_hz, t) if trill_hz else np.zeros(len(t))
    hz = f0 * (1 + 0.035 * lowpass(wobble, 80)) * (1 - 0.05 * decay(t, 0.08))
    tone = (
        sine(hz, t) + rng.uniform(0, 0.3) * sine(2 * hz, t) + rng.uniform(0, 0.7) * sine(hz * rng.uniform(1.03, 1.2), t)
    )
    breath = bandpass(white_noise(rng, len(t)), 0.7 * f0, 2.2 * f0)
    shape = rise(t, 0.02) * np.clip((seconds - t) / 0.03, 0, 1) * (1 + 0.35 * wobble)
    x = (unit(tone) + rng.uniform(0.05, 0.4) * unit(breath)) * shape
    words = ("acoustic", "high", "trilling" if trill_hz else "steady", "piercing")
    return WHISTLE.sound(x, ("samba", "hand percussion"), words)


ELECTRONIC_HITS: tuple[Recipe, ...] = (
        modulated_hit, resonant_noise, folded_hit, ring_modulated, stepped_hit, plucked_hit, body_tap,
    driven(modulated_hit), whistle,
)  # fmt: skip
