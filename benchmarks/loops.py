"""Loops of known tempo: made of real one-shots, and those of Sonic Pi."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from indexer.audio.waveform import Waveform

RATE_HZ = 48_000
KITS = Path("/usr/share/hydrogen/data/drumkits")
_ROLES = {"kick": ("kick", "bd"), "snare": ("snare", "sd"), "hat": ("hat", "hh")}
# Sixteenths of a bar on which each role plays.
_PATTERNS = (
    {"kick": (0, 4, 8, 12), "snare": (4, 12), "hat": (2, 6, 10, 14)},
    {"kick": (0, 10), "snare": (4, 12), "hat": tuple(range(0, 16, 2))},
    {"kick": (0, 3, 6, 10), "snare": (4, 12), "hat": tuple(range(16))},
    {"kick": (0, 8, 11), "snare": (4, 12), "hat": (0, 4, 8, 12)},
)
SONIC_PI = Path("/usr/share/sonic-pi/samples")
# Beats in each; those without a beat, or whose beats are a matter of opinion, are left out.
_SONIC_PI_BEATS = {
    "loop_3d_printer": 16,
    "loop_amen": 4,
    "loop_amen_full": 16,
    "loop_breakbeat": 4,
    "loop_compus": 16,
    "loop_electric": 4,
    "loop_garzul": 16,
    "loop_mehackit1": 4,
    "loop_mehackit2": 4,
    "loop_mika": 16,
    "loop_perc1": 4,
    "loop_perc2": 4,
    "loop_safari": 16,
    "loop_weirdo": 8,
}


@dataclass(frozen=True)
class Loop:
    waveform: Waveform
    tempo_bpm: float


def make_loops(n: int, seed: int = 0) -> Iterator[Loop]:
    """Yield loops of one to four bars at 70 to 175 bpm, each from one kit; tails wrap around, as in packs."""
    rng = np.random.default_rng(seed)
    kits = [kit for kit in sorted(KITS.iterdir()) if all(_find(kit, role) for role in _ROLES)]
    for _ in range(n):
        kit = kits[int(rng.integers(len(kits)))]
        tempo = float(rng.uniform(70, 175))
        n_bars = int(rng.choice([1, 2, 4]))
        step = 60 / tempo / 4 * RATE_HZ
        mix = np.zeros(round(step * 16 * n_bars), np.float32)
        pattern = _PATTERNS[int(rng.integers(len(_PATTERNS)))]
        for role, places in pattern.items():
            files = _find(kit, role)
            hit = _read(files[int(rng.integers(len(files)))])[: len(mix)]
            for bar in range(n_bars):
                for place in places:
                    at = (round((bar * 16 + place) * step) + np.arange(len(hit))) % len(mix)
                    np.add.at(mix, at, hit * float(rng.uniform(0.6, 1)))
        yield Loop(mix / max(1.0, float(np.abs(mix).max())), tempo)


def sonic_pi_loops() -> Iterator[Loop]:
    """Yield the loops that come with Sonic Pi, where they are installed."""
    for name, beats in _SONIC_PI_BEATS.items():
        path = SONIC_PI / f"{name}.flac"
        if path.exists():
            yield Loop(_read(path), 60 * beats / sf.info(path).duration)


def _find(kit: Path, role: str) -> list[Path]:
    words = _ROLES[role]
    files = (path for path in sorted(kit.rglob("*")) if path.suffix in {".wav", ".flac", ".aiff"})
    return [path for path in files if any(word in path.name.lower() for word in words)]


def _read(path: Path) -> Waveform:
    frames, rate = sf.read(path, dtype="float32", always_2d=True)
    return soxr.resample(frames.mean(axis=1), rate, RATE_HZ).astype(np.float32)
