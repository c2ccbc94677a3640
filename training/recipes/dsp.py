"""Building blocks of synthesis: chance, time, envelopes, oscillators, noise, filters, distortion.

Signals are mono floats of shape ``(n_frames,)`` at ``SAMPLE_RATE_HZ``. A ``t60`` is the time in seconds in which a
level falls by 60 dB. Modes, strings and grains, which build on these, are in ``modal.py``.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from training.sound import SAMPLE_RATE_HZ

Signal: TypeAlias = npt.NDArray[np.floating[Any]]
Rng: TypeAlias = np.random.Generator
T = TypeVar("T")

NYQUIST_HZ = SAMPLE_RATE_HZ / 2
_HIGHEST_CUTOFF_HZ = 0.97 * NYQUIST_HZ  # digital filter designs fail at the Nyquist frequency itself
_LN_60_DB = float(np.log(1000.0))

# ---- chance


def log_uniform(rng: Rng, low: float, high: float) -> float:
    """Draw a number whose logarithm is uniform: how ears spread frequencies and times."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def chance(rng: Rng, probability: float) -> bool:
    return bool(rng.random() < probability)


def pick(rng: Rng, options: Sequence[T]) -> T:
    return options[int(rng.integers(len(options)))]


# ---- time


def times(seconds: float) -> Signal:
    """Return the time of each frame in seconds, float32, at least one frame."""
    n_frames = max(1, round(seconds * SAMPLE_RATE_HZ))
    return np.arange(n_frames, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)


def add_at(target: Signal, part: Signal, at_seconds: float) -> None:
    """Mix ``part`` into ``target`` in place; what lies beyond its end is lost."""
    start = round(at_seconds * SAMPLE_RATE_HZ)
    end = min(len(target), start + len(part))
    if 0 <= start < end:
        target[start:end] += part[: end - start]


# ---- envelopes


def decay(t: Signal, t60: float | Signal) -> Signal:
    """Fall exponentially from 1, by 60 dB per ``t60`` seconds."""
    return np.exp(-_LN_60_DB * t / t60)


def rise(t: Signal, seconds: float) -> Signal:
    """Approach 1 from 0, 95 % there after ``seconds``."""
    return 1.0 - np.exp(-3.0 * t / max(seconds, 1e-5))


def attack_decay(t: Signal, attack_seconds: float, t60: float) -> Signal:
    return rise(t, attack_seconds) * decay(t, t60)


def hold_decay(t: Signal, hold_seconds: float, t60: float) -> Signal:
    """Stay at 1 for a while, then fall: the gate of drum machines and gated rooms."""
    return decay(np.maximum(t - hold_seconds, 0.0), t60)


def adsr(t: Signal, attack: float, decay_seconds: float, sustain: float, gate: float, release: float) -> Signal:
    """Shape by attack, decay, sustain level (0 to 1) until ``gate`` seconds, then fade over ``release`` seconds."""
    body = np.minimum(t / max(attack, 1e-4), 1.0)
    body = body * (sustain + (1.0 - sustain) * np.exp(-4.0 * np.maximum(t - attack, 0.0) / max(decay_seconds, 1e-4)))
    return body * np.exp(-5.0 * np.maximum(t - gate, 0.0) / max(release, 1e-4))


def glide(t: Signal, start: float, end: float, time_constant: float) -> Signal:
    """Move exponentially from ``start`` towards ``end``; two thirds there after ``time_constant`` seconds."""
    return end + (start - end) * np.exp(-t / max(time_constant, 1e-5))


def fade_out(x: Signal, seconds: float) -> Signal:
    """Fade the end to zero, so that a cut does not click."""
    n_frames = min(len(x), max(1, round(seconds * SAMPLE_RATE_HZ)))
    faded = x.copy()
    faded[-n_frames:] *= np.linspace(1.0, 0.0, n_frames) ** 2
    return faded


# ---- oscillators


def phase(frequency_hz: float | Signal, t: Signal) -> Signal:
    """Integrate a frequency, constant or one per frame, to radians; the first frame is 0."""
    if np.ndim(frequency_hz) == 0:
        return 2 * np.pi * float(frequency_hz) * t.astype(np.float64)
    cycles = np.cumsum(frequency_hz, dtype=np.float64) / SAMPLE_RATE_HZ
    return 2 * np.pi * (cycles - cycles[0])


def sine(frequency_hz: float | Signal, t: Signal, start_radians: float = 0.0) -> Signal:
    return fast_sine(phase(frequency_hz, t) + start_radians)


def fast_sine(radians: Signal) -> Signal:
    """Take the sine in float32, which numpy vectorizes: several times the rate of float64, exact to 1e-6."""
    cycles = radians * (0.5 / np.pi)
    return np.sin((cycles - np.floor(cycles)).astype(np.float32) * np.float32(2 * np.pi))


def _wrapped_cycles(frequency_hz: float | Signal, t: Signal, start_cycles: float) -> Signal:
    cycles = phase(frequency_hz, t) * (0.5 / np.pi) + start_cycles
    return cycles - np.floor(cycles)


def saw(frequency_hz: float | Signal, t: Signal, start_cycles: float = 0.0) -> Signal:
    """Return a falling sawtooth, its steps smoothed by polyBLEP (Valimaki and Huovilainen 2007)."""
    step = np.clip(np.broadcast_to(frequency_hz, t.shape) / SAMPLE_RATE_HZ, 1e-6, 0.5)
    cycles = _wrapped_cycles(frequency_hz, t, start_cycles)
    after, before = cycles / step, (cycles - 1.0) / step
    smoothing = np.where(after < 1, -((1 - after) ** 2), 0.0) + np.where(before > -1, (1 + before) ** 2, 0.0)
    return 1.0 - 2.0 * cycles + smoothing


def square(frequency_hz: float | Signal, t: Signal, width: float = 0.5, start_cycles: float = 0.0) -> Signal:
    """Return a pulse wave without its mean, high for ``width`` of each cycle."""
    return 0.5 * (saw(frequency_hz, t, start_cycles) - saw(frequency_hz, t, start_cycles + 1 - width))


def triangle(frequency_hz: float | Signal, t: Signal, start_cycles: float = 0.0) -> Signal:
    cycles = _wrapped_cycles(frequency_hz, t, start_cycles)
    return 1.0 - 4.0 * np.abs(cycles - 0.5)


def fm(carrier_hz: float | Signal, ratio: float, index: float | Signal, t: Signal, feedback: float = 0.0) -> Signal:
    """Modulate a sine's phase by another of ``ratio`` times its frequency (Chowning); ``index`` in radians.

    ``feedback`` bends the modulator towards a sawtooth by one step of self-modulation.
    """
    carrier = phase(carrier_hz, t)
    modulator = fast_sine(ratio * carrier)
    if feedback:
        modulator = fast_sine(ratio * carrier + feedback * modulator)
    return fast_sine(carrier + index * modulator)


# ---- noise


def white_noise(rng: Rng, n_frames: int) -> Signal:
    return rng.standard_normal(n_frames, dtype=np.float32)


def tilted_noise(rng: Rng, n_frames: int, db_per_octave: float) -> Signal:
    """Return noise of unit power whose spectrum falls or rises evenly: -3 is pink, -6 brown, +3 blue."""
    size = fft.next_fast_len(n_frames, real=True)
    spectrum = fft.rfft(white_noise(rng, size))
    hz = np.maximum(np.arange(len(spectrum)) * (SAMPLE_RATE_HZ / size), 20.0)
    shaped = fft.irfft(spectrum * (hz / 1000.0) ** (db_per_octave / 6.02), size)[:n_frames]
    return shaped / (np.std(shaped) + 1e-9)


def banded_noise(
    rng: Rng, t: Signal, hz: Sequence[float], levels_db: Sequence[float], t60s: Sequence[float], attack: float = 0.0
) -> Signal:
    """Return noise whose bands, triangular in log frequency, each have a level and a decay of their own.

    Args:
        rng: Where the noise comes from.
        t: Time of each frame.
        hz: Centres of the bands, rising; noise below the first and above the last belongs to them.
        levels_db: Level of each band; a negative slope is a dark sound.
        t60s: Decay of each band; high bands of real things die first.
        attack: Seconds of the rise, common to all bands; 0 starts at once.
    """
    size = fft.next_fast_len(len(t), real=True)
    spectrum = fft.rfft(white_noise(rng, size))
    octave = np.log2(np.maximum(np.arange(len(spectrum)) * (SAMPLE_RATE_HZ / size), 1.0))
    centers = np.log2(np.asarray(hz))
    total = np.zeros(len(t), dtype=np.float32)
    for band, (level_db, t60) in enumerate(zip(levels_db, t60s, strict=True)):
        shape = np.interp(octave, centers, np.eye(len(centers))[band]).astype(np.float32)
        total += fft.irfft(spectrum * shape, size)[: len(t)] * (
            np.float32(10 ** (level_db / 20)) * decay(t, np.float32(t60))
        )
    return total * rise(t, attack) if attack else total


def sparse_impulses(rng: Rng, per_second: float | Signal, t: Signal) -> Signal:
    """Return impulses of random sign and level at a mean rate, constant or one per frame: beads, crackles, grains."""
    hits = rng.random(len(t)) < np.asarray(per_second) / SAMPLE_RATE_HZ
    return hits * rng.standard_normal(len(t))


# ---- filters


def _cutoff(hz: float) -> float:
    return float(np.clip(hz, 5.0, _HIGHEST_CUTOFF_HZ))


def lowpass(x: Signal, hz: float, order: int = 2) -> Signal:
    return signal.sosfilt(signal.butter(order, _cutoff(hz), "low", fs=SAMPLE_RATE_HZ, output="sos"), x)


def highpass(x: Signal, hz: float, order: int = 2) -> Signal:
    return signal.sosfilt(signal.butter(order, _cutoff(hz), "high", fs=SAMPLE_RATE_HZ, output="sos"), x)


def bandpass(x: Signal, low_hz: float, high_hz: float, order: int = 2) -> Signal:
    high_hz = _cutoff(high_hz)
    low_hz = min(_cutoff(low_hz), 0.9 * high_hz)
    return signal.sosfilt(signal.butter(order, (low_hz, high_hz), "band", fs=SAMPLE_RATE_HZ, output="sos"), x)


def resonate(x: Signal, hz: float, q: float) -> Signal:
    """Pass a narrow band around ``hz`` with unit gain at its peak; rings ``2.2 * q / hz`` seconds down to -60 dB."""
    omega = 2 * np.pi * _cutoff(hz) / SAMPLE_RATE_HZ
    alpha = np.sin(omega) / (2 * max(q, 0.05))  # stable for any q (Bristow-Johnson's audio EQ cookbook)
    return signal.lfilter((alpha, 0.0, -alpha), (1 + alpha, -2 * np.cos(omega), 1 - alpha), x)


def boost(x: Signal, hz: float, q: float, gain_db: float) -> Signal:
    """Raise or lower a band: the bell of an equalizer."""
    return x + (10 ** (gain_db / 20) - 1.0) * resonate(x, hz, q)


# ---- distortion


def saturate(x: Signal, drive: float) -> Signal:
    """Bend peaks softly, to 1 at most; ``drive`` is the gain into the bend: 1 is warm, 10 is distorted."""
    peak = float(np.max(np.abs(x))) + 1e-9
    return np.tanh(drive * x / peak) / np.tanh(drive)


def hard_clip(x: Signal, drive: float) -> Signal:
    peak = float(np.max(np.abs(x))) + 1e-9
    return np.clip(drive * x / peak, -1.0, 1.0)


def fold(x: Signal, drive: float) -> Signal:
    """Fold peaks back down: metallic, hollow overtones."""
    peak = float(np.max(np.abs(x))) + 1e-9
    return np.sin(0.5 * np.pi * drive * x / peak)


def crush(x: Signal, rate_hz: float, bits: float) -> Signal:
    """Hold frames at a lower rate, without an anti-alias filter, and round them to ``bits``: an old sampler."""
    hold = max(1, round(SAMPLE_RATE_HZ / rate_hz))
    held = np.repeat(x[::hold], hold)[: len(x)]
    peak = float(np.max(np.abs(held))) + 1e-9
    steps = 2.0 ** (bits - 1)
    return np.round(held / peak * steps) / steps


def unit(x: Signal) -> Signal:
    """Scale to a peak of 1, so that parts can be mixed by level; silence stays silence."""
    return x / (np.max(np.abs(x)) + 1e-9)


def normalize(x: Signal, peak: float = 0.9) -> npt.NDArray[np.float32]:
    """Scale to a peak; silence stays silence."""
    top = float(np.max(np.abs(x)))
    return (x * (peak / top) if top > 1e-9 else x).astype(np.float32)
