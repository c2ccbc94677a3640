"""Recipes for basses: synthesizers from sub to growl, and the electric and upright bass."""

from functools import partial

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    chance,
    crush,
    decay,
    fm,
    fold,
    glide,
    hard_clip,
    highpass,
    log_uniform,
    lowpass,
    pick,
    rise,
    saturate,
    saw,
    sine,
    square,
    tilted_noise,
    times,
    white_noise,
)
from training.recipes.instrument import Instrument, Voice, played
from training.recipes.modal import ring
from training.recipes.synth import breakpoints, note_hz, oscillator, resonances, sweep, unison, wander

TOUCHES = ("finger", "pick", "slap", "muted", "fretless", "upright")
_RELEASE_SECONDS = (0.02, 0.4)


def make_subtractive(rng: Rng) -> Voice:
    """Patch one to three oscillators into a resonant lowpass: Moog, SH-101 and their heirs."""
    shapes = [pick(rng, ("saw", "square", "pulse", "triangle")) for _ in range(rng.integers(1, 4))]
    octaves = [pick(rng, (0, 0, 0, -12, 12, 7)) for _ in shapes]
    sub = rng.uniform(0.0, 0.9) if chance(rng, 0.5) else 0.0
    detune, q, n_sections = log_uniform(rng, 1, 25), log_uniform(rng, 0.7, 6.0), pick(rng, (1, 2))
    base, depth, fall = log_uniform(rng, 1.2, 10), log_uniform(rng, 1.0, 25.0), log_uniform(rng, 0.03, 0.8)
    attack, sustain = log_uniform(rng, 0.001, 0.05), pick(rng, (0.0, rng.uniform(0.3, 1.0), rng.uniform(0.6, 1.0)))
    fade, release, gain = log_uniform(rng, 0.1, 1.5), log_uniform(rng, *_RELEASE_SECONDS), log_uniform(rng, 0.7, 8)
    slide = pick(rng, (0.0, 0.0, 0.0, rng.uniform(-12, 12)))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + release)
        hz = note_hz(midi) * 2.0 ** (slide / 12.0 * decay(t, 0.25))
        wave = sub * sine(0.5 * hz, t)
        for shape, octave in zip(shapes, octaves, strict=True):
            wave = wave + unison(rng, shape, hz * 2.0 ** (octave / 12.0), t, 1 + (detune > 8), detune)
        cutoff = note_hz(midi) * base * (1.0 + velocity * depth * np.exp(-t / fall))
        wave = sweep(wave, "lowpass", np.minimum(cutoff, 18_000.0), q, n_sections)
        wave = wave * adsr(t, attack, fade, sustain, held, release)
        return saturate(wave, gain) if gain > 1.0 else wave

    return voice


def make_acid(rng: Rng) -> Voice:
    """Patch a TB-303: one wave, a squelching four-pole filter with a fast envelope, accent, distortion."""
    shape, q = pick(rng, ("saw", "square")), log_uniform(rng, 1.6, 7.0)
    base, depth, fall = log_uniform(rng, 180, 900), log_uniform(rng, 2, 18), log_uniform(rng, 0.05, 0.5)
    gain = log_uniform(rng, 1.0, 14)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.06)
        hz = glide(t, note_hz(midi + pick(rng, (0, 0, 0, -12, 12, 5))), note_hz(midi), 0.03)
        cutoff = base * (1.0 + velocity * depth * np.exp(-t / fall))
        wave = sweep(oscillator(shape, hz, t), "lowpass", cutoff, q, 2)
        return saturate(highpass(wave, 60, 1) * adsr(t, 0.003, 1.2, 0.2, held, 0.02), gain)

    return voice


def make_reese(rng: Rng) -> Voice:
    """Patch widely detuned saws that beat against each other under a moving filter: drum and bass, garage."""
    n_voices, detune = int(rng.integers(2, 6)), log_uniform(rng, 8, 60)
    low, high, rate = log_uniform(rng, 120, 700), log_uniform(rng, 700, 6000), log_uniform(rng, 0.2, 3)
    shape, gain, notch = pick(rng, ("saw", "saw", "square")), log_uniform(rng, 1, 9), rng.uniform(0, 0.9)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.15)
        wave = unison(rng, shape, note_hz(midi), t, n_voices, detune) + 0.5 * sine(note_hz(midi), t)
        wave = saturate(wave, gain)
        center = np.sqrt(low * high) * (high / low) ** (0.5 * wander(rng, t, rate))
        wave = sweep(wave, "lowpass", center * (0.6 + 0.6 * velocity), 1.0, 2)
        wave -= notch * sweep(wave, "bandpass", 0.4 * center, 1.5)
        return wave * adsr(t, 0.01, 2.0, 0.9, held, 0.12)

    return voice


def make_wobble(rng: Rng) -> Voice:
    """Patch a dubstep wobble or growl: FM and saws through a filter that an LFO opens and closes."""
    rate, wave_of_lfo = log_uniform(rng, 1.5, 14), pick(rng, ("sine", "triangle", "saw", "square"))
    ratio, index = pick(rng, (0.5, 1.0, 2.0, 3.0)), log_uniform(rng, 0.5, 6)
    low, high = log_uniform(rng, 80, 300), log_uniform(rng, 900, 6000)
    talks, gain, folds = chance(rng, 0.5), log_uniform(rng, 1.5, 12), rng.uniform(0.8, 3.0)
    vowels = np.sort(rng.uniform(300, 2600, (2, 3)), axis=1)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.05)
        sway = np.clip(0.5 + 0.5 * oscillator(wave_of_lfo, rate, t, rng.random()), 0.0, 1.0)
        source = fold(fm(note_hz(midi), ratio, index * (0.3 + sway), t), folds) + 0.6 * saw(note_hz(midi), t)
        wave = sweep(source, "lowpass", low * (high / low) ** (sway * (0.5 + 0.5 * velocity)), 1.6, 2)
        if talks:
            closed, opened = (resonances(source, vowel, (6, 8, 9), (1, 0.7, 0.5)) for vowel in vowels)
            wave = 0.6 * wave + closed * (1 - sway) + opened * sway
        return saturate(wave, gain) * adsr(t, 0.005, 2.0, 1.0, held, 0.03) + 0.5 * sine(note_hz(midi), t)

    return voice


def make_fm_bass(rng: Rng) -> Voice:
    """Patch two operators with a falling index: DX bass, solid bass, metallic slap, garage and house organ bass."""
    ratio, index, rest = pick(rng, (0.5, 1, 1, 2, 3, 3.5, 5, 7)), log_uniform(rng, 0.6, 9), rng.uniform(0, 0.5)
    fall, sustain, feedback = log_uniform(rng, 0.02, 0.6), pick(rng, (0.0, 0.3, 0.8)), pick(rng, (0.0, 0.0, 1.2))
    fade, attack = log_uniform(rng, 0.15, 1.8), log_uniform(rng, 0.001, 0.02)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.12)
        bite = index * (0.4 + velocity) * (rest + (1 - rest) * np.exp(-t / fall))
        wave = fm(note_hz(midi), ratio, bite, t, feedback) + 0.4 * sine(note_hz(midi), t)
        return wave * adsr(t, attack, fade, sustain, held, 0.1)

    return voice


def make_string_bass(rng: Rng, touch: str = "") -> Voice:
    """Set up an electric or upright bass, played in one of ``TOUCHES``: string partials, pickup comb, thump."""
    touch = touch or pick(rng, TOUCHES)
    place = rng.uniform(0.04, 0.3)
    pickup, stiff = rng.uniform(0.05, 0.25), log_uniform(rng, 2e-5, 3e-4)
    rolloff = {"finger": 1.5, "pick": 1.0, "slap": 0.7, "muted": 2.0, "fretless": 1.6, "upright": 1.9}[touch]
    rolloff *= rng.uniform(0.8, 1.25)
    t60 = {"muted": 0.3, "upright": 2.0, "slap": 2.5}.get(touch, 5.0) * log_uniform(rng, 0.5, 1.6)
    amp_top, gain = log_uniform(rng, 1200, 7000), pick(rng, (0.0, 0.0, log_uniform(rng, 1, 6)))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.12)
        k = np.arange(1, min(60, int(9_000 / note_hz(midi))) + 1)
        hz = k * note_hz(midi) * np.sqrt(1.0 + stiff * k**2)
        levels = np.sin(np.pi * k * place) * np.sin(np.pi * k * pickup) / k ** (rolloff * (1.15 - 0.3 * velocity))
        wave = ring(t, hz, levels, t60 / (1.0 + 0.12 * k ** pick(rng, (0.8, 1.0, 1.2))))
        wave = wave / (np.max(np.abs(wave)) + 1e-9)
        if touch == "fretless":
            wave = sweep(wave * (1 - np.exp(-t / 0.03)), "lowpass", 500 + 900 * rise(t, 0.3), 2.0)
        thump = lowpass(tilted_noise(rng, len(t), -4), 4000 if touch in ("pick", "slap") else 400)
        wave = wave + rng.uniform(0.02, 0.2) * thump * decay(t, 0.05)
        wave = lowpass(wave, amp_top * (2.5 if touch == "slap" else 1.0)) * adsr(t, 0.001, 9.0, 0.9, held, 0.1)
        return saturate(wave, gain) if gain else wave

    return voice


def make_808(rng: Rng) -> Voice:
    """Tune a long kick into a bass note: a sine that drops at first, a click, saturation, sometimes a slide."""
    drop, fall, t60 = rng.uniform(0, 30), log_uniform(rng, 0.008, 0.06), log_uniform(rng, 0.8, 6.0)
    gain, clips, click = log_uniform(rng, 0.8, 14), chance(rng, 0.25), rng.uniform(0, 0.3)
    slide = pick(rng, (0.0, 0.0, 0.0, 12.0, -12.0, 7.0, -5.0))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(max(held, 0.35) + 0.08)
        bend = breakpoints(t, (0.0, 0.0), (0.5 * held, 0.0), (0.5 * held + 0.12, slide))
        hz = note_hz(midi) * 2.0 ** ((drop * velocity * np.exp(-t / fall) + bend) / 12.0)
        wave = sine(hz, t) * decay(t, t60)
        wave = (hard_clip if clips else saturate)(wave, gain) if gain > 1 else wave
        wave = wave + click * lowpass(white_noise(rng, len(t)), 5000) * decay(t, 0.02)
        return lowpass(wave, log_uniform(rng, 700, 9000)) * adsr(t, 0.002, 9, 1, max(held, 0.35), 0.06)

    return voice


def make_sub(rng: Rng) -> Voice:
    """Patch nothing but the lowest octaves: a sine, a triangle or a muffled square."""
    shape = pick(rng, ("sine", "sine", "triangle", "square"))
    attack, release = log_uniform(rng, 0.003, 0.15), log_uniform(rng, 0.03, 0.5)
    sustain, second = pick(rng, (1.0, 1.0, 0.2)), rng.uniform(0, 0.25)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + release)
        wave = oscillator(shape, note_hz(midi), t) + second * velocity * sine(2 * note_hz(midi), t)
        return lowpass(wave, 2.2 * note_hz(midi), 4) * adsr(t, attack, 1.0, sustain, held, release)

    return voice


def make_stab_bass(rng: Rng) -> Voice:
    """Patch short hollow basses: donk, rave and house stabs, hoover, chip bass."""
    style, gain = pick(rng, ("organ", "donk", "hoover", "chip")), log_uniform(rng, 1, 5)
    t60, bits, width = log_uniform(rng, 0.12, 0.9), rng.uniform(3, 8), rng.uniform(0.1, 0.5)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, hz = times(held + 0.1), note_hz(midi)
        if style == "organ":
            wave = sine(hz, t) + 0.7 * sine(2 * hz, t) + 0.5 * sine(3 * hz, t) * decay(t, 0.2)
        elif style == "donk":
            wave = fm(hz, 2.0, 4.0 * decay(t, 0.12), t) + 0.6 * resonances(square(hz, t), (700, 1400), (9, 9), (1, 0.6))
        elif style == "hoover":
            swoop = glide(t, hz * 0.6, hz, 0.06)
            wave = unison(rng, "saw", swoop, t, 5, 35) + square(swoop * 0.5, t, width)
        else:
            wave = crush(square(hz, t, width), 16_000, bits)
        envelope = adsr(t, 0.003, t60, 0.3, held, 0.06)
        return saturate(wave, gain) * envelope * (0.5 + 0.5 * velocity)

    return voice


_SYNTH = ("synthesizer", "analog synth")
INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        "bass", "bass", make_subtractive, 24, 52, ("synth bass", "bass hit"), (*_SYNTH, "moog"), ("electronic",)
    ),
    Instrument(
        "bass", "bass", make_subtractive, 26, 48, ("bass stab", "synth bass"), _SYNTH, ("punchy",), held=(0.06, 0.4)
    ),
    Instrument("bass", "bass", make_acid, 28, 55, ("acid bass", "303"), ("tb-303", "acid"), ("squelchy", "resonant")),
    Instrument(
        "bass", "bass", make_reese, 24, 45, ("reese bass", "dnb bass"), _SYNTH, ("detuned", "fat"), held=(0.3, 4)
    ),
    Instrument("bass", "bass", make_wobble, 24, 45, ("wobble bass", "growl bass", "dubstep bass"), _SYNTH, ("gritty",)),
    Instrument("bass", "bass", make_fm_bass, 26, 54, ("fm bass", "synth bass"), ("fm", "dx7"), ("electronic",)),
    *(
        Instrument(
            "bass",
            "bass",
            partial(make_string_bass, touch=touch),
            28,
            58,
            ("double bass", "upright bass")
            if touch == "upright"
            else ("bass guitar", "electric bass", f"{touch} bass"),
            (touch, "double bass" if touch == "upright" else "electric bass"),
            ("acoustic",) if touch == "upright" else (),
            held=(0.1, 3.0),
        )
        for touch in TOUCHES
    ),
    Instrument("bass", "bass", make_stab_bass, 26, 52, ("bass stab", "rave bass"), ("house", "rave"), held=(0.08, 0.7)),
    Instrument("808 bass", "bass", make_808, 24, 48, ("808", "sub 808", "trap bass"), ("808", "trap"), held=(0.3, 3.5)),
    Instrument("sub bass", "bass", make_sub, 24, 43, ("sub", "low bass"), ("sine", "synthesizer"), ("deep", "smooth")),
)

RECIPES = tuple(played(instrument) for instrument in INSTRUMENTS)
