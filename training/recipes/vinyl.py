"""Recipes for the record player: crackle, and the hand that moves a record under the needle."""

from itertools import pairwise

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    bandpass,
    chance,
    decay,
    highpass,
    log_uniform,
    lowpass,
    pick,
    saw,
    sine,
    sparse_impulses,
    tilted_noise,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.synth import sweep, wander, warp
from training.recipes.voice_synth import make_singer, talk
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

_SOURCE_SECONDS = 1.0


def _record(rng: Rng) -> Signal:
    """Press what DJs scratch: "ahh", "fresh", a hit, a burst of noise, brass, a beep."""
    t = times(_SOURCE_SECONDS)
    style = pick(rng, ("voice", "voice", "talk", "noise", "hit", "tone"))
    if style == "voice":
        return make_singer(rng)(float(rng.uniform(45, 65)), 0.9, 0.9)
    if style == "talk":
        source = saw(log_uniform(rng, 90, 220), t) + 0.4 * white_noise(rng, len(t))
        return talk(rng, t, source, rng.uniform(3, 6))
    if style == "noise":
        return sweep(white_noise(rng, len(t)), "bandpass", 600 + 3000 * np.abs(wander(rng, t, 4.0)), 1.5)
    if style == "hit":
        chord = sum((saw(hz, t) for hz in log_uniform(rng, 100, 400) * np.array([1, 1.2, 1.5, 2])), np.zeros(len(t)))
        return (chord + 2 * white_noise(rng, len(t)) * decay(t, 0.3)) * decay(t, 1.0)
    return sine(log_uniform(rng, 400, 2000), t) + 0.3 * white_noise(rng, len(t))


def _hand(rng: Rng, t: Signal) -> Signal:
    """Move the record: pushes and pulls of changing speed, in playback speeds from about -5 to 5."""
    n_strokes = max(2, int(t[-1] * rng.uniform(3, 11)))
    edges = np.sort(np.r_[0.0, rng.uniform(0.02, 0.98, n_strokes - 1) * t[-1], t[-1]])
    if chance(rng, 0.5):
        edges = np.linspace(0.0, t[-1], n_strokes + 1)
    speed = np.zeros(len(t))
    for stroke, (begin, end) in enumerate(pairwise(edges)):
        here = (t >= begin) & (t < end)
        shape = np.sin(np.pi * (t[here] - begin) / max(end - begin, 1e-3)) ** rng.uniform(0.4, 1.2)
        speed[here] = (-1.0) ** stroke * rng.uniform(0.6, 1.5) * log_uniform(rng, 0.8, 4.0) * shape
    return speed


def _bounced(speed: Signal, n_frames: int) -> Signal:
    """Turn the hand's speed into one that never runs off the sound: the path is mirrored at both ends."""
    path = np.cumsum(speed)
    path -= path.min() - 0.03 * n_frames
    folded = n_frames - 1 - np.abs(n_frames - 1 - path % (2 * (n_frames - 1)))
    return np.diff(folded, prepend=0.0)


def scratch(rng: Rng) -> Sound:
    """Scratch: a sound under a hand-moved needle, cut by a crossfader, with the surface noise of the groove."""
    t = times(log_uniform(rng, 0.2, 2.5))
    record = _record(rng)
    record = record / (np.std(record) + 1e-9)
    speed = _bounced(_hand(rng, t), len(record))
    wave = lowpass(warp(record, speed), 14_000) * np.minimum(1.0, np.abs(speed) * 2.5) ** 0.5
    if chance(rng, 0.4):  # the fader: transformer, chirp and crab cuts
        cuts = (np.sin(2 * np.pi * np.cumsum(6 + 7 * np.abs(wander(rng, t, 3.0))) / SAMPLE_RATE_HZ) > -0.3).astype(
            float
        )
        wave = wave * np.convolve(cuts, np.ones(96) / 96, mode="same")
    rub = bandpass(white_noise(rng, len(t)), 400, log_uniform(rng, 2_000, 9_000)) * np.minimum(3.0, np.abs(speed))
    wave = highpass(wave + rng.uniform(0.02, 0.5) * rub, log_uniform(rng, 60, 300))
    names = ("scratch", "dj scratch", "record scratch", "turntable scratch")
    return sound(wave, "vinyl scratch", "fx", names, ("turntable", "hip hop"), ("rhythmic", "gritty"))


def backspin(rng: Rng) -> Sound:
    """Throw the record back or rewind it: a fast chatter that speeds up or dies down."""
    t = times(log_uniform(rng, 0.4, 2.2))
    record = np.tile(_record(rng), 3)
    course = np.linspace(1.0, 0.0, len(t)) ** rng.uniform(0.4, 2.0)
    speed = log_uniform(rng, 2.5, 9.0) * (course if chance(rng, 0.6) else course[::-1]) * pick(rng, (1, -1, -1))
    wave = lowpass(warp(record, _bounced(speed, len(record))), 15_000) * np.minimum(1.0, np.abs(speed))
    wave = highpass(wave / (np.std(wave) + 1e-9) + 0.1 * white_noise(rng, len(t)) * np.abs(speed) / 5, 100)
    names = ("backspin", "rewind", "spinback", "scratch")
    return sound(wave, "vinyl scratch", "fx", names, ("turntable", "dj"), ("fast",))


def needle_noise(rng: Rng) -> Sound:
    """Drag a needle or rub a groove: wordless scratches, rips and cue noises."""
    t = times(log_uniform(rng, 0.12, 1.2))
    speed = np.abs(_hand(rng, t))
    groove = sweep(
        white_noise(rng, len(t)), "bandpass", 300 + log_uniform(rng, 500, 3000) * speed, log_uniform(rng, 0.8, 4)
    )
    squeal = sine(200 + log_uniform(rng, 200, 900) * speed, t) * rng.uniform(0, 0.7)
    wave = (groove / (np.std(groove) + 1e-9) + squeal) * np.minimum(1.0, speed) ** 0.7
    return sound(
        wave, "vinyl scratch", "fx", ("scratch", "record scratch", "needle drop"), ("turntable",), ("noisy", "gritty")
    )


def crackle(rng: Rng) -> Sound:
    """Let an old record turn in its silent groove: dust, pops, rumble, hiss."""
    t = times(log_uniform(rng, 1.0, 6.0))
    dust = bandpass(sparse_impulses(rng, log_uniform(rng, 20, 500), t) * 3, 800, log_uniform(rng, 5_000, 16_000))
    pops = lowpass(sparse_impulses(rng, log_uniform(rng, 0.5, 8), t) * 20, log_uniform(rng, 800, 4_000))
    hiss = tilted_noise(rng, len(t), -2) * log_uniform(rng, 0.003, 0.05)
    rumble = lowpass(white_noise(rng, len(t)), 80) * log_uniform(rng, 0.01, 0.3)
    turn = 1.0 + 0.5 * sine(rng.uniform(0.55, 1.3), t)
    names = ("crackle", "vinyl noise", "record noise", "surface noise", "dust")
    wave = (dust + pops + hiss) * turn + rumble
    return sound(wave, "vinyl crackle", "fx", names, ("turntable", "record"), ("lo-fi", "dusty", "vintage"))


RECIPES: tuple[Recipe, ...] = (scratch, scratch, scratch, backspin, needle_noise, crackle)
