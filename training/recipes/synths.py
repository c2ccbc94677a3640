"""Recipes for synthesizers: lead, pad, pluck, arpeggio, chord stab."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    chance,
    crush,
    decay,
    fm,
    highpass,
    log_uniform,
    lowpass,
    pick,
    rise,
    saturate,
    sine,
    square,
    tilted_noise,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.instrument import CHORDS, Instrument, Voice, chord, played
from training.recipes.modal import ring
from training.recipes.synth import (
    echo,
    mix,
    note_hz,
    sweep,
    unison,
    vibrato,
    wander,
)
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

_SHAPES = ("saw", "saw", "square", "pulse", "triangle")


def make_lead(rng: Rng) -> Voice:
    """Patch a lead: a stack of saws, a hard sync, a screaming square, FM or a whistling sine with glide and vibrato."""
    style, shape = pick(rng, ("stack", "stack", "sync", "fm", "sine", "chip")), pick(rng, _SHAPES)
    n_voices, detune = int(rng.integers(1, 6)), log_uniform(rng, 3, 40)
    slide, cents = pick(rng, (0.0, 0.0, rng.uniform(-12, 12))), pick(rng, (0.0, rng.uniform(8, 60)))
    ratio, index = pick(rng, (1, 2, 3, 0.5, 1.5)), log_uniform(rng, 0.5, 6)
    base, depth, q = log_uniform(rng, 2, 20), rng.uniform(0, 4), log_uniform(rng, 0.7, 5)
    gain, sustain = pick(rng, (0.0, log_uniform(rng, 1, 10))), rng.uniform(0.3, 1)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.15)
        hz = vibrato(rng, t, note_hz(midi), cents) * 2.0 ** (slide / 12 * decay(t, 0.3))
        if style == "stack":
            wave = unison(rng, shape, hz, t, n_voices, detune)
        elif style == "sync":  # a saw that a slower one restarts: its spectrum moves like a formant
            slave = (1.5 + 3.0 * decay(t, 0.8) + 0.3 * sine(0.7, t)) * ((np.cumsum(hz) / SAMPLE_RATE_HZ) % 1.0)
            wave = 2.0 * (slave % 1.0) - 1.0
        elif style == "fm":
            wave = fm(hz, ratio, index * (0.3 + velocity * decay(t, 1.5)), t)
        elif style == "sine":
            wave = sine(hz, t) + 0.2 * sine(2 * hz, t)
        else:
            wave = crush(square(hz, t, rng.uniform(0.1, 0.5)), 20_000, 6)
        cutoff = np.minimum(note_hz(midi) * base * (1 + depth * velocity * decay(t, 0.6)), 18_000.0)
        wave = sweep(wave, "lowpass", cutoff, q) * adsr(t, 0.005, 0.8, sustain, held, 0.12)
        return saturate(wave, gain) if gain else wave

    return voice


def make_pad(rng: Rng) -> Voice:
    """Patch a pad: slow, wide and soft; detuned saws, strings machines, glassy FM, hollow squares, air."""
    style = pick(rng, ("saws", "saws", "squares", "fm", "glass", "air"))
    attack, release, detune = log_uniform(rng, 0.08, 1.5), log_uniform(rng, 0.3, 1.8), log_uniform(rng, 4, 25)
    cutoff, motion, rate = log_uniform(rng, 400, 7000), rng.uniform(0, 1.2), log_uniform(rng, 0.1, 1.5)
    shape = "square" if style == "squares" else "saw"
    ratio, index, air = pick(rng, (1.0, 2.0, 3.0, 1.41, 7.0)), log_uniform(rng, 0.3, 3), rng.uniform(0, 0.08)

    def voice(midi: float, held: float, _velocity: float) -> Signal:
        t, f0 = times(held + release), note_hz(midi)
        if style in ("saws", "squares"):
            wave = unison(rng, shape, f0, t, 3, detune)
        elif style == "fm":
            wave = fm(f0, ratio, index * (1 + 0.6 * sine(rate, t)), t) + fm(f0 * 1.004, ratio, index, t)
        elif style == "glass":
            k = np.arange(1, 14)
            wave = ring(t, k * f0 * (1 + rng.uniform(-3e-3, 3e-3, 13)), rng.random(13) / k, np.full(13, 60.0))
        else:
            wave = sweep(white_noise(rng, len(t)), "bandpass", np.full(len(t), f0), 30.0) * 4 + 0.3 * sine(f0, t)
        path = np.clip(cutoff * 2.0 ** (motion * wander(rng, t, rate)), 100.0, 18_000.0)
        wave = sweep(wave, "lowpass", path, 0.9) + air * tilted_noise(rng, len(t), -2)
        return wave * adsr(t, attack, 9, 1, held, release)

    return voice


def make_pluck(rng: Rng) -> Voice:
    """Patch a pluck: the filter and the level close at once; trance, house, future bass, FM."""
    shape, n_voices, detune = pick(rng, _SHAPES), int(rng.integers(1, 5)), log_uniform(rng, 2, 20)
    fall, t60 = log_uniform(rng, 0.03, 0.25), log_uniform(rng, 0.2, 1.2)
    is_fm, ratio, index = chance(rng, 0.35), pick(rng, (1, 2, 3, 4, 3.5, 7)), log_uniform(rng, 0.8, 6)
    base, depth, q = log_uniform(rng, 0.8, 4), log_uniform(rng, 2, 25), log_uniform(rng, 0.7, 5)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(min(held, 0.2) + t60), note_hz(midi)
        if is_fm:
            wave = fm(f0, ratio, index * velocity * decay(t, 4 * fall), t)
        else:
            cutoff = np.minimum(f0 * base * (1 + depth * velocity * np.exp(-t / fall)), 18_000.0)
            wave = sweep(unison(rng, shape, f0, t, n_voices, detune), "lowpass", cutoff, q, 2)
        return wave * decay(t, t60) * rise(t, 0.003)

    return voice


def make_stab(rng: Rng) -> Voice:
    """Patch a stab, heard as a chord: rave, house, dub techno, hoover, sampled minor ninth."""
    shape, detune, q = pick(rng, ("saw", "saw", "square", "pulse")), log_uniform(rng, 2, 35), log_uniform(rng, 0.7, 5)
    cutoff, depth, fall = log_uniform(rng, 200, 2500), log_uniform(rng, 1, 12), log_uniform(rng, 0.04, 0.4)
    t60, gain = log_uniform(rng, 0.2, 1.5), pick(rng, (0.0, log_uniform(rng, 1, 6)))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(min(held, 0.6) + 0.1)
        path = np.minimum(cutoff * (1 + depth * velocity * np.exp(-t / fall)), 18_000.0)
        wave = sweep(unison(rng, shape, note_hz(midi), t, 2, detune), "lowpass", path, q)
        wave = wave * decay(t, t60) * adsr(t, 0.003, 9, 1, min(held, 0.6), 0.08)
        return saturate(wave, gain) if gain else wave

    return voice


def chord_stab(rng: Rng) -> Sound:
    """Hit one chord, dry, detuned, crushed or drowned in dub echoes."""
    voice = pick(rng, (make_stab, make_stab, make_pluck, make_lead))(rng)
    wave = chord(rng, voice, float(rng.integers(44, 68)), log_uniform(rng, 0.06, 0.6), rng.uniform(0.4, 1))
    style = pick(rng, ("house", "rave", "dub", "dry", "dry"))
    if style == "rave":
        wave = crush(wave, log_uniform(rng, 9_000, 30_000), rng.uniform(5, 10))
    elif style == "dub":
        wave = lowpass(echo(wave, rng.uniform(0.15, 0.45), rng.uniform(0.4, 0.75), 5), log_uniform(rng, 800, 5000))
    elif style == "house":
        wave = highpass(wave, log_uniform(rng, 80, 400))
    words = {"dub": ("wet", "dub techno"), "rave": ("lo-fi", "rave"), "house": ("house",), "dry": ("dry",)}[style]
    return sound(wave, "chord stab", "melodic", ("stab", "chord", "synth stab", "chord hit"), ("synthesizer",), words)


def arpeggio(rng: Rng) -> Sound:
    """Run through a chord, note after note."""
    voice = pick(rng, (make_pluck, make_pluck, make_lead, make_stab))(rng)
    steps = [*pick(rng, CHORDS), 12]
    order = pick(rng, ("up", "down", "up and down", "random"))
    octaves = [s + 12 * o for o in range(pick(rng, (1, 2))) for s in sorted(steps)]
    run = {"up": octaves, "down": octaves[::-1], "up and down": octaves + octaves[-2:0:-1]}.get(order)
    step_seconds = 60.0 / rng.uniform(80, 170) / pick(rng, (2, 4, 4, 3))
    n_notes = min(int(rng.integers(6, 33)), int(6.0 / step_seconds))
    root, gate = int(rng.integers(45, 70)), rng.uniform(0.3, 1.0)
    notes = [run[k % len(run)] if run else pick(rng, octaves) for k in range(n_notes)]
    cache = {note: voice(root + note, gate * step_seconds, rng.uniform(0.5, 1)) for note in set(notes)}
    wave = mix(*((k * step_seconds, cache[note]) for k, note in enumerate(notes)))
    words = ("rising",) if order == "up" else ("falling",) if order == "down" else ()
    return sound(wave, "arpeggio", "melodic", ("arp", "sequence", "arpeggiated synth"), ("synthesizer",), words)


_SYNTH = ("synthesizer",)
INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument("synth lead", "melodic", make_lead, 48, 96, ("lead", "synth", "lead synth"), _SYNTH, ("electronic",)),
    Instrument("synth pad", "melodic", make_pad, 36, 84, ("pad", "atmos", "pads"), _SYNTH, ("soft",), held=(1.0, 5)),
    Instrument(
        "synth pad",
        "melodic",
        make_pad,
        40,
        76,
        ("pad", "pad chord"),
        _SYNTH,
        ("sustained",),
        chords=1.0,
        held=(1.2, 4),
    ),
    Instrument(
        "synth pluck", "melodic", make_pluck, 40, 96, ("pluck", "plucky synth"), _SYNTH, ("plucky",), chords=0.25
    ),
)

RECIPES: tuple[Recipe, ...] = (
    *map(played, INSTRUMENTS),
    chord_stab,
    arpeggio,
)
