"""Recipes for plucked strings: guitars clean, distorted and muted, harp, koto, sitar, banjo."""

from functools import partial

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    bandpass,
    boost,
    chance,
    decay,
    hard_clip,
    highpass,
    log_uniform,
    lowpass,
    pick,
    rise,
    saturate,
    sine,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.instrument import Instrument, Voice, played
from training.recipes.modal import jittered, ring
from training.recipes.synth import breakpoints, chorus, echo, mix, note_hz, resonances, room, sweep, vibrato, warp
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

GUITAR_CHORDS = (  # semitones over the root, as six-string shapes
    (0, 7, 12, 16, 19, 24),
    (0, 7, 12, 15, 19, 24),
    (0, 7, 10, 16, 19),
    (0, 7, 11, 16),
    (0, 7, 12),
    (0, 5, 12, 17),
    (0, 7, 14, 16),
)

# Decay of the instruments of make_world_string, in seconds.
WORLD_T60 = {"koto": 2.5, "sitar": 4.0, "banjo": 0.9, "oud": 1.2, "mandolin": 1.3, "shamisen": 0.6}


def string(rng: Rng, t: Signal, f0: float, t60: float, place: float, slope: float, stiff: float = 4e-5) -> Signal:
    """Let a plucked string ring as the sum of its partials.

    Args:
        rng: Source of the small differences between partials.
        t: Time of each frame.
        f0: Pitch in hertz.
        t60: Decay of the fundamental; partials fade sooner.
        place: Where it is plucked, as a part of its length: partials with a node there are silent.
        slope: How fast partials weaken with their number; 1 is sharp, 2 is soft.
        stiff: Inharmonicity; nylon 1e-5, a heavy steel string 2e-4.
    """
    k = np.arange(1, max(2, min(64, int(17_000 / f0))) + 1)
    hz = k * f0 * np.sqrt(1.0 + stiff * k**2)
    levels = jittered(rng, np.abs(np.sin(np.pi * k * place)) / k**slope, 0.2)
    t60s = t60 / (1.0 + 0.1 * k + 0.004 * k**2)
    wave = ring(t, hz, levels, t60s) + 0.4 * ring(t, hz * 1.0007, jittered(rng, levels, 0.4), 1.6 * t60s)
    return wave / (np.max(np.abs(wave)) + 1e-9)


def make_acoustic(rng: Rng) -> Voice:
    """Build an acoustic guitar: nylon or steel, finger or pick, a wooden body, sometimes muted or in harmonics."""
    is_steel, touch = chance(rng, 0.6), pick(rng, ("open", "open", "open", "muted", "harmonic"))
    place, slope = rng.uniform(0.06, 0.45), rng.uniform(0.7, 1.2) if is_steel else rng.uniform(1.2, 1.9)
    t60 = {"open": 4.0, "muted": 0.35, "harmonic": 4.0}[touch] * log_uniform(rng, 0.6, 1.5)
    body, click = rng.uniform((90, 180, 350, 600), (130, 260, 500, 1100)), log_uniform(rng, 0.02, 0.3)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(min(held, 4.0) + 0.2)
        hz = note_hz(midi) * (pick(rng, (2, 3, 4)) if touch == "harmonic" else 1)
        wave = string(rng, t, hz, t60, place, slope * (1.2 - 0.3 * velocity), 6e-5 if is_steel else 1e-5)
        noise = white_noise(rng, len(t)) * decay(t, 0.03) * click
        wave = wave + highpass(noise, 1500) + resonances(wave + noise, body, (12, 9, 8, 6), (0.5, 0.4, 0.3, 0.2))
        return wave * adsr(t, 0.001, 9, 1, min(held, 4.0), 0.15)

    return voice


def make_electric(rng: Rng) -> Voice:
    """Build a clean electric guitar: pickup comb, tone control, amp colour, tremolo, chorus or spring echoes."""
    place, pickup, slope = rng.uniform(0.05, 0.4), rng.uniform(0.06, 0.25), rng.uniform(0.6, 1.3)
    tone, amp_hz = log_uniform(rng, 1200, 7000), log_uniform(rng, 1500, 3500)
    is_muted, effect = chance(rng, 0.2), pick(rng, ("none", "none", "wah", "chorus", "tremolo", "echo", "warm"))
    bend, cents = pick(rng, (0.0, 0.0, 0.0, rng.uniform(-2, 2))), pick(rng, (0.0, rng.uniform(5, 40)))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(min(held, 4.0) + 0.15), note_hz(midi)
        wave = string(rng, t, f0, 0.4 if is_muted else 5.0, place, slope * (1.2 - 0.3 * velocity))
        comb = max(1, int(SAMPLE_RATE_HZ * pickup / f0))
        wave = wave - 0.8 * np.pad(wave, (comb, 0))[: len(wave)]
        if bend or cents:
            wave = warp(wave, vibrato(rng, t, 1.0, cents) * 2.0 ** (bend / 12 * np.minimum(1.0, t / 0.25)))
        wave = boost(lowpass(wave, tone), amp_hz, 1.0, rng.uniform(0, 8)) * adsr(t, 0.001, 9, 1, min(held, 4.0), 0.1)
        if effect == "chorus":
            return chorus(rng, wave, 3.0)
        if effect == "wah":
            return sweep(wave, "bandpass", 450 * 4.0 ** (0.5 + 0.5 * sine(rng.uniform(0.5, 4), t)), 3.0)
        if effect == "tremolo":
            return wave * (1 - 0.4 * (1 + sine(rng.uniform(3, 8), t)))
        if effect == "echo":
            return echo(wave, rng.uniform(0.1, 0.4), 0.4, 3)
        return saturate(wave, 2.5) if effect == "warm" else wave

    return voice


def _amp(rng: Rng, wave: Signal) -> Signal:
    """Overdrive a guitar and play it through a cabinet that ends near 5 kHz."""
    gained = saturate(highpass(wave, log_uniform(rng, 80, 400), 1), log_uniform(rng, 4, 60))
    gained = hard_clip(gained, rng.uniform(1, 3)) if chance(rng, 0.3) else gained
    cabinet = boost(highpass(gained, 70), log_uniform(rng, 1500, 3500), 1.0, rng.uniform(0, 9))
    return boost(lowpass(cabinet, log_uniform(rng, 3200, 6500), 4), log_uniform(rng, 90, 160), 1.0, rng.uniform(0, 6))


def distorted_guitar(rng: Rng) -> Sound:
    """Play a power chord, a chug, a lead note or a dive through a driven amp."""
    style = pick(rng, ("power chord", "power chord", "chug", "lead", "lead", "feedback"))
    seconds = {"chug": log_uniform(rng, 0.08, 0.4)}.get(style, log_uniform(rng, 0.4, 3.5))
    t, midi = times(seconds), float(rng.integers(38, 56) if style in ("power chord", "chug") else rng.integers(52, 84))
    steps = pick(rng, ((0, 7), (0, 7, 12), (0, 5))) if style in ("power chord", "chug") else (0,)
    t60 = 0.4 if style == "chug" else 8.0
    wave = np.zeros(len(t))
    for step in steps:
        wave += string(rng, t, note_hz(midi + step), t60, rng.uniform(0.05, 0.3), rng.uniform(0.6, 1.1))
    if style in ("lead", "feedback"):
        bend = pick(rng, (0.0, rng.uniform(-2, 2), -12.0))
        curve = vibrato(rng, t, 1.0, rng.uniform(5, 50)) * 2.0 ** (
            bend / 12 * breakpoints(t, (0.0, 0.0), (0.3 * seconds, 1.0))
        )
        wave = warp(wave, curve)
    if style == "feedback":
        wave = wave + rise(t, 0.8 * seconds) * sine(note_hz(midi + pick(rng, (12, 19, 24))), t)
    wave = wave + 0.15 * white_noise(rng, len(t)) * decay(t, 0.02)
    wave = _amp(rng, wave) * adsr(t, 0.001, 9, 1, 0.9 * seconds, 0.1 * seconds)
    names = ("distorted guitar", "gtr", "electric guitar", "guitar " + style)
    return sound(wave, "guitar", "melodic", names, ("electric guitar", "rock", "metal"), ("distorted", "gritty"))


def strum(rng: Rng) -> Sound:
    """Strum a chord, down or up, acoustic or electric."""
    is_electric = chance(rng, 0.45)
    voice = (make_electric if is_electric else make_acoustic)(rng)
    shape = pick(rng, GUITAR_CHORDS)
    order = shape if chance(rng, 0.7) else shape[::-1]
    gap, root, held = log_uniform(rng, 0.004, 0.07), float(rng.integers(38, 54)), log_uniform(rng, 0.15, 3.5)
    velocity = rng.uniform(0.4, 1)
    wave = mix(*((k * gap, voice(root + step, held, velocity * rng.uniform(0.7, 1))) for k, step in enumerate(order)))
    if is_electric and chance(rng, 0.3):
        wave = _amp(rng, wave)
    source = ("electric guitar",) if is_electric else ("acoustic guitar",)
    return sound(wave, "guitar", "melodic", ("guitar strum", "gtr", "guitar chord"), source, ("chord", "strummed"))


def lick(rng: Rng) -> Sound:
    """Play a few notes in a row: a lick, a slide between two frets, a trill, tremolo picking."""
    is_electric, style = chance(rng, 0.7), pick(rng, ("lick", "slide", "trill", "tremolo"))
    voice, midi = (make_electric if is_electric else make_acoustic)(rng), float(rng.integers(45, 76))
    if style == "slide":
        wave = voice(midi, rng.uniform(0.6, 2.0), 0.8)
        t = np.arange(len(wave)) / SAMPLE_RATE_HZ
        start, rate = rng.uniform(0.05, 0.5), rng.uniform(0.05, 0.4)
        interval = pick(rng, (-12, -7, -5, -3, 3, 5, 7, 12))
        wave = warp(wave, 2.0 ** (interval / 12 * np.clip((t - start) / rate, 0.0, 1.0)))
    else:
        phrases = {
            "lick": rng.choice((0, 3, 5, 7, 10, 12), rng.integers(3, 8)),
            "trill": [0, 2] * 6,
            "tremolo": [0] * 12,
        }
        gap = rng.uniform(0.12, 0.3) if style == "lick" else rng.uniform(0.06, 0.11)
        wave = mix(*((k * gap, voice(midi + step, 1.2 * gap, 0.8)) for k, step in enumerate(phrases[style])))
    is_driven = is_electric and chance(rng, 0.4)
    wave = _amp(rng, wave) if is_driven else wave
    source = ("electric guitar",) if is_electric else ("acoustic guitar",)
    words = ("distorted",) if is_driven else ("clean",)
    return sound(wave, "guitar", "melodic", ("guitar " + style, "gtr", "guitar lick"), source, words)


def string_noise(rng: Rng) -> Sound:
    """Slide along or scrape a guitar's strings, or slap them dead."""
    t = times(log_uniform(rng, 0.08, 0.9))
    speed = np.abs(np.sin(np.pi * t / t[-1])) ** 0.5 * log_uniform(rng, 400, 3000)
    squeak = sine(speed * 1.0, t) * 0.3 + bandpass(white_noise(rng, len(t)), 900, 6000)
    dead = string(rng, t, note_hz(rng.integers(40, 60)), 0.15, 0.2, 1.0)
    wave = rng.uniform(0, 1) * squeak * speed / speed.max() * 0.3 + dead * pick(rng, (0.2, 1.5))
    return sound(
        wave, "guitar", "melodic", ("guitar scrape", "dead note", "gtr fx"), ("electric guitar",), ("muted", "noisy")
    )


def make_harp(rng: Rng) -> Voice:
    """Pluck a harp: soft, long, near the middle of the string."""
    place, slope, t60 = rng.uniform(0.25, 0.5), rng.uniform(1.5, 2.4), log_uniform(rng, 2, 5)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(min(held + 1.0, 4.5))
        wave = string(rng, t, note_hz(midi), t60 * (60 / midi) ** 2, place, slope * (1.1 - 0.2 * velocity), 1e-5)
        wave = wave * rise(t, 0.004) + 0.04 * lowpass(white_noise(rng, len(t)), 900) * decay(t, 0.04)
        return wave * adsr(t, 0.001, 9, 1, min(held + 0.6, 4.0), 0.4)

    return voice


def make_world_string(rng: Rng, style: str = "") -> Voice:
    """Pluck one of the ``WORLD_T60``: bright, short or buzzing, with bends and doubled strings."""
    style = style or pick(rng, tuple(WORLD_T60))
    t60, slope, place = WORLD_T60[style] * log_uniform(rng, 0.6, 1.5), rng.uniform(0.4, 1.1), rng.uniform(0.04, 0.2)
    bend, skin = pick(rng, (0.0, rng.uniform(-2, 2))), rng.uniform((250, 500, 900), (450, 900, 2200))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(min(held + 0.5, 4.0)), note_hz(midi)
        wave = string(rng, t, f0, t60, place, slope * (1.2 - 0.3 * velocity))
        if style == "mandolin":
            wave = wave + np.roll(string(rng, t, f0 * 1.003, t60, place, slope), 300)
        if style == "sitar":  # the curved bridge shortens the string as it swings: overtones bloom and buzz
            wave = wave + 0.7 * np.tanh(4 * wave) ** 3 * rise(t, 0.25)
            wave = wave + 0.15 * string(rng, t, f0 * pick(rng, (0.5, 1.5, 2.0)), 6.0, 0.3, 1.0) * rise(t, 0.5)
        if style in ("banjo", "shamisen"):
            wave = 0.6 * wave + resonances(
                wave + white_noise(rng, len(t)) * decay(t, 0.02), skin, (7, 7, 6), (0.5, 0.4, 0.3)
            )
        wave = warp(wave, 2.0 ** (bend / 12 * (1 - decay(t, 0.4)))) if bend else wave
        return wave * adsr(t, 0.001, 9, 1, min(held + 0.4, 3.6), 0.3)

    return voice


def glissando(rng: Rng) -> Sound:
    """Sweep over a harp's or zither's strings."""
    voice = pick(rng, (make_harp, make_harp, make_world_string))(rng)
    scale = pick(rng, ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9), (0, 2, 4, 6, 8, 10)))
    notes = [48 + 12 * octave + step for octave in range(3) for step in scale]
    start = int(rng.integers(0, len(notes) // 2))
    notes = notes[start : start + int(rng.integers(6, 16))]
    is_rising, gap = chance(rng, 0.6), log_uniform(rng, 0.02, 0.12)
    run = notes if is_rising else notes[::-1]
    wave = mix(*((k * gap, voice(float(note), 0.8, rng.uniform(0.5, 1))) for k, note in enumerate(run)))
    wave = room(rng, wave, 1.0, 0.2) if chance(rng, 0.3) else wave
    return sound(
        wave,
        "harp",
        "melodic",
        ("harp glissando", "gliss"),
        ("harp",),
        ("rising" if is_rising else "falling", "dreamy"),
    )


_GUITAR = ("gtr", "guitar note")
INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        "guitar", "melodic", make_acoustic, 40, 84, (*_GUITAR, "acoustic guitar"), ("acoustic guitar",), ("acoustic",)
    ),
    Instrument(
        "guitar", "melodic", make_electric, 40, 86, (*_GUITAR, "electric guitar"), ("electric guitar",), ("clean",)
    ),
    Instrument(
        "harp", "melodic", make_harp, 36, 96, ("concert harp",), ("harp",), ("soft", "acoustic"), chords=0.2, strum=0.1
    ),
    *(
        Instrument("plucked string", "melodic", partial(make_world_string, style=style), 45, 86, (style,), ("world",))
        for style in WORLD_T60
    ),
)

RECIPES: tuple[Recipe, ...] = (*map(played, INSTRUMENTS), distorted_guitar, strum, lick, string_noise, glissando)
