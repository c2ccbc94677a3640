"""Convert a sound to another rate, depth, channel count, length, level, tempo or pitch."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from db.errors import SoundError
from indexer.audio.downmix import to_stereo
from indexer.audio.frame_reader import Frames
from indexer.export.audio_shape import AudioShape
from indexer.export.fades import cut
from indexer.export.source_reader import SourceReader
from indexer.features.loudness import loudness_lufs

_SILENCE_DB = -60.0  # below the peak
_PREROLL_SECONDS = 0.001  # of silence that is kept, so that no attack is cut
_FADE_SECONDS = 0.01
_EDGE_SECONDS = 0.001  # of the fades at both ends of an excerpt
_PEAK = 10 ** (-0.3 / 20)  # -0.3 dBFS, for sounds that are normalized or would clip
_TARGET_LUFS = -14.0
_LOUDNESS_RATE_HZ = 48_000
_CANCELLED_POWER = 0.1  # as in `indexer.audio.decode`
_SUBTYPES = {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}


@dataclass(frozen=True, slots=True)
class Processing:
    """Changes of a sound besides its file format.

    Attributes:
        span: First frame of an excerpt and the one after its last; None for the whole sound.
        trims: Remove the silence before the sound.
        normalize: ``"peak"`` to -0.3 dBFS; ``"lufs"`` to -14 LUFS, or as near as the peak allows.
        max_seconds: Longer sounds are cut, with a fade.
        tempo_factor: New tempo divided by the old one, at the same pitch.
        semitones: Transposition at the same length.
        repitch: Transposition in semitones by playing the sound faster.
    """

    span: tuple[int, int] | None = None
    trims: bool = False
    normalize: str | None = None
    max_seconds: float | None = None
    tempo_factor: float = 1.0
    semitones: int = 0
    repitch: float = 0.0


AS_IT_SOUNDS = Processing()


def convert(reader: SourceReader, source: Path, target: Path, shape: AudioShape, processing: Processing) -> None:
    """Convert a sound to a new file.

    Args:
        reader: Reader of the source; use one for all excerpts of a file.
        source: Sound file; only read.
        target: New file; must not exist.
        shape: Container, rate, depth and channels of the new file.
        processing: Other changes.

    Raises:
        SoundError: The sound cannot be decoded, or needs too much memory.
        OSError: The target cannot be written.
    """
    try:
        original, source_hz, bits = reader.read(source, processing.span)
        rate_hz = round(source_hz * 2 ** (processing.repitch / 12))
        frames = _mixed(original, shape.n_channels)
        if processing.span is not None:
            frames = _with_soft_edges(frames, rate_hz)
        if processing.trims:
            frames = _trimmed(frames, rate_hz)
        frames = _conformed(frames, rate_hz, processing)
        if processing.max_seconds is not None:
            frames = cut(frames, round(processing.max_seconds * rate_hz), round(_FADE_SECONDS * rate_hz))
        frames = _resampled(frames, rate_hz, shape.rate_hz)
        gain = _gain(frames, shape, processing.normalize)
        if gain != 1:
            frames = frames * np.float32(gain)
    except MemoryError as error:
        raise SoundError("too-large", "It needs more memory than there is.") from error
    is_changed = (
        (source_hz, original.shape[1], gain) != (shape.rate_hz, frames.shape[1], 1)
        or processing.repitch != 0
        or processing.tempo_factor != 1
        or processing.semitones != 0
        or processing.span is not None
    )
    write(target, frames, shape, is_exact=not is_changed and bits is not None and bits <= (shape.bits or 0))


def write(target: Path, frames: Frames, shape: AudioShape, *, is_exact: bool) -> None:
    """Write frames to a new file.

    Args:
        target: New file; must not exist.
        frames: Shape ``(n_frames, n_channels)``.
        shape: Container, rate and depth.
        is_exact: The values already are multiples of a step of the depth, so that dither would only add noise.

    Raises:
        OSError: The target cannot be written.
    """
    if shape.bits == 16 and not is_exact:
        frames = _dithered(frames)
    encoded = io.BytesIO()  # libsndfile does not report errors of the disk
    sf.write(encoded, frames, shape.rate_hz, _SUBTYPES[shape.bits or 24], format=shape.format.upper())
    with target.open("xb") as file:
        file.write(encoded.getbuffer())


def _with_soft_edges(frames: Frames, rate_hz: int) -> Frames:
    n_fade = min(round(_EDGE_SECONDS * rate_hz), len(frames) // 2)
    faded, ramp = frames.copy(), np.linspace(0, 1, n_fade, endpoint=False, dtype=np.float32)[:, None]
    faded[:n_fade] *= ramp
    faded[len(faded) - n_fade :] *= ramp[::-1]
    return faded


def _mixed(frames: Frames, n_channels: int) -> Frames:
    """Mix down to ``n_channels``; mono is the mean, or the loudest channel where the channels cancel out."""
    if frames.shape[1] <= n_channels:
        return frames
    if n_channels > 1:
        return to_stereo(frames)
    n_mixed = frames.shape[1]
    mono = frames[:, :1].copy()
    for channel in range(1, n_mixed):  # a mean over the short axis takes sixty times as long
        mono += frames[:, channel : channel + 1]
    mono *= np.float32(1 / n_mixed)
    if np.vdot(mono, mono) < _CANCELLED_POWER * np.vdot(frames, frames) / n_mixed**2:
        loudest = int(np.einsum("ij,ij->j", frames, frames).argmax())
        return frames[:, loudest : loudest + 1]
    return mono


def _trimmed(frames: Frames, rate_hz: int) -> Frames:
    levels = np.abs(frames).max(axis=1)
    is_loud = levels > levels.max() * 10 ** (_SILENCE_DB / 20)
    return frames[max(int(is_loud.argmax()) - round(_PREROLL_SECONDS * rate_hz), 0) :]


def _conformed(frames: Frames, rate_hz: int, processing: Processing) -> Frames:
    """Stretch and transpose by Signalsmith Stretch; the length is exact to a frame."""
    if processing.tempo_factor == 1 and not processing.semitones:
        return frames
    from python_stretch import Signalsmith

    stretch = Signalsmith.Stretch()
    stretch.preset(frames.shape[1], rate_hz)
    stretch.setTimeFactor(processing.tempo_factor)
    stretch.setTransposeSemitones(processing.semitones)
    channels = np.asarray(stretch.process(np.ascontiguousarray(frames.T)), np.float32)
    return np.ascontiguousarray(channels.T)


def _resampled(frames: Frames, rate_hz: int, target_hz: int) -> Frames:
    if rate_hz == target_hz:
        return frames
    import soxr

    resampled: Frames = soxr.resample(np.ascontiguousarray(frames), rate_hz, target_hz, quality="HQ")
    return resampled if len(resampled) else frames[:1]


def _gain(frames: Frames, shape: AudioShape, normalize: str | None) -> float:
    """Return the gain for the wanted level, or one that prevents integer samples from clipping."""
    peak = float(np.abs(frames).max())
    if peak == 0:
        return 1.0
    loudness = None
    if normalize == "lufs":
        mono = frames.mean(axis=1, keepdims=True)
        loudness = loudness_lufs(_resampled(mono, shape.rate_hz, _LOUDNESS_RATE_HZ)[:, 0], _LOUDNESS_RATE_HZ)
    if normalize == "peak":
        return _PEAK / peak
    if loudness is not None:
        return float(min(10 ** ((_TARGET_LUFS - loudness) / 20), _PEAK / peak))
    return _PEAK / peak if peak > 1 and shape.bits != 32 else 1.0


def _dithered(frames: Frames) -> Frames:
    """Add triangular dither of one 16-bit step, from a fixed seed, and clip to the range of 16 bits."""
    noise = np.random.default_rng(0)
    step = np.float32(2**-15)
    dithered = noise.random(frames.shape, np.float32)
    dithered -= noise.random(frames.shape, np.float32)
    dithered *= step
    dithered += frames
    return np.clip(dithered, -1, 1 - step, out=dithered)
