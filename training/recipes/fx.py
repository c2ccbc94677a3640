"""Recipes for transitions: risers, downlifters, sweeps, impacts, drops, stops, glitches."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    bandpass,
    chance,
    crush,
    decay,
    fast_sine,
    fm,
    glide,
    highpass,
    log_uniform,
    lowpass,
    phase,
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
from training.recipes.modal import dense_modes, ring
from training.recipes.synth import chorus, echo, mix, note_hz, oscillator, ramp, room, sweep, unison, warp
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound


def _moving_noise(rng: Rng, t: Signal, hz: Signal) -> Signal:
    """Filter noise along a path: the wind of every build-up."""
    kind = pick(rng, ("bandpass", "bandpass", "lowpass", "highpass"))
    q = log_uniform(rng, 0.7, 12)
    wave = sweep(tilted_noise(rng, len(t), rng.uniform(-4, 1)), kind, hz, q, pick(rng, (1, 2)))
    if chance(rng, 0.3):  # a flanger: a short comb that moves with the filter
        here = np.arange(len(t), dtype=np.float64)
        wave = wave + 0.8 * np.interp(here - SAMPLE_RATE_HZ / np.maximum(hz, 60.0), here, wave, left=0.0)
    return wave


def _moving_tone(rng: Rng, t: Signal, hz: Signal) -> Signal:
    """Slide a synthesizer along a path: saw stacks, sirens, FM, endless octaves."""
    style = pick(rng, ("saws", "sine", "square", "fm", "octaves"))
    if style == "saws":
        return sweep(unison(rng, "saw", hz, t, 4, 25), "lowpass", np.minimum(hz * 6, 18_000.0), 0.9)
    if style == "sine":
        return sine(hz, t)
    if style == "square":
        return square(hz, t, rng.uniform(0.1, 0.5))
    if style == "fm":
        return fm(hz, pick(rng, (0.5, 1.0, 1.41, 2.0, 3.5)), ramp(t, 0.3, log_uniform(rng, 1, 8)), t)
    # Shepard's endless glide: octaves that fade in at the bottom and out at the top
    octave = np.log2(hz / 100.0) % 1.0
    layers = [
        np.exp(-(((octave + k - 3.0) / 1.4) ** 2)) * fast_sine(phase(55.0 * 2.0 ** (octave + k), t)) for k in range(6)
    ]
    return np.sum(layers, axis=0)


def _gate(rng: Rng, t: Signal, wave: Signal) -> Signal:
    """Chop a build-up at a rate that is steady or quickens."""
    if chance(rng, 0.7):
        return wave
    rate = ramp(t, log_uniform(rng, 3, 8), log_uniform(rng, 8, 30)) if chance(rng, 0.5) else np.full(len(t), 8.0)
    return wave * (0.2 + 0.8 * (oscillator(pick(rng, ("sine", "square", "saw")), rate, t) > 0))


def _path(rng: Rng, t: Signal, *, rising: bool) -> Signal:
    low, high, power = log_uniform(rng, 60, 600), log_uniform(rng, 2_000, 16_000), log_uniform(rng, 0.6, 2.0)
    return ramp(t, low, high, power) if rising else ramp(t, high, low, 1.0 / power)


def riser(rng: Rng) -> Sound:
    """Build tension: noise, tones or both climb in pitch and strength, then stop."""
    t = times(log_uniform(rng, 0.8, 7.5))
    layers = pick(rng, ("noise", "tone", "both", "both"))
    swell = (t / t[-1]) ** rng.uniform(0.6, 2.5)
    wave = np.zeros(len(t))
    if layers != "tone":
        wave = wave + _moving_noise(rng, t, _path(rng, t, rising=True))
    if layers != "noise":
        base = log_uniform(rng, 40, 500)
        tone = _moving_tone(rng, t, ramp(t, base, base * 2.0 ** rng.uniform(1, 4.5), rng.uniform(0.7, 1.6)))
        wave = wave / (np.std(wave) + 1.0) + tone
    wave = _gate(rng, t, wave * swell) * np.minimum(1.0, (t[-1] - t) / log_uniform(rng, 0.005, 0.2))
    words = {"noise": ("noisy",), "tone": ("tonal",), "both": ()}[layers]
    return sound(wave, "riser", "fx", ("uplifter", "build-up", "rise"), ("transition", "edm"), ("rising", *words))


def downlifter(rng: Rng) -> Sound:
    """Release tension: the filter or the pitch falls while the sound dies away."""
    t = times(log_uniform(rng, 0.8, 6.0))
    layers = pick(rng, ("noise", "tone", "both"))
    wave = np.zeros(len(t))
    if layers != "tone":
        wave = wave + _moving_noise(rng, t, _path(rng, t, rising=False))
    if layers != "noise":
        base = log_uniform(rng, 300, 4000)
        wave = wave / (np.std(wave) + 1.0) + _moving_tone(rng, t, ramp(t, base, base / 2.0 ** rng.uniform(1, 5)))
    wave = _gate(rng, t, wave) * (1.0 - t / t[-1]) ** rng.uniform(0.4, 2.0) * rise(t, 0.02)
    return sound(wave, "downlifter", "fx", ("downer", "fall", "down sweep"), ("transition", "edm"), ("falling",))


def sweep_fx(rng: Rng) -> Sound:
    """Pass by: a band of noise or a synth moves up and down again, slowly or as a quick whoosh."""
    t = times(log_uniform(rng, 0.25, 5.0))
    peak_at = rng.uniform(0.2, 0.8)
    hump = np.where(t < peak_at * t[-1], t / (peak_at * t[-1]), (t[-1] - t) / ((1 - peak_at) * t[-1]))
    hump = np.clip(hump, 0.0, 1.0) ** rng.uniform(0.5, 2)
    low, high = log_uniform(rng, 80, 500), log_uniform(rng, 1_200, 12_000)
    direction = pick(rng, ("over", "up", "down", "cycle"))
    course = {
        "over": hump,
        "up": t / t[-1],
        "down": 1 - t / t[-1],
        "cycle": 0.5 + 0.5 * sine(log_uniform(rng, 0.3, 3), t),
    }
    hz = low * (high / low) ** course[direction]
    is_synth = chance(rng, 0.4)
    if is_synth:
        source = unison(rng, pick(rng, ("saw", "square", "pulse")), log_uniform(rng, 40, 300), t, 3, 20)
        wave = sweep(source, pick(rng, ("bandpass", "lowpass")), hz, log_uniform(rng, 1.5, 12))
    else:
        wave = _moving_noise(rng, t, hz)
    level = hump ** rng.uniform(0.3, 1.5) if direction != "cycle" else adsr(t, 0.1, 9, 1, 0.8 * t[-1], 0.2 * t[-1])
    name = ("whoosh", "swoosh", "swish") if len(t) < SAMPLE_RATE_HZ and not is_synth else ("filter sweep", "sweeping")
    words = ("electronic", "resonant") if is_synth else ("airy", "noisy")
    return sound(wave * level, "sweep", "fx", name, ("synthesizer",) if is_synth else ("noise",), words)


def impact(rng: Rng) -> Sound:
    """Strike a film-sized blow: a sub, a body of debris or metal, and a long dark room."""
    t = times(log_uniform(rng, 0.8, 5.0))
    boom_hz, drop = log_uniform(rng, 28, 90), rng.uniform(0, 2.5)
    boom = sine(boom_hz * 2.0 ** (drop * np.exp(-t / log_uniform(rng, 0.03, 0.3))), t) * decay(t, rng.uniform(0.7, 4))
    burst = lowpass(tilted_noise(rng, len(t), rng.uniform(-8, -1)), log_uniform(rng, 300, 14_000), 2)
    wave = pick(rng, (0.0, rng.uniform(0.1, 0.5), 1.0)) * boom + rng.uniform(0.3, 1.2) * burst * decay(
        t, log_uniform(rng, 0.2, 2.0)
    )
    words: tuple[str, ...] = ("cinematic", "boomy")
    if chance(rng, 0.45):
        modes = dense_modes(rng, int(rng.integers(10, 70)), log_uniform(rng, 50, 250), log_uniform(rng, 900, 7000), 0.6)
        clang = ring(
            t, modes, rng.random(len(modes)) / (modes / 200) ** 0.5, log_uniform(rng, 0.6, 4) * (300 / modes) ** 0.4
        )
        wave = wave + rng.uniform(0.3, 1.5) * clang / (np.max(np.abs(clang)) + 1e-9)
        words = ("cinematic", "metallic")
    if chance(rng, 0.3):  # several hits that do not quite meet
        wave = mix(*((rng.uniform(0, 0.06), wave * rng.uniform(0.5, 1)) for _ in range(3)))
    wave = saturate(wave, log_uniform(rng, 1, 8))
    wave = room(rng, wave, log_uniform(rng, 1.0, 4.5), rng.uniform(0.5, 3.0), rng.uniform(-8, -2))
    return sound(wave, "impact", "fx", ("hit", "boom", "braam", "cinematic hit"), ("trailer",), words)


def slam(rng: Rng) -> Sound:
    """Slam something big in a big place: noise, metal or several layers, from dull to piercing, with its echo."""
    t = times(log_uniform(rng, 0.3, 1.5))
    low = log_uniform(rng, 60, 1200)
    body = bandpass(white_noise(rng, len(t)), low, low * rng.uniform(3, 14)) * decay(t, log_uniform(rng, 0.1, 1.0))
    modes = dense_modes(rng, int(rng.integers(6, 50)), low, low * rng.uniform(4, 20), 0.8)
    metal = ring(t, modes, rng.random(len(modes)), log_uniform(rng, 0.2, 2) * rng.uniform(0.4, 1, len(modes)))
    wave = body / np.max(np.abs(body)) + pick(rng, (0.0, rng.uniform(0.2, 1.5))) * metal / np.max(np.abs(metal))
    wave = saturate(wave, log_uniform(rng, 1, 10))
    wave = room(rng, wave, log_uniform(rng, 0.8, 4.0), rng.uniform(0.5, 3), rng.uniform(-5, 0))
    return sound(
        wave, "impact", "fx", ("hit", "slam", "crash hit", "cinematic hit"), ("trailer",), ("cinematic", "wet")
    )


def orchestral_impact(rng: Rng) -> Sound:
    """Hit a wall of brass-like saws and noise once: a braam or an orchestra hit for trailers."""
    t = times(log_uniform(rng, 0.6, 3.5))
    root = log_uniform(rng, 35, 110)
    wave = np.zeros(len(t))
    for ratio in pick(rng, ((1, 2, 3), (1, 1.5, 2, 4), (1, 2, 2.4, 3), (1, 1.06, 2, 2.83))):
        wave += unison(rng, "saw", root * ratio * glide(t, 1.03, 1.0, 0.05), t, 2, 18)
    wave = sweep(wave, "lowpass", 200 + log_uniform(rng, 1500, 6000) * decay(t, log_uniform(rng, 1, 5)), 0.9, 2)
    wave = saturate(
        wave * adsr(t, log_uniform(rng, 0.003, 0.08), 1.5, 0.3, 0.7 * t[-1], 0.3 * t[-1]), log_uniform(rng, 1, 10)
    )
    thump = sine(glide(t, 120, 40, 0.05), t) * decay(t, 0.6) + 0.2 * tilted_noise(rng, len(t), -4) * decay(t, 0.4)
    wave = room(rng, wave + thump, log_uniform(rng, 0.8, 3.0), rng.uniform(0.3, 1.5))
    return sound(wave, "impact", "fx", ("braam", "hit", "orchestral hit"), ("trailer",), ("cinematic", "distorted"))


def sub_drop(rng: Rng) -> Sound:
    """Let a low sine fall below decode_and_embed."""
    t = times(log_uniform(rng, 0.7, 5.0))
    hz = ramp(t, log_uniform(rng, 70, 260), log_uniform(rng, 18, 35), rng.uniform(0.35, 1.0))
    wave = saturate(sine(hz, t), log_uniform(rng, 0.6, 4)) * adsr(t, 0.005, 9, 1, 0.4 * t[-1], 0.6 * t[-1])
    return sound(wave, "sub drop", "fx", ("bass drop", "sub fall", "808 drop"), ("sine",), ("falling", "deep"))


def tape_stop(rng: Rng) -> Sound:
    """Hold the reel: whatever plays slows down to nothing."""
    t = times(log_uniform(rng, 0.5, 3.0))
    chord = [note_hz(rng.integers(40, 76)) for _ in range(rng.integers(1, 5))]
    played = sum((saw(hz, t) for hz in chord), np.zeros(len(t))) + rng.uniform(0, 1) * white_noise(rng, len(t)) * (
        decay(t % rng.uniform(0.2, 0.5), 0.15)
    )
    hold = rng.uniform(0.05, 0.6)
    speed = np.clip((1.0 - (t / t[-1] - hold) / (1.0 - hold)), 0.0, 1.0) ** rng.uniform(0.5, 1.5)
    wave = lowpass(warp(played, speed), 8000) * np.minimum(1.0, 3.0 * speed)
    return sound(wave, "tape stop", "fx", ("slow down", "vinyl stop", "power down"), ("tape",), ("falling", "slowing"))


def glitch(rng: Rng) -> Sound:
    """Cut a sound to shreds: repeats, bit loss, jumps in pitch, digital dirt."""
    length = log_uniform(rng, 0.2, 2.5)
    source_t = times(0.3)
    sources = (
        white_noise(rng, len(source_t)),
        fm(log_uniform(rng, 100, 3000), rng.uniform(0.3, 7), rng.uniform(1, 9), source_t),
        square(log_uniform(rng, 60, 4000), source_t),
        sine(glide(source_t, log_uniform(rng, 500, 9000), log_uniform(rng, 40, 300), 0.05), source_t),
    )
    parts, at = [], 0.0
    while at < length:
        grain = pick(rng, sources)[: int(SAMPLE_RATE_HZ * log_uniform(rng, 0.004, 0.12))]
        grain = crush(grain, log_uniform(rng, 2_000, 24_000), rng.uniform(2, 8)) if chance(rng, 0.5) else grain
        step = len(grain) / SAMPLE_RATE_HZ * pick(rng, (1.0, 1.0, 1.5, 3.0))
        for _ in range(pick(rng, (1, 1, 2, 4, 8))):
            parts.append((at, grain * rng.uniform(0.3, 1)))
            at += step
    return sound(
        mix(*parts), "glitch", "fx", ("stutter", "digital error", "data"), ("digital",), ("electronic", "gritty")
    )


def reverse_swell(rng: Rng) -> Sound:
    """Play a decaying sound backwards: the reversed cymbal or chord before a downbeat."""
    t = times(log_uniform(rng, 0.6, 4.0))
    if chance(rng, 0.5):
        wave = highpass(white_noise(rng, len(t)), log_uniform(rng, 500, 5000))
    else:
        wave = sum((unison(rng, "saw", note_hz(rng.integers(45, 80)), t, 2, 12) for _ in range(3)), np.zeros(len(t)))
    wave = (lowpass(wave, log_uniform(rng, 2_000, 14_000)) * decay(t, rng.uniform(0.8, 2.0) * t[-1]))[::-1]
    return sound(wave, "riser", "fx", ("reverse", "reversed swell", "suck"), ("transition",), ("rising", "reversed"))


def wash(rng: Rng) -> Sound:
    """Drown a noise burst in echoes and chorus: the splash after a drop."""
    t = times(log_uniform(rng, 0.15, 0.8))
    burst = highpass(white_noise(rng, len(t)), log_uniform(rng, 300, 4000)) * decay(t, log_uniform(rng, 0.1, 0.8))
    wave = echo(chorus(rng, burst), rng.uniform(0.1, 0.4), rng.uniform(0.4, 0.75), 6)
    return sound(wave, "downlifter", "fx", ("noise wash", "fall", "exhaust"), ("noise",), ("noisy", "airy"))


RECIPES: tuple[Recipe, ...] = (
    riser,
    reverse_swell,
    downlifter,
    wash,
    sweep_fx,
    impact,
    slam,
    orchestral_impact,
    sub_drop,
    tape_stop,
    glitch,
)
