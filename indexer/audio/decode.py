"""Decode a file to one mono waveform, in one pass over its frames."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from db.errors import SoundError
from indexer.audio.audio_file import AudioFile
from indexer.audio.embedded import Embedded
from indexer.audio.frame_reader import FrameReader, Frames
from indexer.audio.open_audio import open_audio
from indexer.audio.original import Original
from indexer.audio.waveform import Waveform

MAX_ANALYSED_SECONDS = 300
_PART_SECONDS = 10
_MAX_ANALYSED_FRAMES = MAX_ANALYSED_SECONDS * 192_000  # 230 MB; less time is analysed at rates above 192 kHz
_BLOCK_VALUES = 1 << 18  # 1 MB at once, whatever the header asks for
_LOUDEST_VALUE = 1e6  # 120 dB over full scale: larger values are garbage; floats scaled like 16-bit integers stay below
_QUIETEST_PEAK = 2.0**-31  # the smallest step of 32-bit PCM
_CANCELLED_POWER = 0.1  # of what uncorrelated channels would leave in the mix
_HASH_BYTES = 16  # of SHA-256, which processors have built in: half the time of BLAKE2
_READ_BYTES = 1 << 20
_CUT_SHARE, _CUT_SECONDS = 0.98, 0.05  # what is missing is told below this share of the length, and above this time

FrameSpan: TypeAlias = tuple[int, int]  # first frame, and the one behind the last


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decoded file.

    Attributes:
        mono: The mix at the rate of the file, shape ``(n_frames,)``, finite. Of a sound over five minutes, parts of ten
            seconds at even distances.
        original: What is true of the whole file.
        embedded: What the file itself says of its sound.
    """

    mono: Waveform
    original: Original
    embedded: Embedded

    def resampled(self, sample_rate_hz: int) -> Waveform:
        """Return the mix at another rate, by soxr's HQ resampler; untouched where it is the same.

        Raises:
            SoundError: ``empty``: nothing is left of it.
        """
        if self.original.sample_rate_hz == sample_rate_hz:
            return self.mono
        import soxr  # 0.02 s, not needed where the library is at one rate

        waveform: Waveform = soxr.resample(self.mono, self.original.sample_rate_hz, sample_rate_hz, quality="HQ")
        if not len(waveform):
            raise SoundError("empty", "It is too short to be heard.")
        return waveform


def decode(path: Path) -> Decoded:
    """Decode a file to mono, with the properties of the original.

    The mix is the mean of the channels, or the loudest of them where they cancel each other out. Values that are not
    finite become zero. The same file gives the same mix bit for bit.

    Raises:
        SoundError: As `open_audio`, or there is no sound in it: ``empty``, ``not-finite``, ``silent``.
    """
    with open_audio(path) as audio:
        spans = _spans(audio.reader.n_frames, audio.reader.sample_rate_hz)
        mix = _mix(audio, spans)
        rate_hz = audio.reader.sample_rate_hz
    _check(mix)
    true_spans = _spans(mix.n_frames, rate_hz)
    if true_spans != spans:
        with open_audio(path) as again:
            mix = _mix(again, true_spans)
    if mix.is_cancelled:
        with open_audio(path) as again:
            mix = _mix(again, true_spans, loudest=int(mix.channel_power.argmax()))
    original = Original(
        n_frames=mix.n_frames,
        n_channels=audio.reader.n_channels,
        sample_rate_hz=rate_hz,
        bit_depth=audio.bit_depth,
        format=audio.format,
        peak=mix.peak,
        power_over_mono=float(mix.channel_power.sum()) / mix.mono_power,
        audio_hash=mix.audio_hash,
        notes=(*audio.notes, *_notes(audio, mix, true_spans)),
    )
    return Decoded(np.concatenate(mix.blocks), original, audio.embedded)


@dataclass(slots=True)
class _Mix:
    """What one pass over the frames collects; power is that of the parts that are analysed."""

    channel_power: npt.NDArray[np.float64]  # sums of squares, shape (n_channels,)
    blocks: list[Waveform] = field(default_factory=list)
    mono_power: float = 0.0
    peak: float = 0.0
    n_frames: int = 0
    n_bad: int = 0  # NaN, infinite or absurdly large values
    audio_hash: bytes = b""

    @property
    def is_cancelled(self) -> bool:
        """The channels are out of phase, so that hardly anything of them is left in their mean."""
        uncorrelated = float(self.channel_power.sum()) / len(self.channel_power) ** 2
        return self.mono_power < _CANCELLED_POWER * uncorrelated


def _mix(audio: AudioFile, spans: Sequence[FrameSpan], loudest: int | None = None) -> _Mix:
    """Read all frames; mix those of the spans to mono, or take one channel of them."""
    reader = audio.reader
    n_channels = reader.n_channels
    weights = np.full(n_channels, 1 / n_channels) if loudest is None else np.arange(n_channels) == loudest
    mix = _Mix(np.zeros(n_channels))
    kind = "frames" if audio.payload is None else audio.format
    digest = hashlib.sha256(f"{kind} {n_channels} {reader.sample_rate_hz} ".encode())
    for block in _iter_blocks(reader):
        first = mix.n_frames
        mix.n_frames += len(block)
        if audio.payload is None:
            digest.update(block.data)
        sound = _without_bad(block, mix)
        for start, end in spans:
            if start < mix.n_frames and end > first:
                _add(sound[max(start - first, 0) : end - first], weights.astype(np.float32), mix)
    if audio.payload is not None:
        payload = audio.payload()
        while piece := payload.read(_READ_BYTES):
            digest.update(piece)
    mix.audio_hash = digest.digest()[:_HASH_BYTES]
    return mix


def _iter_blocks(reader: FrameReader) -> Iterator[Frames]:
    n_block = max(1, _BLOCK_VALUES // reader.n_channels)
    is_last = False
    while not is_last:
        block = reader.read(n_block)
        is_last = len(block) < n_block
        if len(block):
            yield block


def _without_bad(block: Frames, mix: _Mix) -> Frames:
    """Return a block with invalid values set to zero, and update the peak."""
    peak = _peak(block)
    if not peak <= _LOUDEST_VALUE:  # NaN compares false
        is_good = np.abs(block) <= _LOUDEST_VALUE
        mix.n_bad += block.size - int(np.count_nonzero(is_good))
        block = np.where(is_good, block, np.float32(0))
        peak = _peak(block)
    mix.peak = max(mix.peak, peak)
    return block


def _peak(block: Frames) -> float:
    return max(float(block.max()), -float(block.min()))


def _add(frames: Frames, weights: npt.NDArray[np.float32], mix: _Mix) -> None:
    channels = np.ascontiguousarray(frames.T)
    mono = channels[0] * weights[0]  # a matrix product of so few columns takes twice to eight times as long
    for channel, weight in zip(channels[1:], weights[1:], strict=True):
        mono += channel * weight
    mix.blocks.append(mono)
    mix.channel_power += [float(channel @ channel) for channel in channels]
    mix.mono_power += float(mono @ mono)


def _check(mix: _Mix) -> None:
    if mix.n_frames == 0:
        raise SoundError("empty", "It holds no sound, or none that can be decoded.")
    if mix.n_bad * 2 > mix.n_frames * len(mix.channel_power):
        raise SoundError("not-finite", "Most of its values are not numbers.")
    if mix.peak < _QUIETEST_PEAK:
        raise SoundError("silent", "It holds only silence.")


def _spans(n_frames: int, rate_hz: int) -> list[FrameSpan]:
    """Choose the parts to analyse: all, or evenly spaced ones from the first frame to the last."""
    n_analysed = min(MAX_ANALYSED_SECONDS * rate_hz, _MAX_ANALYSED_FRAMES)
    if n_frames <= n_analysed:
        return [(0, n_analysed)]
    n_part = _PART_SECONDS * rate_hz
    starts = np.linspace(0, n_frames - n_part, n_analysed // n_part).astype(np.int64).tolist()
    return [(start, start + n_part) for start in starts]


def _notes(audio: AudioFile, mix: _Mix, spans: Sequence[FrameSpan]) -> Iterator[str]:
    rate_hz = audio.reader.sample_rate_hz
    if mix.n_frames < min(_CUT_SHARE * audio.n_claimed, audio.n_claimed - _CUT_SECONDS * rate_hz):
        found, claimed = mix.n_frames / rate_hz, audio.n_claimed / rate_hz
        yield f"Only {found:.2f} of {claimed:.2f} seconds can be decoded; the rest is missing or damaged."
    if len(spans) > 1:
        yield f"It is long: {len(spans)} parts of {_PART_SECONDS} seconds at even distances are analysed."
