"""A small library synthesized on the spot, for the first minute and for trying things out."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

_RATE_HZ = 44_100
_N_EACH = 6

Wave: TypeAlias = npt.NDArray[np.float64]
Rng: TypeAlias = np.random.Generator


def write_demo_sounds(folder: Path, seed: int = 7) -> list[Path]:
    """Write the demo sounds as 16-bit WAV under names that tell nothing; return their paths.

    The same sounds for the same seed. Files that are there already are left as they are.
    """
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    waves = [make(rng) for make in _MAKERS for _ in range(_N_EACH)]
    order = rng.permutation(len(waves))
    paths = [folder / f"audio_{number:04d}.wav" for number in range(1, len(waves) + 1)]
    for path, which in zip(paths, order, strict=True):
        if not path.exists():
            wave = waves[which] / max(np.abs(waves[which]).max(), 1e-9)
            soundfile.write(path, 0.9 * wave, _RATE_HZ, subtype="PCM_16")
    return paths


def _time(seconds: float) -> Wave:
    return np.arange(int(seconds * _RATE_HZ)) / _RATE_HZ


def _sweep(t: Wave, start_hz: float, end_hz: float, fall_seconds: float) -> Wave:
    """Sine whose frequency falls exponentially from ``start_hz`` to ``end_hz``."""
    hz = end_hz + (start_hz - end_hz) * np.exp(-t / fall_seconds)
    return np.sin(2 * np.pi * np.cumsum(hz) / _RATE_HZ)


def _band(noise: Wave, low_hz: float, high_hz: float) -> Wave:
    """Keep one band of a signal, with soft edges."""
    spectrum = np.fft.rfft(noise)
    hz = np.fft.rfftfreq(len(noise), 1 / _RATE_HZ)
    gain = 1 / (1 + (low_hz / np.maximum(hz, 1)) ** 4) / (1 + (hz / high_hz) ** 4)
    return np.fft.irfft(spectrum * gain, len(noise))


def _saw(t: Wave, hz: float) -> Wave:
    return 2 * (hz * t % 1) - 1


def _kick(rng: Rng) -> Wave:
    t = _time(rng.uniform(0.25, 0.6))
    body = _sweep(t, rng.uniform(150, 320), rng.uniform(42, 60), rng.uniform(0.02, 0.05))
    return body * np.exp(-t / rng.uniform(0.08, 0.2)) + 0.2 * rng.standard_normal(len(t)) * np.exp(-t / 0.003)


def _snare(rng: Rng) -> Wave:
    t = _time(0.35)
    body = np.sin(2 * np.pi * rng.uniform(170, 240) * t) * np.exp(-t / 0.06)
    wires = _band(rng.standard_normal(len(t)), 900, 9000) * np.exp(-t / rng.uniform(0.06, 0.12))
    return 0.5 * body + wires


def _closed_hat(rng: Rng) -> Wave:
    t = _time(0.15)
    return _band(rng.standard_normal(len(t)), rng.uniform(6000, 8000), 16000) * np.exp(-t / rng.uniform(0.015, 0.03))


def _open_hat(rng: Rng) -> Wave:
    t = _time(0.8)
    return _band(rng.standard_normal(len(t)), rng.uniform(6000, 8000), 16000) * np.exp(-t / rng.uniform(0.2, 0.35))


def _clap(rng: Rng) -> Wave:
    t = _time(0.4)
    envelope = sum(np.exp(-np.maximum(t - at, 0) / 0.006) * (t >= at) for at in (0.0, 0.011, 0.023))
    envelope = envelope + np.exp(-np.maximum(t - 0.034, 0) / rng.uniform(0.05, 0.1)) * (t >= 0.034)
    return _band(rng.standard_normal(len(t)), 700, 2600) * envelope


def _cowbell(rng: Rng) -> Wave:
    t = _time(0.4)
    low = rng.uniform(500, 580)
    tone = np.sign(np.sin(2 * np.pi * low * t)) + np.sign(np.sin(2 * np.pi * 1.48 * low * t))
    return _band(tone, 500, 4000) * np.exp(-t / 0.09)


def _tom(rng: Rng) -> Wave:
    t = _time(0.6)
    pitch_hz = rng.uniform(80, 180)
    return _sweep(t, 1.5 * pitch_hz, pitch_hz, 0.04) * np.exp(-t / rng.uniform(0.12, 0.22))


def _bass(rng: Rng) -> Wave:
    t = _time(1.2)
    return _band(_saw(t, rng.uniform(41, 73)), 20, rng.uniform(300, 900)) * np.minimum(1, (1.2 - t) / 0.2)


def _pad(rng: Rng) -> Wave:
    t = _time(3.0)
    root_hz = rng.uniform(130, 260)
    voices = [_saw(t, root_hz * ratio * rng.uniform(0.995, 1.005)) for ratio in (1, 1.26, 1.5) for _ in range(2)]
    return _band(sum(voices, np.zeros_like(t)), 80, 1800) * np.minimum(1, t / 0.8) * np.minimum(1, (3.0 - t) / 0.8)


def _bell(rng: Rng) -> Wave:
    t = _time(2.0)
    root_hz = rng.uniform(400, 900)
    ratios = ((1, 1.0, 0.9), (2.0, 0.6, 0.7), (2.76, 0.5, 0.5), (5.4, 0.3, 0.25), (8.9, 0.15, 0.12))
    return sum((a * np.sin(2 * np.pi * root_hz * r * t) * np.exp(-t / d) for r, a, d in ratios), np.zeros_like(t))


def _riser(rng: Rng) -> Wave:
    t = _time(2.5)
    hz = 200 * (rng.uniform(20, 40)) ** (t / 2.5)
    tone = np.sin(2 * np.pi * np.cumsum(hz) / _RATE_HZ)
    return (tone + 0.5 * _band(rng.standard_normal(len(t)), 2000, 12000)) * (t / 2.5) ** 2


def _blip(rng: Rng) -> Wave:
    t = _time(0.12)
    return np.sin(2 * np.pi * rng.uniform(900, 2400) * t) * np.exp(-t / 0.03)


_MAKERS: tuple[Callable[[Rng], Wave], ...] = (
    _kick,
    _snare,
    _closed_hat,
    _open_hat,
    _clap,
    _cowbell,
    _tom,
    _bass,
    _pad,
    _bell,
    _riser,
    _blip,
)
