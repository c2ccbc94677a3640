"""Make copies of real sounds as they accumulate in collections, and sounds that are merely similar."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

Frames = npt.NDArray[np.float64]  # shape (n_frames, n_channels)
_RATES_HZ = (22_050, 32_000, 44_100, 48_000, 96_000)
_OPUS_HZ = 48_000


class Copy(NamedTuple):
    """One file that was made.

    Attributes:
        kind: What was done to it.
        is_lossless: No lossy codec was used.
    """

    path: Path
    original: Path
    kind: str
    is_lossless: bool


class _Sound(NamedTuple):
    frames: Frames
    rate_hz: int
    subtype: str = "PCM_24"
    extension: str = "wav"
    quality: float | None = None


Change = Callable[[_Sound, np.random.Generator], _Sound]


def make_copies(originals: Sequence[Path], folder: Path, n: int, seed: int = 0) -> list[Copy]:
    """Write copies of sounds, of each kind in turn, under meaningless names; unreadable sounds are skipped."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    copies: list[Copy] = []
    order = [originals[place] for _ in range(1 + 2 * n // len(originals)) for place in rng.permutation(len(originals))]
    for original in order:
        kind = list(KINDS)[len(copies) % len(KINDS)]
        sound = _read(original)
        for change in KINDS[kind]:
            sound = change(sound, rng) if sound else None
        if sound is None:
            continue
        path = folder / f"{len(copies):05d}.{sound.extension}"
        if not _write(path, sound):
            continue
        copies.append(Copy(path, original, kind, kind not in LOSSY))
        if len(copies) == n:
            break
    return copies


def make_neighbours(originals: Sequence[Path], folder: Path, n: int, seed: int = 1) -> list[Path]:
    """Write sounds a semitone higher or lower, like the next note of an instrument."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for place in rng.permutation(len(originals)):
        sound = _read(originals[place])
        if sound is None:
            continue
        ratio = 2 ** (rng.choice([-1, 1]) / 12)
        frames = soxr.resample(sound.frames, sound.rate_hz, round(sound.rate_hz * ratio))
        path = folder / f"{len(paths):05d}.wav"
        soundfile.write(path, frames, sound.rate_hz, subtype="PCM_24")
        paths.append(path)
        if len(paths) == n:
            break
    return paths


def lay_click_over(original: Path, path: Path, rng: np.random.Generator) -> bool:
    """Write a sound with a click of 5 ms, 0 to 18 dB below its peak, somewhere in it; say whether it could be read."""
    sound = _read(original)
    if sound is None:
        return False
    n = sound.rate_hz // 200
    click = rng.standard_normal(n) * np.exp(-3 * np.arange(n) / n)
    first, last = _audible(sound)
    start = int(rng.integers(first, max(last - n, first + 1)))
    frames = sound.frames.copy()
    loudness = np.abs(frames).max() * 10 ** (-rng.uniform(0, 18) / 20) / np.abs(click).max()
    frames[start : start + n] += loudness * click[: len(frames) - start, None]
    soundfile.write(path, frames / max(1.0, np.abs(frames).max()), sound.rate_hz, subtype="PCM_24")
    return True


def _read(path: Path) -> _Sound | None:
    try:
        frames, rate_hz = soundfile.read(path, always_2d=True)
    except soundfile.LibsndfileError:  # such as RIFF with Ogg inside
        return None
    if len(frames) < rate_hz // 50 or np.abs(frames).max() < 0.003:  # 20 ms, -50 dB
        return None
    return _Sound(frames, rate_hz)


def _write(path: Path, sound: _Sound) -> bool:
    options: dict[str, Any] = (
        {} if sound.quality is None else {"compression_level": sound.quality, "bitrate_mode": "CONSTANT"}
    )
    if sound.extension != "mp3":
        options.pop("bitrate_mode", None)
    if sound.extension == "opus":
        options["format"] = "OGG"
    try:
        soundfile.write(path, np.clip(sound.frames, -1, 1), sound.rate_hz, subtype=sound.subtype, **options)
    except soundfile.LibsndfileError:  # a rate or a length that the codec does not take
        path.unlink(missing_ok=True)
        return False
    return True


def _audible(sound: _Sound) -> tuple[int, int]:
    """Return the first frame within 50 dB of the peak, and the one after the last."""
    level = np.abs(sound.frames).max(axis=1)
    places = np.flatnonzero(level > level.max() * 10 ** (-50 / 20))
    return int(places[0]), int(places[-1]) + 1


def _level(sound: _Sound, rng: np.random.Generator) -> _Sound:
    """Change the level by up to 18 dB down, or normalise it."""
    peak = np.abs(sound.frames).max()
    is_normal = rng.random() < 0.25 and peak < 0.9
    return sound._replace(frames=sound.frames * (0.99 / peak if is_normal else 10 ** (-rng.uniform(1, 18) / 20)))


def _depth(sound: _Sound, rng: np.random.Generator) -> _Sound:
    """Write with 16 bits and dither, 24 bits or floating point, from values between 16-bit steps."""
    subtype = str(rng.choice(["PCM_16", "PCM_24", "FLOAT"]))
    dither = rng.triangular(-1, 0, 1, sound.frames.shape) / 2**15 if subtype == "PCM_16" else 0
    return sound._replace(frames=sound.frames + dither, subtype=subtype)


def _rate(sound: _Sound, rng: np.random.Generator) -> _Sound:
    rate_hz = int(rng.choice([rate for rate in _RATES_HZ if rate != sound.rate_hz]))
    return sound._replace(frames=soxr.resample(sound.frames, sound.rate_hz, rate_hz), rate_hz=rate_hz)


def _silence(sound: _Sound, rng: np.random.Generator) -> _Sound:
    """Add up to a second of silence at the start, and up to two at the end."""
    before, after = (np.zeros((int(rng.uniform(0.01, most) * sound.rate_hz), sound.frames.shape[1])) for most in (1, 2))
    return sound._replace(frames=np.concatenate([before, sound.frames, after]))


def _trim(sound: _Sound, rng: np.random.Generator) -> _Sound:
    """Cut up to a third of the audible length off the end, with a fade of 3 ms, and the silence at the start."""
    first, last = _audible(sound)
    end = last - int((last - first) * rng.uniform(0.05, 0.33))
    return _faded(sound._replace(frames=sound.frames[first:end].copy()), 0.003)


def _fade(sound: _Sound, rng: np.random.Generator) -> _Sound:
    """Fade out the last 5 to 30 % of the audible length."""
    first, last = _audible(sound)
    seconds = (last - first) / sound.rate_hz * rng.uniform(0.05, 0.3)
    return _faded(sound._replace(frames=sound.frames[:last].copy()), seconds)


def _faded(sound: _Sound, seconds: float) -> _Sound:
    n = min(max(1, int(seconds * sound.rate_hz)), len(sound.frames))
    sound.frames[-n:] *= np.linspace(1, 0, n)[:, None]
    return sound


def _channels(sound: _Sound, _rng: np.random.Generator) -> _Sound | None:
    """Mix to mono, or double a single channel."""
    if sound.frames.shape[1] == 1:
        return sound._replace(frames=np.repeat(sound.frames, 2, axis=1))
    mono = sound.frames.mean(axis=1, keepdims=True)
    return sound._replace(frames=mono) if np.abs(mono).max() > 0.003 else None


def _flac(sound: _Sound, _rng: np.random.Generator) -> _Sound:
    return sound._replace(extension="flac")


def _aiff(sound: _Sound, _rng: np.random.Generator) -> _Sound:
    return sound._replace(extension="aiff")


def _mp3(sound: _Sound, rng: np.random.Generator) -> _Sound:
    """Encode with a constant bit rate of about 320 to 128 kbit/s."""
    return sound._replace(extension="mp3", subtype="MPEG_LAYER_III", quality=float(rng.uniform(0, 0.6)))


def _vorbis(sound: _Sound, rng: np.random.Generator) -> _Sound:
    return sound._replace(extension="ogg", subtype="VORBIS", quality=float(rng.uniform(0.2, 0.7)))


def _opus(sound: _Sound, _rng: np.random.Generator) -> _Sound:
    frames = soxr.resample(sound.frames, sound.rate_hz, _OPUS_HZ)
    return sound._replace(frames=frames, rate_hz=_OPUS_HZ, extension="opus", subtype="OPUS")


KINDS: dict[str, tuple[Change, ...]] = {
    "flac": (_flac,),
    "aiff": (_aiff,),
    "silence": (_silence,),
    "level": (_level,),
    "depth": (_level, _depth),
    "rate": (_rate,),
    "channels": (_channels,),
    "trim": (_trim,),
    "fade": (_fade,),
    "level, rate, depth, silence": (_level, _rate, _depth, _silence),
    "trim, level, channels": (_trim, _level, _channels),  # type: ignore[dict-item]
    "mp3": (_mp3,),
    "vorbis": (_vorbis,),
    "opus": (_opus,),
    "mp3, level, trim": (_level, _trim, _mp3),
    "vorbis, level, silence": (_level, _silence, _vorbis),
}
LOSSY = frozenset(kind for kind in KINDS if {"mp3", "vorbis", "opus"} & set(kind.split(", ")))
