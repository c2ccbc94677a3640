"""Training sounds from recorded hits and notes, each varied as players and editors vary them.

A few real ones teach what no recipe has: how metal, heads and strings truly sound. A file is of the kind that its own
name or its folder's begins with: ``snare-02.flac``, ``acoustic-guitar/C3.mp3``.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from training.general_midi import Label
from training.sound import SAMPLE_RATE_HZ, Sound, Waveform

_KIT, _HAND = ("acoustic", "drum kit"), ("acoustic", "hand percussion")
_ELECTRIC, _ORCHESTRAL = ("electric", "amp"), ("acoustic", "orchestral")
_LABELS = {
    "kick": Label("kick drum", "drums", ("kick", "bass drum", "bd"), _KIT, ("acoustic",)),
    "snare": Label("snare drum", "drums", ("snare", "sd"), _KIT, ("acoustic",)),
    "tom": Label("tom", "drums", ("tom-tom", "tom drum"), _KIT, ("acoustic",)),
    "hihat-closed": Label("closed hi-hat", "drums", ("closed hat", "ch", "hihat", "hi-hat"), _KIT, ("acoustic",)),
    "hihat-open": Label("open hi-hat", "drums", ("open hat", "oh", "hihat", "hi-hat"), _KIT, ("acoustic",)),
    "crash": Label("crash cymbal", "drums", ("crash", "cymbal"), _KIT, ("acoustic",)),
    "splash": Label("splash cymbal", "drums", ("splash", "cymbal"), _KIT, ("acoustic",)),
    "ride": Label("ride cymbal", "drums", ("ride", "cymbal"), _KIT, ("acoustic",)),
    "cowbell": Label("cowbell", "percussion", ("cow bell",), _HAND, ("metallic",)),
    "tambourine": Label("tambourine", "percussion", ("tamb",), _HAND, ("bright", "jingling")),
    "piano": Label("piano", "melodic", ("grand piano", "keys"), ("acoustic", "keyboard"), ("natural",)),
    "acoustic-guitar": Label("guitar", "melodic", ("acoustic guitar", "gtr"), ("acoustic",), ("natural",)),
    "electric-guitar": Label("guitar", "melodic", ("electric guitar", "gtr"), _ELECTRIC, ()),
    "electric-bass": Label("bass", "bass", ("bass guitar", "electric bass", "bass note"), _ELECTRIC, ("warm",)),
    "contrabass": Label("strings", "melodic", ("double bass", "contrabass"), _ORCHESTRAL, ("low", "bowed")),
    "violin": Label("strings", "melodic", ("violin", "solo violin"), _ORCHESTRAL, ("bowed", "expressive")),
    "harp": Label("harp", "melodic", ("plucked strings",), _ORCHESTRAL, ("plucky",)),
}
_STRUCK = ("drums", "percussion")
_LONGEST_SECONDS = 8.0


def sounds(folder: Path, n: int, seed: int) -> Iterator[Sound]:
    """Vary the recordings of a folder; the same seed makes the same sounds.

    Args:
        folder: Audio files; those that begin with no key of ``_LABELS`` are left out.
        n: How many sounds; kinds are even.
        seed: Of the random choices.
    """
    rng = np.random.default_rng(seed)
    found = {name: _paths(folder, name) for name in _LABELS}
    names = [name for name, paths in found.items() if paths]
    for _ in range(n):
        name = names[int(rng.integers(len(names)))]
        label = _LABELS[name]
        waveform, words = _vary(found[name], rng, is_struck=label.family in _STRUCK)
        yield Sound(waveform, label.kind, label.family, label.aliases, label.source, (*label.character, *words))


def _paths(folder: Path, name: str) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and (path.name.startswith(name) or path.parent.name.startswith(name))
    )


@lru_cache(maxsize=64)
def _read(path: Path) -> Waveform:
    frames, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    mono = frames[: int(_LONGEST_SECONDS * rate_hz)].mean(axis=1)
    return soxr.resample(mono, rate_hz, SAMPLE_RATE_HZ)


def _vary(paths: list[Path], rng: np.random.Generator, *, is_struck: bool) -> tuple[Waveform, tuple[str, ...]]:
    """Tune a sound, layer a hit with another of its kind, damp it or cut it short."""
    waveform = _tuned(_pick(paths, rng), rng)
    words: tuple[str, ...] = ()
    if is_struck and rng.random() < 0.4:
        other = _tuned(_pick(paths, rng), rng) * rng.uniform(0.2, 1)
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


def _pick(paths: list[Path], rng: np.random.Generator) -> Waveform:
    return _read(paths[int(rng.integers(len(paths)))])


def _tuned(waveform: Waveform, rng: np.random.Generator) -> Waveform:
    semitones = float(np.clip(rng.normal(0, 2), -5, 5))
    return soxr.resample(waveform, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * 2 ** (-semitones / 12))
