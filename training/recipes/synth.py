"""Building blocks of pitched and moving sounds: curves, stacked oscillators, swept filters, time and space effects.

They add to ``dsp.py`` and ``modal.py`` and follow their habits: mono float signals of shape ``(n_frames,)`` at 48 kHz.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

import numpy as np
from scipy import signal

from training.recipes.dsp import (
    Rng,
    Signal,
    decay,
    fast_sine,
    phase,
    resonate,
    saw,
    sine,
    square,
    tilted_noise,
    times,
    triangle,
)
from training.sound import SAMPLE_RATE_HZ

Shape: TypeAlias = Literal["saw", "square", "pulse", "triangle", "sine"]
FilterKind: TypeAlias = Literal["lowpass", "highpass", "bandpass"]

_FILTER_BLOCK = 192  # frames a step, 4 ms: sweeps stay smooth and a second costs 3 ms


def note_hz(midi: float) -> float:
    """Return the frequency of a MIDI note in equal temperament (69 is A4, 440 Hz)."""
    return float(440.0 * 2.0 ** ((midi - 69.0) / 12.0))


# ---- curves


def breakpoints(t: Signal, *points: tuple[float, float]) -> Signal:
    """Draw straight lines through ``(seconds, value)`` points."""
    at, values = zip(*points, strict=True)
    return np.interp(t, at, values)


def ramp(t: Signal, start: float, end: float, power: float = 1.0) -> Signal:
    """Move from ``start`` to ``end`` evenly in ratio; a ``power`` above 1 sets off slowly."""
    return start * (end / start) ** (np.linspace(0.0, 1.0, len(t)) ** power)


def wander(rng: Rng, t: Signal, rate_hz: float, depth: float = 1.0) -> Signal:
    """Drift smoothly and at random within ``-depth..depth``, ``rate_hz`` new goals a second."""
    position = t * rate_hz
    points = rng.uniform(-depth, depth, int(position[-1]) + 2)
    index = position.astype(np.int64)
    blend = 0.5 - 0.5 * np.cos(np.pi * (position - index))
    return points[index] * (1.0 - blend) + points[index + 1] * blend


def vibrato(rng: Rng, t: Signal, hz: float, cents: float, rate_hz: float = 5.5, onset_seconds: float = 0.25) -> Signal:
    """Sway a pitch as players and singers do: late, not quite regular, with a slow drift."""
    sway = np.minimum(t / max(onset_seconds, 1e-3), 1.0) ** 2 * sine(rate_hz * (1.0 + wander(rng, t, 2.0, 0.08)), t)
    return hz * 2.0 ** ((cents * sway + wander(rng, t, 3.0, 0.15 * cents + 2.0)) / 1200.0)


# ---- oscillators


def oscillator(shape: Shape, hz: float | Signal, t: Signal, start_cycles: float = 0.0) -> Signal:
    if shape == "saw":
        return saw(hz, t, start_cycles)
    if shape == "square":
        return square(hz, t, 0.5, start_cycles)
    if shape == "pulse":
        return square(hz, t, 0.2, start_cycles)
    if shape == "triangle":
        return triangle(hz, t, start_cycles)
    return sine(hz, t, 2.0 * np.pi * start_cycles)


def unison(rng: Rng, shape: Shape, hz: float | Signal, t: Signal, n_voices: int, detune_cents: float) -> Signal:
    """Stack detuned copies of a wave with random phases."""
    cents = rng.uniform(-detune_cents, detune_cents, n_voices) if n_voices > 1 else np.zeros(1)
    total = np.zeros(len(t))
    for offset in cents:
        total += oscillator(shape, hz * 2.0 ** (offset / 1200.0), t, rng.random())
    return total / np.sqrt(n_voices)


def harmonics(hz: float | Signal, t: Signal, levels: Sequence[float] | Signal) -> Signal:
    """Sum the harmonics of one pitch; those that reach 20 kHz are left out."""
    base, top_hz = phase(hz, t), float(np.max(hz))
    total = np.zeros(len(t), dtype=np.float32)
    for k, level in enumerate(levels, start=1):
        if abs(level) > 1e-4 and k * top_hz < 20_000.0:
            total += np.float32(level) * fast_sine(k * base)
    return total


# ---- filters


def _sections(kind: FilterKind, hz: Signal, q: float) -> tuple[Signal, Signal]:
    """Design two poles for each cutoff after the audio EQ cookbook (Bristow-Johnson); a bandpass peaks at unit gain.

    Returns:
        Numerators and denominators, shape ``(n_cutoffs, 3)`` each.
    """
    omega = 2.0 * np.pi * np.clip(hz, 15.0, 0.45 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    cosine, alpha = np.cos(omega)[:, None], (np.sin(omega) / (2.0 * q))[:, None]
    if kind == "bandpass":
        top = alpha * np.array([1.0, 0.0, -1.0])
    elif kind == "lowpass":
        top = (1.0 - cosine) * np.array([0.5, 1.0, 0.5])
    else:
        top = (1.0 + cosine) * np.array([0.5, -1.0, 0.5])
    bottom = np.hstack([1.0 + alpha, -2.0 * cosine, 1.0 - alpha])
    return top / (1.0 + alpha), bottom / (1.0 + alpha)


def sweep(x: Signal, kind: FilterKind, hz: Signal, q: float = 0.71, n_sections: int = 1) -> Signal:
    """Filter with a cutoff that moves; each section has two poles and a resonance ``q``.

    Args:
        x: Input, shape ``(n_frames,)``.
        kind: What each section lets pass.
        hz: Cutoff of every frame, followed in steps of 4 ms.
        q: Resonance; 0.71 has none, 12 whistles.
        n_sections: 1 or 2.
    """
    numerators, denominators = _sections(kind, hz[::_FILTER_BLOCK], q)
    for _ in range(n_sections):  # one after the other: as one polynomial, four poles at a low cutoff are not stable
        x = _filter_blocks(x, numerators, denominators)
    return x


def _filter_blocks(x: Signal, numerators: Signal, denominators: Signal) -> Signal:
    out = np.empty(len(x))
    state = np.zeros(2)
    for block, (b, a) in enumerate(zip(numerators, denominators, strict=True)):
        here = slice(block * _FILTER_BLOCK, (block + 1) * _FILTER_BLOCK)
        out[here], state = signal.lfilter(b, a, x[here], zi=state)
    return out


def resonances(x: Signal, hz: Sequence[float], q: Sequence[float], levels: Sequence[float]) -> Signal:
    """Pass a signal through parallel resonances: a body, a vocal tract, a bowl."""
    total = np.zeros(len(x))
    for f, sharpness, level in zip(hz, q, levels, strict=True):
        total += level * resonate(x, f, sharpness)
    return total


# ---- time and space


def warp(x: Signal, speed: Signal) -> Signal:
    """Play a sound at a moving speed, backwards where it is negative; outside of it there is silence."""
    return np.interp(np.cumsum(speed), np.arange(len(x)), x, left=0.0, right=0.0)


def chorus(rng: Rng, x: Signal, depth_ms: float = 4.0, rate_hz: float = 0.8, n_copies: int = 2) -> Signal:
    """Add copies whose delay sways."""
    here = np.arange(len(x), dtype=np.float64)
    out = np.array(x, dtype=np.float64)
    for _ in range(n_copies):
        sway = sine(rate_hz * rng.uniform(0.7, 1.3), here / SAMPLE_RATE_HZ, rng.uniform(0.0, 6.28))
        out += np.interp(here - (1.2 + sway) * depth_ms * 48.0, here, x, left=0.0)
    return out / (1.0 + n_copies) ** 0.7


def echo(x: Signal, delay_seconds: float, feedback: float, n_repeats: int = 5) -> Signal:
    """Repeat a sound, each time softer; the result is longer by the repeats."""
    return mix(*((k * delay_seconds, x * feedback**k) for k in range(n_repeats + 1)))


def room(rng: Rng, x: Signal, seconds: float, wet: float, tilt_db: float = -4.0) -> Signal:
    """Add a diffuse tail, for sounds that are made of space; plain rooms come from the recording chain."""
    t = times(seconds)
    tail = tilted_noise(rng, len(t), tilt_db) * decay(t, seconds)
    tail = (tail * (wet / (np.sqrt(np.sum(tail**2)) + 1e-9))).astype(np.float32)
    return mix((0.0, x), (0.004, signal.fftconvolve(x.astype(np.float32), tail)))


def mix(*parts: tuple[float, Signal], seconds: float | None = None) -> Signal:
    """Lay sounds over each other at their start times; as long as they need, or cut to ``seconds``."""
    placed: Iterable[tuple[int, Signal]] = [(max(0, round(at * SAMPLE_RATE_HZ)), part) for at, part in parts]
    n_frames = round(seconds * SAMPLE_RATE_HZ) if seconds else max(at + len(part) for at, part in placed)
    out = np.zeros(n_frames)
    for at, part in placed:
        end = min(n_frames, at + len(part))
        if at < end:
            out[at:end] += part[: end - at]
    return out
