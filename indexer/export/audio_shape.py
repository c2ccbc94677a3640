"""The format of a sound file, and the format that a profile asks for."""

from dataclasses import dataclass, replace
from pathlib import Path

from indexer.audio.open_audio import open_audio
from indexer.export.profile import Profile

_DEFAULT_BITS = 24  # for sounds from a lossy format
_KEPT_BITS = {8: 16, 12: 16, 16: 16, 20: 24, 24: 24, 32: 32, 64: 32}


@dataclass(frozen=True, slots=True)
class AudioShape:
    """Format of a sound file: ``bits`` is None for lossy formats, and 32 for floating point."""

    format: str
    rate_hz: int
    bits: int | None
    n_channels: int
    seconds: float


def read_shape(path: Path) -> AudioShape:
    """Read the header of a file.

    Raises:
        SoundError: As `open_audio`.
    """
    with open_audio(path) as audio:
        reader = audio.reader
        rate_hz = reader.sample_rate_hz
        return AudioShape(audio.format, rate_hz, audio.bit_depth, reader.n_channels, reader.n_frames / rate_hz)


def target_shape(source: AudioShape, profile: Profile) -> AudioShape:
    """Return the format of a sound after conversion by the rules of a profile."""
    if profile.format is None:
        return source
    bits = profile.bits or _KEPT_BITS.get(source.bits or 0, _DEFAULT_BITS)
    if profile.format != "wav" and bits == 32:
        bits = _DEFAULT_BITS  # FLAC has no floating point, and few programs read it in AIFF
    return replace(
        source,
        format=profile.format,
        rate_hz=profile.rate_hz or source.rate_hz,
        bits=bits,
        n_channels=min(source.n_channels, profile.max_channels or source.n_channels),
        seconds=min(source.seconds, profile.max_seconds or source.seconds),
    )


def differences(source: AudioShape, target: AudioShape) -> list[str]:
    """Return what a conversion changes, each in a few words."""
    found = []
    if source.format != target.format:
        found.append(f"{source.format} to {target.format}")
    if source.rate_hz != target.rate_hz:
        found.append(f"{target.rate_hz / 1000:g} kHz")
    if source.bits != target.bits:
        dithered = " with dither" if target.bits == 16 and source.bits != 8 else ""
        found.append(f"{target.bits} bit{dithered}")
    if source.n_channels != target.n_channels:
        found.append("mono" if target.n_channels == 1 else "stereo")
    if source.seconds > target.seconds:
        found.append(f"cut at {target.seconds:g} s")
    return found
