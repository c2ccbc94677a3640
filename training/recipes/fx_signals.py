"""Recipes for signals and machines' tones: blips, beeps, lasers, alarms, games, telephones, hums, plain noise."""

from collections.abc import Callable

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    bandpass,
    chance,
    crush,
    decay,
    fm,
    glide,
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
from training.recipes.finish import sound
from training.recipes.modal import ring
from training.recipes.synth import echo, mix, oscillator, ramp, wander
from training.sound import Recipe, Sound

_WAVES = ("sine", "sine", "square", "triangle", "pulse", "saw")


def _tone(rng: Rng, hz: float | Signal, t: Signal) -> Signal:
    """Play a plain electronic tone of some make."""
    style = pick(rng, ("wave", "wave", "fm", "ring"))
    if style == "wave":
        return oscillator(pick(rng, _WAVES), hz, t)
    if style == "fm":
        return fm(
            hz, pick(rng, (0.5, 1, 2, 3, 1.41, 3.5)), log_uniform(rng, 0.3, 4) * decay(t, rng.uniform(0.05, 1)), t
        )
    return sine(hz, t) * sine(log_uniform(rng, 40, 900), t)


def blip(rng: Rng) -> Sound:
    """Make one or a few very short pitched tones: interface, sonar, chip, modular ping."""
    pitch, n_tones = log_uniform(rng, 220, 5_000), pick(rng, (1, 1, 1, 1, 2, 2, 3))
    seconds, bend = log_uniform(rng, 0.015, 0.3), pick(rng, (0.0, 0.0, rng.uniform(-1.2, 1.2)))
    is_gated, filtered, parts, at = chance(rng, 0.4), chance(rng, 0.3), [], 0.0
    for _ in range(n_tones):
        t = times(seconds)
        hz = pitch * 2.0 ** (bend * t / t[-1])
        shape = adsr(t, 0.002, 9, 1, 0.85 * seconds, 0.1 * seconds) if is_gated else decay(t, seconds) * rise(t, 0.002)
        tone = _tone(rng, hz if bend else pitch, t) * shape
        parts.append((at, lowpass(tone, 2.0 * pitch) if filtered else tone))
        pitch *= 2.0 ** (pick(rng, (0, 3, 4, 5, 7, 12, -5)) / 12)
        at += seconds * rng.uniform(0.5, 1.5)
    wave = mix(*parts)
    if chance(rng, 0.25):
        wave = echo(wave, rng.uniform(0.05, 0.3), rng.uniform(0.3, 0.6), 4)
    words = ("electronic", "rising") if bend > 0.2 else ("electronic", "falling") if bend < -0.2 else ("electronic",)
    return sound(wave, "blip", "fx", ("bleep", "bloop", "ping", "ui sound"), ("synthesizer",), words)


def filter_ping(rng: Rng) -> Sound:
    """Ping a resonant filter or ring a water-like bloop: the blips of modular synths."""
    t = times(log_uniform(rng, 0.06, 0.6))
    start = log_uniform(rng, 150, 3_000)
    hz = glide(t, start, start * 2.0 ** rng.uniform(-2, 2), log_uniform(rng, 0.01, 0.15))
    wave = sine(hz, t) * decay(t, t[-1]) + rng.uniform(0, 0.2) * white_noise(rng, len(t)) * decay(t, 0.005)
    return sound(wave, "blip", "fx", ("bloop", "ping", "zip", "blop"), ("modular synth",), ("electronic",))


def sonar(rng: Rng) -> Sound:
    """Ping into the deep: a pure tone with a long decay and far echoes."""
    t = times(log_uniform(rng, 0.5, 2.0))
    wave = sine(log_uniform(rng, 500, 2000), t) * decay(t, rng.uniform(0.5, 1) * t[-1]) * rise(t, 0.01)
    wave = echo(wave, rng.uniform(0.2, 0.6), rng.uniform(0.3, 0.6), 3)
    return sound(wave, "blip", "fx", ("sonar", "ping", "submarine"), ("sine",), ("wet", "electronic"))


def beep(rng: Rng) -> Sound:
    """Hold a plain tone, once or at intervals: censor, microwave, countdown, test tone."""
    pitch, seconds = log_uniform(rng, 350, 4_000), log_uniform(rng, 0.08, 1.0)
    n_beeps, t = pick(rng, (1, 1, 2, 3, 4)), times(seconds)
    tone = oscillator(pick(rng, ("sine", "sine", "square", "triangle")), pitch, t) * adsr(
        t, 0.003, 9, 1, seconds - 0.01, 0.005
    )
    wave = mix(*((k * seconds * rng.uniform(1.3, 1.35), tone) for k in range(n_beeps)))
    return sound(wave, "beep", "fx", ("bleep", "tone", "signal"), ("electronic device",), ("electronic", "sustained"))


def laser(rng: Rng) -> Sound:
    """Shoot: a tone that falls very fast, sometimes again and again."""
    top, octaves = log_uniform(rng, 800, 12_000), rng.uniform(1.5, 6)
    t = times(log_uniform(rng, 0.08, 1.0))
    fall = t[-1] * log_uniform(rng, 0.06, 0.6)
    is_rising = chance(rng, 0.15)
    hz = top * 2.0 ** (-octaves * (1 - np.exp(-t / fall)))
    shot = _tone(rng, hz[::-1].copy() if is_rising else hz, t) * decay(t, rng.uniform(0.7, 2) * t[-1])
    n_shots = pick(rng, (1, 1, 1, 1, 3, 5))
    wave = mix(*((k * rng.uniform(0.09, 0.1) * 1.2, shot) for k in range(n_shots)))
    wave = echo(wave, rng.uniform(0.05, 0.2), 0.5, 4) if chance(rng, 0.25) else wave
    wave = saturate(wave, log_uniform(rng, 1, 6))
    names = ("zap", "laser gun", "pew", "raygun", "blaster")
    return sound(
        wave, "laser", "fx", names, ("synthesizer", "sci-fi"), ("rising" if is_rising else "falling", "electronic")
    )


def _siren_path(rng: Rng, t: Signal) -> Signal:
    low, span = log_uniform(rng, 250, 1200), rng.uniform(0.3, 1.6)
    style, rate = pick(rng, ("wail", "yelp", "hi-lo", "dub", "pulse")), log_uniform(rng, 0.3, 2)
    if style == "wail":
        return low * 2.0 ** (span * (0.5 - 0.5 * np.cos(2 * np.pi * rate * t)))
    if style == "yelp":
        return low * 2.0 ** (span * ((t * rate * 4) % 1.0))
    if style == "hi-lo":
        return low * 2.0 ** (0.4 * ((t * rate * 2) % 1.0 > 0.5))
    if style == "dub":
        return low * 2.0 ** (span * sine(rate * 5, t))
    return np.full(len(t), 2 * low)


def alarm(rng: Rng) -> Sound:
    """Warn: police and air-raid sirens, dub sirens, alarm clocks, buzzers."""
    t = times(log_uniform(rng, 0.8, 5.0))
    is_siren = chance(rng, 0.6)
    if is_siren:
        wave = oscillator(pick(rng, ("saw", "square", "triangle", "sine")), _siren_path(rng, t), t)
    else:
        pitch, rate = log_uniform(rng, 400, 3500), log_uniform(rng, 1.5, 12)
        gate = ((t * rate) % 1.0 < rng.uniform(0.3, 0.7)) * ((t * rate / 4) % 1.0 < pick(rng, (1.0, 1.0, 0.6)))
        wave = (
            oscillator(pick(rng, _WAVES), pitch * (1 + 0.25 * chance(rng, 0.4) * ((t * rate / 2) % 1 > 0.5)), t) * gate
        )
    wave = saturate(wave * adsr(t, 0.01, 9, 1, t[-1] - 0.05, 0.04), log_uniform(rng, 1, 4))
    if is_siren:
        return sound(wave, "siren", "fx", ("police siren", "dub siren", "alarm"), ("siren",), ("urgent",))
    return sound(
        wave, "alarm", "fx", ("alarm clock", "buzzer", "warning"), ("electronic device",), ("urgent", "pulsing")
    )


def noise(rng: Rng) -> Sound:
    """Play nothing but noise: white, pink or brown, a burst or a bed, radio static."""
    tilt = pick(rng, (0.0, 0.0, -3.0, -6.0, 3.0))
    is_burst = chance(rng, 0.4)
    t = times(log_uniform(rng, 0.06, 0.5) if is_burst else log_uniform(rng, 0.6, 4.0))
    wave = tilted_noise(rng, len(t), tilt)
    color = {0.0: "white noise", -3.0: "pink noise", -6.0: "brown noise", 3.0: "blue noise"}[tilt]
    words: tuple[str, ...] = ("noisy",)
    if is_burst:
        wave = wave * decay(t, rng.uniform(0.5, 2) * t[-1])
        words += ("burst",)
    elif chance(rng, 0.35):
        wave = bandpass(crush(wave, log_uniform(rng, 3_000, 20_000), 6), 300, log_uniform(rng, 2_000, 8_000))
        wave = wave * np.clip(0.6 + wander(rng, t, 25.0), 0, 1) + 0.1 * sine(log_uniform(rng, 400, 3000), t)
        color, words = "radio static", ("noisy", "lo-fi")
    else:
        wave = wave * adsr(t, log_uniform(rng, 0.002, 0.3), 9, 1, t[-1] * 0.95, 0.05 * t[-1])
    return sound(wave, "noise", "fx", (color, "hiss", "static"), ("noise generator",), words)


def electric_hum(rng: Rng) -> Sound:
    """Hum or buzz at the mains' frequency: transformers, bad cables, neon tubes, amplifiers."""
    t = times(log_uniform(rng, 0.8, 5.0))
    mains = pick(rng, (50.0, 60.0, 100.0, 120.0)) * rng.uniform(0.99, 1.01)
    slope = rng.uniform(0.7, 2.4)
    k = np.arange(1, 41)
    wave = ring(t, mains * k, rng.random(40) ** 2 / k**slope, np.full(40, 900.0), rng.uniform(-3, 3, 40))
    is_buzz = slope < 1.1
    wave = wave + rng.uniform(0, 0.08) * lowpass(white_noise(rng, len(t)), 7000) * np.abs(sine(mains, t)) ** 6
    gate = np.clip(0.5 + 3 * wander(rng, t, 9.0), 0, 1) if chance(rng, 0.3) else 1.0
    wave = wave * gate * adsr(t, 0.02, 9, 1, t[-1] - 0.05, 0.04)
    names = ("buzz", "electrical buzz", "neon") if is_buzz else ("hum", "mains hum", "ground loop")
    return sound(wave, "electric hum", "fx", names, ("electricity",), ("sustained", "gritty" if is_buzz else "low"))


_DTMF = ((697, 770, 852, 941), (1209, 1336, 1477, 1633))


def telephone(rng: Rng) -> Sound:
    """Ring a bell, dial tones, or sound busy."""
    style = pick(rng, ("bell", "dial", "busy", "digital"))
    if style == "bell":
        t = times(rng.uniform(0.8, 2.5))
        strikes = decay(t % (1 / rng.uniform(18, 26)), 0.1)
        hz = log_uniform(rng, 900, 1900)
        wave = (sine(hz, t) + 0.8 * sine(hz * 1.26, t) + 0.5 * sine(hz * 2.7, t)) * strikes * (t < 0.7 * t[-1])
        wave = wave + (wave[-1] + sine(hz, t)) * decay(np.maximum(t - 0.7 * t[-1], 0), 0.8) * (t >= 0.7 * t[-1]) * 0.6
    elif style == "dial":
        t, n_keys = times(rng.uniform(0.08, 0.25)), int(rng.integers(1, 11))
        tones = [sine(pick(rng, _DTMF[0]), t) + sine(pick(rng, _DTMF[1]), t) for _ in range(n_keys)]
        wave = mix(*((k * t[-1] * 1.6, tone) for k, tone in enumerate(tones)))
    elif style == "busy":
        t = times(rng.uniform(0.8, 3.0))
        wave = (sine(pick(rng, (425, 440, 480)), t) + sine(pick(rng, (425, 350, 620)), t)) * ((t * 2) % 1.0 < 0.5)
    else:
        t = times(rng.uniform(0.6, 2.0))
        hz = log_uniform(rng, 900, 2500)
        wave = square(np.where((t * rng.uniform(16, 26)) % 1.0 < 0.5, hz, hz * 1.25), t) * ((t * 1.3) % 1.0 < 0.7)
    wave = bandpass(wave, 280, 7000)
    return sound(wave, "telephone", "fx", ("phone", "phone ring", "ringtone", "dial tone"), ("phone",), ("electronic",))


def _jump(rng: Rng) -> Signal:
    t = times(rng.uniform(0.15, 0.5))
    start = log_uniform(rng, 120, 600)
    return square(ramp(t, start, start * rng.uniform(2, 5)), t, rng.uniform(0.1, 0.5)) * decay(t, 2 * t[-1])


def _coin(rng: Rng) -> Signal:
    t = times(rng.uniform(0.3, 0.9))
    hz = log_uniform(rng, 700, 1600)
    return square(np.where(t < 0.07, hz, hz * pick(rng, (1.335, 1.5, 1.26))), t, 0.5) * decay(t, t[-1])


def _explosion(rng: Rng) -> Signal:
    t = times(rng.uniform(0.3, 1.5))
    hiss = crush(white_noise(rng, len(t)), log_uniform(rng, 1_500, 9_000), 4)
    return hiss * decay(t, t[-1])


def _power_up(rng: Rng) -> Signal:
    t = times(rng.uniform(0.4, 1.2))
    steps = np.floor(t / t[-1] * rng.integers(4, 13)) * pick(rng, (2, 3, 4, 5))
    return square(log_uniform(rng, 200, 500) * 2.0 ** (steps / 12), t, 0.25) * adsr(t, 0.002, 9, 1, t[-1] - 0.05, 0.04)


def _hurt(rng: Rng) -> Signal:
    t = times(rng.uniform(0.1, 0.5))
    return crush(saw(ramp(t, log_uniform(rng, 300, 900), 60), t) + white_noise(rng, len(t)), 8_000, 4) * decay(t, t[-1])


_GAME_SOUNDS: tuple[tuple[Callable[[Rng], Signal], tuple[str, ...]], ...] = (
    (_jump, ("jump", "rising")),
    (_coin, ("coin", "pickup")),
    (_explosion, ("explosion", "noisy")),
    (_power_up, ("power up", "rising")),
    (_hurt, ("hurt", "falling")),
)


def game_sound(rng: Rng) -> Sound:
    """Play what a home computer of the eighties would: pulse waves and shift-register noise at few bits."""
    make, words = pick(rng, _GAME_SOUNDS)
    wave = crush(make(rng), log_uniform(rng, 11_000, 40_000), rng.uniform(3, 8))
    names = ("chiptune", "video game", "arcade", "retro game", words[0])
    return sound(wave, "8-bit game sound", "fx", names, ("nes", "game boy"), ("lo-fi", "electronic", *words[1:]))


RECIPES: tuple[Recipe, ...] = (
    blip,
    filter_ping,
    sonar,
    beep,
    laser,
    alarm,
    noise,
    electric_hum,
    telephone,
    game_sound,
)
