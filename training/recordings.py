"""Training sounds from recorded drum hits, each varied as players and editors vary them.

A few real hits teach what no recipe has: how metal and heads truly sound. Names say what they are: ``snare-02.flac``.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr

from training.sound import SAMPLE_RATE_HZ, Sound, Waveform

# first part of a file's name: kind and other words for it
_KINDS = {
    "kick": ("kick drum", ("kick", "bass drum", "bd")),
    "snare": ("snare drum", ("snare", "sd")),
    "tom": ("tom", ("tom-tom", "tom drum")),
    "hihat-closed": ("closed hi-hat", ("closed hat", "ch", "hihat", "hi-hat")),
    "hihat-open": ("open hi-hat", ("open hat", "oh", "hihat", "hi-hat")),
    "crash": ("crash cymbal", ("crash", "cymbal")),
    "splash": ("splash cymbal", ("splash", "cymbal")),
    "ride": ("ride cymbal", ("ride", "cymbal")),
}


def sounds(folder: Path, n: int, seed: int) -> Iterator[Sound]:
    """Vary the recordings of a folder; the same seed makes the same sounds.

    Args:
        folder: FLAC files whose names begin with a key of ``_KINDS``.
        n: How many sounds.
        seed: Of the random choices.
    """
    rng = np.random.default_rng(seed)
    hits = {name: _read(folder, name) for name in _KINDS}
    names = [name for name, waveforms in hits.items() if waveforms]
    for _ in range(n):
        name = names[int(rng.integers(len(names)))]
        kind, aliases = _KINDS[name]
        waveform, words = _vary(hits[name], rng)
        yield Sound(waveform, kind, "drums", aliases, ("acoustic", "drum kit"), ("acoustic", *words))


def _read(folder: Path, name: str) -> list[Waveform]:
    return [_at_48k(*soundfile.read(path, dtype="float32")) for path in sorted(folder.rglob(f"{name}*.flac"))]


def _at_48k(waveform: Waveform, rate_hz: int) -> Waveform:
    return soxr.resample(waveform, rate_hz, SAMPLE_RATE_HZ)


def _vary(hits: list[Waveform], rng: np.random.Generator) -> tuple[Waveform, tuple[str, ...]]:
    """Tune a hit, layer it with another of its kind, damp it or cut it short."""
    waveform = _tuned(hits[int(rng.integers(len(hits)))], rng)
    words: tuple[str, ...] = ()
    if rng.random() < 0.4:
        other = _tuned(hits[int(rng.integers(len(hits)))], rng) * rng.uniform(0.2, 1)
        longest = max(len(waveform), len(other))
        waveform = np.pad(waveform, (0, longest - len(waveform))) + np.pad(other, (0, longest - len(other)))
    if rng.random() < 0.5:
        seconds = len(waveform) / SAMPLE_RATE_HZ * rng.uniform(0.15, 1.2)
        waveform = waveform * np.exp(-6.9 / seconds * np.arange(len(waveform)) / SAMPLE_RATE_HZ)
        words = ("damped",) if seconds < 0.2 else ()
    if rng.random() < 0.3:
        waveform = waveform[: max(int(len(waveform) * rng.uniform(0.3, 0.9)), SAMPLE_RATE_HZ // 20)].copy()
        n_fade = min(len(waveform), int(rng.uniform(0.002, 0.1) * SAMPLE_RATE_HZ))
        waveform[-n_fade:] *= np.linspace(1, 0, n_fade)
    return (waveform / max(float(np.abs(waveform).max()), 1e-9)).astype(np.float32), words


def _tuned(waveform: Waveform, rng: np.random.Generator) -> Waveform:
    semitones = float(np.clip(rng.normal(0, 2), -5, 5))
    return soxr.resample(waveform, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * 2 ** (-semitones / 12))
