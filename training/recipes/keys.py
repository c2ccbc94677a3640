"""Recipes for keyboards: piano, electric piano, organ, accordion, harmonica, clavinet, harpsichord."""

from functools import partial

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    chance,
    decay,
    fm,
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
from training.recipes.instrument import Instrument, Voice, played
from training.recipes.modal import jittered, ring
from training.recipes.synth import chorus, note_hz, resonances, saw, sweep, vibrato, warp

_DRAWBARS = (0.5, 1.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)  # pitch of each Hammond drawbar over the key's


def make_piano(rng: Rng) -> Voice:
    """Build a piano: two or three stiff strings a note, double decay, hammer comb and noise, soundboard."""
    stiff, brightness = log_uniform(rng, 1e-4, 9e-4), rng.uniform(0.5, 1.3)
    hammer_place, detune = rng.uniform(0.09, 0.16), pick(rng, (0.4, 0.8, 1.5, rng.uniform(4, 14)))
    length, knock = log_uniform(rng, 0.5, 1.5), log_uniform(rng, 0.01, 0.25)
    felt = log_uniform(rng, 1500, 9000)
    board_hz, board_q = rng.uniform(90, 700, 4), rng.uniform(2, 6, 4)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(min(held + 0.4, 6.0)), note_hz(midi)
        k = np.arange(1, min(48, int(14_000 / f0)) + 1)
        tilt = brightness * (2.3 - 1.2 * velocity) + 0.3 * (midi > 72)
        levels = np.abs(np.sin(np.pi * k * hammer_place)) / k**tilt * np.exp(-k * f0 / (felt * (0.5 + velocity)))
        inharmonic = stiff * 2.0 ** ((midi - 48) / 14)
        t60 = 14.0 * length * (f0 / 110.0) ** -0.75 / (1.0 + 0.05 * k ** rng.uniform(0.9, 1.3))
        wave = np.zeros(len(t))
        for cents, share in ((-detune, 1.0), (detune * rng.uniform(0.3, 1.0), 0.8)):
            hz = k * f0 * 2.0 ** (cents / 1200) * np.sqrt(1.0 + inharmonic * k**2)
            wave += ring(t, hz, share * jittered(rng, levels, 0.25), t60 * pick(rng, (0.35, 1.0)))
        wave /= np.max(np.abs(wave)) + 1e-9
        thud = resonances(white_noise(rng, len(t)) * decay(t, 0.06), board_hz, board_q, (1, 1, 1, 1))
        wave = (wave + knock * velocity * thud) * rise(t, 0.004 + 0.006 * (1 - velocity))
        return wave * adsr(t, 0.0005, 9, 1, held, 0.25)

    return voice


def make_electric_piano(rng: Rng, style: str = "") -> Voice:
    """Build a tine, reed or FM piano: Rhodes, Wurlitzer, DX, with tremolo, chorus or a driven amp."""
    style = style or pick(rng, ("tine", "reed", "fm"))
    index, ratio, bell = log_uniform(rng, 0.3, 2.5), pick(rng, (1.0, 1.0, 2.0)), rng.uniform(0.05, 0.5)
    bell_ratio, t60 = pick(rng, (7.0, 11.0, 14.0, 14.0, 3.9)), log_uniform(rng, 1.2, 6)
    rate, depth = rng.uniform(3, 7), pick(rng, (0.0, 0.0, rng.uniform(0.2, 0.7)))
    gain, wet = pick(rng, (0.0, 0.0, log_uniform(rng, 1, 5))), chance(rng, 0.4)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(min(held + 0.3, 5.0)), note_hz(midi)
        if style == "tine":
            tine = sine(f0, t) * decay(t, t60) + bell * velocity * sine(6.3 * f0, t) * decay(t, 0.25)
            wave = np.tanh(index * velocity * 1.5 * tine + 0.5) - np.tanh(0.5)
        elif style == "reed":
            wave = np.tanh((1.0 + 4 * velocity * index) * (sine(f0, t) + 0.35) * decay(t, 0.6 * t60))
        else:
            wave = fm(f0, ratio, index * velocity * decay(t, t60), t) * decay(t, t60)
            wave = wave + bell * velocity * fm(f0, bell_ratio, 1.2 * decay(t, 0.4), t) * decay(t, 0.6)
        wave = wave + 0.05 * lowpass(white_noise(rng, len(t)), 1500) * decay(t, 0.03)
        wave = (wave - np.mean(wave)) * (1.0 - depth * (0.5 + 0.5 * sine(rate, t))) * adsr(t, 0.001, 9, 1, held, 0.15)
        wave = chorus(rng, wave) if wet else wave
        return saturate(wave, gain) if gain else wave

    return voice


def make_tonewheel(rng: Rng) -> Voice:
    """Pull the drawbars of a tonewheel organ, with key click, percussion, a rotating speaker and its amp."""
    bars = rng.uniform(0, 1, 9) ** pick(rng, (0.6, 2.0)) * (rng.random(9) < rng.uniform(0.4, 1.0))
    bars[2] = max(bars[2], 0.5)
    click, percussion = log_uniform(rng, 0.01, 0.4), pick(rng, (0.0, rng.uniform(0.4, 1.2)))
    rate, spins, gain = pick(rng, (0.8, 6.7, 5.8)), rng.uniform(0, 1), pick(rng, (0.0, log_uniform(rng, 1, 8)))

    def voice(midi: float, held: float, _velocity: float) -> Signal:
        t, f0 = times(held + 0.08), note_hz(midi)
        hz = f0 * np.array(_DRAWBARS)
        hz = np.where(hz > 6000, hz / 2, hz)  # the wheels end at 6 kHz and fold back an octave
        wave = ring(t, hz, bars, np.full(9, 900.0), rng.uniform(-3, 3, 9))
        wave = wave + percussion * sine(pick(rng, (2, 3)) * f0, t) * decay(t, 0.5)
        keys = lowpass(white_noise(rng, len(t)), 5000) * (decay(t, 0.015) + decay(np.abs(t - held), 0.01))
        wave = (wave + click * keys) * adsr(t, 0.002, 9, 1, held, 0.02)
        wave = saturate(wave, gain) if gain else wave
        wave = warp(wave, 1.0 + 0.006 * spins * sine(rate, t)) * (1.0 + 0.35 * spins * sine(rate, t, 1.0))
        return wave / 3.0

    return voice


def make_pipe_organ(rng: Rng) -> Voice:
    """Voice a rank or several of organ pipes: flutes, principals, reeds, mixtures, with chiff and wind."""
    ranks = [(pick(rng, (0.5, 1, 1, 2, 4, 3, 6)), log_uniform(rng, 0.2, 1)) for _ in range(rng.integers(1, 6))]
    ranks[0] = (pick(rng, (0.5, 1.0)), 1.0)
    slope, is_stopped = rng.uniform(0.8, 2.6), chance(rng, 0.35)
    wind, chiff, detune = log_uniform(rng, 0.003, 0.06), rng.uniform(0, 0.4), rng.uniform(0.5, 8)

    def voice(midi: float, held: float, _velocity: float) -> Signal:
        t, f0 = times(held + 0.3), note_hz(midi)
        total = np.zeros(len(t))
        for footage, level in ranks:
            k = np.arange(1, 24)
            levels = jittered(rng, k**-slope, 0.4) * np.where(is_stopped & (k % 2 == 0), 0.08, 1.0)
            hz = footage * f0 * 2.0 ** (rng.uniform(-detune, detune) / 1200)
            total += level * ring(t, k * hz, levels, np.full(len(k), 900.0), rng.uniform(-3, 3, len(k)))
        breath = sweep(white_noise(rng, len(t)), "bandpass", np.full(len(t), 2.5 * f0), 1.5)
        total = total / (np.max(np.abs(total)) + 1e-9) + breath * (wind + chiff * decay(t, 0.1))
        return total * adsr(t, log_uniform(rng, 0.01, 0.09), 9, 1, held, log_uniform(rng, 0.05, 0.25))

    return voice


def make_combo_organ(rng: Rng) -> Voice:
    """Wire a transistor or house organ: filtered squares with vibrato, FM organ stabs."""
    is_fm, width, cutoff = chance(rng, 0.4), rng.uniform(0.3, 0.5), log_uniform(rng, 900, 8000)
    depth, fall = pick(rng, (0.0, rng.uniform(4, 25))), log_uniform(rng, 0.2, 4)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(held + 0.08), note_hz(midi)
        hz = vibrato(rng, t, f0, depth, 6.2, 0.01)
        if is_fm:
            wave = fm(hz, 1.0, 1.0 + velocity, t) + 0.6 * sine(2 * hz, t) + 0.5 * sine(3 * hz, t) * decay(t, 0.3)
        else:
            wave = square(hz, t, width) + 0.6 * square(2 * hz, t, width) + 0.4 * square(4 * hz, t)
        return lowpass(wave, cutoff) * adsr(t, 0.003, fall, 0.6, held, 0.05) / 2

    return voice


def make_free_reed(rng: Rng, n_reeds: int = 1) -> Voice:
    """Sound metal reeds in moving air: one is a harmonica with hand and bends, three an accordion that beats."""
    detune = log_uniform(rng, 2, 22)
    slope, nasal = rng.uniform(0.5, 1.2), rng.uniform(900, 3200)
    bend = pick(rng, (0.0, rng.uniform(-2, -0.3))) if n_reeds == 1 else 0.0
    sway = pick(rng, (0.0, rng.uniform(0.1, 0.5)))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(held + 0.12), note_hz(midi)
        total = np.zeros(len(t))
        for _ in range(n_reeds):
            pitch = f0 * 2.0 ** (rng.uniform(-detune, detune) / 1200)
            k = np.arange(1, min(20, int(16_000 / f0)) + 1)
            levels = jittered(rng, k**-slope, 0.5) * (1 + 2 * np.exp(-(((k * f0 - nasal) / 900) ** 2)))
            total += ring(t, k * pitch, levels, np.full(len(k), 900.0), rng.uniform(-3, 3, len(k)))
        total = warp(total, vibrato(rng, t, 1.0, 6.0) * 2.0 ** (bend / 12 * decay(t, 0.5)))
        total = total / (np.max(np.abs(total)) + 1e-9) * (1 - sway * (0.5 + 0.5 * sine(rng.uniform(4, 7), t)))
        breath = 0.02 * tilted_noise(rng, len(t), -3)
        return (total + breath) * adsr(t, 0.02 + 0.06 * (1 - velocity), 3, 0.8, held, 0.08)

    return voice


def make_clavinet(rng: Rng, *, is_clav: bool = True) -> Voice:
    """Strike a clavinet's strings or pluck a harpsichord's."""
    place = rng.uniform(0.05, 0.2)
    slope, cutoff = rng.uniform(0.4, 0.9), log_uniform(rng, 1500, 9000)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(held + 0.1), note_hz(midi)
        k = np.arange(1, min(50, int(18_000 / f0)) + 1)
        t60 = (1.6 if is_clav else 5.0) / (1 + 0.08 * k)
        wave = ring(t, k * f0 * np.sqrt(1 + 6e-5 * k**2), np.sin(np.pi * k * place) * k**-slope, t60)
        wave = wave / (np.max(np.abs(wave)) + 1e-9) + 0.1 * white_noise(rng, len(t)) * decay(t, 0.01)
        wave = lowpass(wave, cutoff * (0.5 + velocity)) if is_clav else wave + 0.2 * saw(2 * f0, t) * decay(t, 0.3)
        return wave * adsr(t, 0.001, 9, 1, held, 0.05)

    return voice


_EP = ("ep", "e-piano", "keys")
INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument("piano", "melodic", make_piano, 28, 100, ("keys", "piano note"), ("grand piano", "acoustic")),
    Instrument("piano", "melodic", make_piano, 36, 84, ("piano chord", "keys"), ("upright piano",), chords=1.0),
    *(
        Instrument(
            "electric piano", "melodic", partial(make_electric_piano, style=style), 36, 88, _EP, source, chords=0.4
        )
        for style, source in (("tine", ("rhodes",)), ("reed", ("wurlitzer",)), ("fm", ("dx7", "fm")))
    ),
    Instrument("electric piano", "melodic", make_clavinet, 36, 84, ("clavinet", "clav", "keys"), ("clavinet", "funk")),
    Instrument(
        "harpsichord", "melodic", partial(make_clavinet, is_clav=False), 36, 84, ("keys", "cembalo"), chords=0.2
    ),
    Instrument(
        "organ", "melodic", make_tonewheel, 36, 96, ("hammond organ", "keys"), ("hammond", "drawbar"), chords=0.5
    ),
    Instrument("organ", "melodic", make_pipe_organ, 36, 96, ("pipe organ", "church organ"), ("church",), chords=0.4),
    Instrument("organ", "melodic", make_combo_organ, 36, 90, ("house organ", "combo organ"), ("farfisa",), chords=0.5),
    Instrument(
        "accordion",
        "melodic",
        partial(make_free_reed, n_reeds=3),
        48,
        92,
        ("squeezebox", "bandoneon"),
        ("reeds",),
        chords=0.4,
    ),
    Instrument("harmonica", "melodic", make_free_reed, 60, 96, ("mouth organ", "blues harp"), ("reeds",), chords=0.2),
)

RECIPES = tuple(played(instrument) for instrument in INSTRUMENTS)
