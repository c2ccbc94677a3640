"""Sounds that the tests synthesize, and files made of them."""

import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import soundfile as sf

from indexer import demo_sounds
from indexer.audio.waveform import Waveform

RATE_HZ = 48_000

# Names that file systems allow and programs trip over. 255 bytes is the limit of most file systems.
EVIL_NAMES = [
    b"[Am] 120 [bold red]kick.wav",
    b"new\nline.wav",
    b"tab\tand\rreturn.wav",
    b"escape \x1b[31mred.wav",
    b"bell \x07.wav",
    b"latin-1 caf\xe9.wav",
    b"broken utf-8 \xff\xfe\xc3.wav",
    "right-to-left \u202e gnp.wav".encode(),
    "zero\u200bwidth.wav".encode(),
    "decomposed e\u0301.wav".encode(),
    b" leading and trailing .wav",
    b"-rf.wav",
    b"quote ' \" ` $(id) ; & | .wav",
    b"back\\slash %s {0} *.wav",
    b"x" * 251 + b".wav",
]
if sys.platform in {"darwin", "win32"}:  # their file systems refuse names that are not Unicode
    EVIL_NAMES = [name for name in EVIL_NAMES if b"\xe9" not in name and b"\xff" not in name]


def tone(frequency_hz: float = 440.0, seconds: float = 0.5, level: float = 0.5, rate_hz: int = RATE_HZ) -> Waveform:
    """Make a steady sine."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)


def noise(seconds: float = 0.5, level: float = 0.1, seed: int = 0) -> Waveform:
    """Make steady white noise with the given standard deviation."""
    n_frames = round(seconds * RATE_HZ)
    return (level * np.random.default_rng(seed).standard_normal(n_frames)).astype(np.float32)


def decaying(waveform: Waveform, seconds_to_minus_20_db: float) -> Waveform:
    """Let a sound die away exponentially from its first frame."""
    times = np.arange(len(waveform)) / RATE_HZ
    return (waveform * 10 ** (-times / seconds_to_minus_20_db)).astype(np.float32)


def kick() -> Waveform:
    """Make a falling sine, as drum machines do."""
    times = np.arange(round(0.4 * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(50 + 200 * np.exp(-times / 0.03)) / RATE_HZ
    return decaying((0.9 * np.sin(phase)).astype(np.float32), 0.2)


def hat() -> Waveform:
    """Make a short burst of bright noise."""
    return decaying(np.diff(noise(0.15, 0.2), prepend=np.float32(0)), 0.04)


def loop(hit: Waveform, bpm: float = 120.0, n_beats: int = 8) -> Waveform:
    """Repeat a hit on every beat; the length is a whole number of beats."""
    n_beat = round(60 / bpm * RATE_HZ)
    beat = np.zeros(n_beat, np.float32)
    beat[: len(hit)] = hit[:n_beat]
    return np.tile(beat, n_beats)


def write_sound(
    path: Path, waveform: npt.NDArray[np.float32] | None = None, rate_hz: int = RATE_HZ, subtype: str | None = None
) -> Path:
    """Write a file in the format that its extension names; shape ``(n_frames,)`` or ``(n_frames, n_channels)``."""
    sf.write(path, tone() if waveform is None else waveform, rate_hz, subtype=subtype)
    return path


def write_library(folder: Path) -> Path:
    """Write one small sound in each of six formats."""
    folder.mkdir(parents=True, exist_ok=True)
    write_sound(folder / "kick.wav", kick())
    write_sound(folder / "hat.flac", hat(), subtype="PCM_24")
    write_sound(folder / "tone.ogg", tone())
    write_sound(folder / "noise.mp3", noise())
    write_sound(folder / "loop.aiff", loop(hat(), 140, 2))
    write_sound(folder / "wide.wav", np.stack([noise(seed=1), noise(seed=2)], axis=1), rate_hz=44_100, subtype="FLOAT")
    return folder


def write_demo_sounds(folder: Path, seed: int = 7) -> list[Path]:
    """Write the sounds of `indexer.demo_sounds`, synthesized once per run of the tests; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = _demo_contents(seed)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


@cache
def _demo_contents(seed: int) -> dict[str, bytes]:
    with TemporaryDirectory() as place:
        return {path.name: path.read_bytes() for path in demo_sounds.write_demo_sounds(Path(place), seed)}
