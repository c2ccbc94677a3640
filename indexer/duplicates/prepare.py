"""Decode a sound for comparison: its frames at a low rate, and a hash of its audio without silence."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.audio.downmix import to_stereo
from indexer.audio.frame_reader import FrameReader, Frames
from indexer.audio.open_audio import open_audio

RATE_HZ = 24_000  # lossy codecs drop what is above 12 kHz
_MAX_SECONDS = 60.0  # at this rate; longer sounds are compared at half of it, a quarter, and so on
_BLOCK_FRAMES = 1 << 16
_QUIETEST = 1e-4  # -80 dBFS; below it is silence, for the hash
_QUIET_SHARE = 1e-3  # of the peak; below it is silence, for the frames
_SAME_CHANNELS = 1e-4  # -80 dB; largest difference of channels that count as mono


@dataclass(frozen=True, slots=True)
class PreparedSound:
    """A decoded sound to compare.

    Attributes:
        frames: One or two channels without the silence at both ends, shape ``(n_frames, n_channels)``. Two equal
            channels, or two of which one is silent, are reduced to one.
        rate_hz: Sample rate of ``frames``: `RATE_HZ`, or less for long sounds.
        original_rate_hz: Sample rate of the file.
        audio_hash: First 16 bytes of the SHA-256 of the file's frames without the silence at both ends.
        lone_channel: The channel of two that is not silent; None if neither is silent, or there is only one.
    """

    frames: Frames
    rate_hz: int
    original_rate_hz: int
    audio_hash: bytes
    lone_channel: int | None


def prepare(path: Path) -> PreparedSound:
    """Decode a file for comparison.

    Raises:
        SoundError: As `open_audio`.
    """
    with open_audio(path) as audio:
        reader = audio.reader
        rate_hz = _comparison_rate(reader.n_frames / reader.sample_rate_hz)
        frames, digest = _read(reader, rate_hz)
    lone_channel = _lone_channel(frames)
    channels = _distinct(frames) if lone_channel is None else frames[:, lone_channel : lone_channel + 1]
    return PreparedSound(_trimmed(channels), rate_hz, reader.sample_rate_hz, digest, lone_channel)


def _comparison_rate(seconds: float) -> int:
    rate_hz = RATE_HZ
    while seconds * rate_hz > _MAX_SECONDS * RATE_HZ:
        rate_hz //= 2
    return rate_hz


def _read(reader: FrameReader, rate_hz: int) -> tuple[Frames, bytes]:
    """Return all frames as one or two channels at another rate, and the hash of the audio without outer silence."""
    import soxr

    n_channels = 1 if reader.n_channels == 1 else 2
    stream = soxr.ResampleStream(reader.sample_rate_hz, rate_hz, n_channels, dtype="float32", quality="HQ")
    digest = hashlib.sha256(f"{reader.n_channels} {reader.sample_rate_hz} ".encode())
    blocks, quiet, has_begun = [], list[bytes](), False
    is_last = False
    while not is_last:
        block = np.nan_to_num(reader.read(_BLOCK_FRAMES), posinf=0.0, neginf=0.0)
        is_last = len(block) < _BLOCK_FRAMES
        loud = np.flatnonzero((np.abs(block) > _QUIETEST).any(axis=1))
        if len(loud):
            first, end = (0 if has_begun else loud[0]), loud[-1] + 1
            for piece in (*quiet, block[first:end].tobytes()):
                digest.update(piece)
            quiet, has_begun = [block[end:].tobytes()], True
        elif has_begun:
            quiet.append(block.tobytes())
        mixed = block if n_channels == 1 else to_stereo(block)
        blocks.append(stream.resample_chunk(np.ascontiguousarray(mixed), last=is_last))
    return np.concatenate(blocks).reshape(-1, n_channels), digest.digest()[:16]


def _lone_channel(frames: Frames) -> int | None:
    peaks = np.abs(frames).max(axis=0, initial=0.0)
    is_one_silent = len(peaks) == 2 and peaks.min() <= _SAME_CHANNELS * peaks.max()
    return int(peaks.argmax()) if is_one_silent and peaks.any() else None


def _distinct(frames: Frames) -> Frames:
    """Return mono frames for two channels that are equal."""
    if frames.shape[1] == 1 or not len(frames):
        return frames
    difference = np.abs(frames[:, 0] - frames[:, 1]).max()
    return frames[:, :1] if difference <= _SAME_CHANNELS * np.abs(frames).max() else frames


def _trimmed(frames: Frames) -> Frames:
    level = np.abs(frames).max(axis=1)
    loud: npt.NDArray[np.intp] = np.flatnonzero(level > _QUIET_SHARE * level.max(initial=0.0))
    return np.ascontiguousarray(frames[loud[0] : loud[-1] + 1]) if len(loud) else frames[:0]
