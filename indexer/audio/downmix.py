"""Decode an open audio file to one mono waveform, trusting nothing that its header claims."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile as sf

from db.errors import SoundError
from indexer.audio.original import Original
from indexer.audio.riff import find_inner_stream
from indexer.audio.waveform import Waveform

_MAX_HEARD_SECONDS = 300
_PART_SECONDS = 10
_MAX_HEARD_FRAMES = _MAX_HEARD_SECONDS * 192_000  # 230 MB; less time is heard at rates above 192 kHz
_MAX_SECONDS = 24 * 3600  # where counting the frames of a forged file ends
_MAX_CHANNELS = 64
_MIN_RATE_HZ, _MAX_RATE_HZ = 1_000, 768_000
_BLOCK_VALUES = 1 << 18  # 1 MB at once, whatever the header asks for
_LOUDEST_VALUE = 1e6  # 120 dB over full scale is garbage; floats in the scale of 16-bit integers stay below
_QUIETEST_PEAK = 2.0**-31  # the smallest step of 32-bit PCM
_CANCELLED_POWER = 0.1  # of what uncorrelated channels would leave in the mix
_UNRECOGNISED_FORMAT = 1  # libsndfile's SF_ERR_UNRECOGNISED_FORMAT
_FORMATS = {"WAVEX": "wav", "RF64": "wav"}

Span = tuple[int, int]  # first frame, number of frames


class _Stream:
    """A file from an offset on, with a position of its own; for libsndfile's callbacks, where nothing may raise."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._start = start
        self._size = file.seek(0, 2) - start
        self._position = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self._position, self._size)[whence]
        self._position = min(max(base + offset, 0), self._size)  # forged offsets point anywhere
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, n_bytes: int) -> bytes:
        try:
            self._file.seek(self._start + self._position)
            data = self._file.read(n_bytes)
        except OSError:  # a disk that fails now looks like an end of file
            return b""
        self._position += len(data)
        return data


class _SoundFile(sf.SoundFile):  # type: ignore[misc]
    """An open sound that is read strictly forward, but for our own seeks.

    soundfile seeks after each read where a file is seekable: that costs time in compressed files, and fails at the
    end of a FLAC file of unknown length.
    """

    def seekable(self) -> bool:
        return False


@dataclass(slots=True)
class _Mix:
    """What one pass over the frames collects."""

    blocks: list[Waveform] = field(default_factory=list)
    channel_power: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))  # sums of squares
    mono_power: float = 0.0
    peak: float = 0.0
    n_frames: int = 0
    n_bad: int = 0  # values that are no level

    @property
    def is_cancelled(self) -> bool:
        """The channels are out of phase, so that hardly anything of them is left in their mean."""
        uncorrelated = float(self.channel_power.sum()) / len(self.channel_power) ** 2
        return self.mono_power < _CANCELLED_POWER * uncorrelated


def decode_mono(file: BinaryIO, sample_rate_hz: int) -> tuple[Waveform, Original]:
    """Decode to mono, and keep what is true of the original.

    The mix is the mean of the channels, or the loudest of them where they cancel each other out. Values that are not
    finite become zero. Of a long sound, parts of ten seconds at even distances are heard, five minutes in all.

    Args:
        file: Seekable; may hold anything.
        sample_rate_hz: Rate of the waveform; a file at another one goes through soxr's HQ resampler.

    Raises:
        SoundError: It holds no sound that can be heard.
    """
    with _open(file) as sound:
        _check_header(sound)
        n_held = _n_frames_held(file, sound)
        spans = _spans(n_held, sound.samplerate)
        mix = _mix(sound, spans, np.full(sound.channels, 1 / sound.channels, np.float32))
        _check_mix(mix)
        if mix.is_cancelled:
            loudest = np.arange(sound.channels) == mix.channel_power.argmax()
            mix = _mix(sound, spans, loudest.astype(np.float32))
        original = Original(
            n_frames=mix.n_frames if len(spans) == 1 else n_held,
            n_channels=sound.channels,
            sample_rate_hz=sound.samplerate,
            subtype=sound.subtype,
            format="opus" if sound.subtype == "OPUS" else _FORMATS.get(sound.format, sound.format.lower()),
            peak=mix.peak,
            power_over_mono=float(mix.channel_power.sum()) / mix.mono_power,
        )
    return _resample(np.concatenate(mix.blocks), original.sample_rate_hz, sample_rate_hz), original


def _open(file: BinaryIO) -> _SoundFile:
    try:
        return _SoundFile(_Stream(file, 0))
    except sf.LibsndfileError as error:
        inner = find_inner_stream(file)
        if inner is not None:
            return _open_inner(file, inner)
        if error.code == _UNRECOGNISED_FORMAT:
            raise SoundError("not-audio", "Its content is not in an audio format that earmark reads.") from error
        raise SoundError("damaged", "Its header is damaged or incomplete.") from error


def _open_inner(file: BinaryIO, start: int) -> _SoundFile:
    try:
        return _SoundFile(_Stream(file, start))
    except sf.LibsndfileError as error:
        raise SoundError("damaged", "The stream inside its RIFF wrapper is damaged.") from error


def _check_header(sound: _SoundFile) -> None:
    if sound.channels > _MAX_CHANNELS:
        raise SoundError("too-many-channels", f"It claims {sound.channels} channels; at most {_MAX_CHANNELS} are read.")
    if not _MIN_RATE_HZ <= sound.samplerate <= _MAX_RATE_HZ:
        raise SoundError("odd-rate", f"It claims a sample rate of {sound.samplerate} Hz, which no sound has.")


def _check_mix(mix: _Mix) -> None:
    if mix.n_frames == 0:
        raise SoundError("empty", "It holds no sound, or none that can be decoded.")
    if mix.n_bad * 2 > mix.n_frames * len(mix.channel_power):
        raise SoundError("not-finite", "Most of its values are not numbers.")
    if mix.peak < _QUIETEST_PEAK:
        raise SoundError("silent", "It holds only silence.")


def _n_frames_held(file: BinaryIO, sound: _SoundFile) -> int:
    """Return the number of frames: as claimed where that is short or the last one can be read, else counted.

    Each try opens the file anew: after a failed seek libsndfile's decoders cannot be relied on.
    """
    claimed: int = sound.frames
    rate_hz: int = sound.samplerate
    if claimed <= _n_frames_heard(rate_hz):
        return claimed
    if claimed <= _MAX_SECONDS * rate_hz:
        with _open(file) as probe:
            if next(_iter_blocks(probe, [(claimed - 1, 1)]), None) is not None:
                return claimed
    with _open(file) as counted:
        return sum(len(block) for block in _iter_blocks(counted, [(0, _MAX_SECONDS * rate_hz)]))


def _n_frames_heard(rate_hz: int) -> int:
    return min(_MAX_HEARD_SECONDS * rate_hz, _MAX_HEARD_FRAMES)


def _spans(n_frames: int, rate_hz: int) -> list[Span]:
    """Choose the parts to hear: all, or evenly spaced ones from the first frame to the last."""
    n_heard = _n_frames_heard(rate_hz)
    if n_frames <= n_heard:
        return [(0, n_frames)]
    n_part = _PART_SECONDS * rate_hz
    starts = np.linspace(0, n_frames - n_part, n_heard // n_part).astype(np.int64)
    return [(int(start), n_part) for start in starts]


def _iter_blocks(sound: _SoundFile, spans: list[Span]) -> Iterator[npt.NDArray[np.float32]]:
    """Yield blocks of frames, shape ``(n, n_channels)``; a span ends where its frames cannot be decoded."""
    n_block = max(1, _BLOCK_VALUES // sound.channels)
    for first, n_frames in spans:
        with contextlib.suppress(sf.LibsndfileError):  # what was decoded before the damage is heard
            if sound.tell() != first:
                sound.seek(first)
            for n_read in range(0, n_frames, n_block):
                block = _read_block(sound, min(n_frames - n_read, n_block))
                if not len(block):
                    break
                yield block


def _read_block(sound: _SoundFile, n_frames: int) -> npt.NDArray[np.float32]:
    """Read at most ``n_frames``, those before a damage included, which soundfile drops as it raises."""
    block = np.zeros((n_frames, sound.channels), np.float32)
    start = sound.tell()
    try:
        frames: npt.NDArray[np.float32] = sound.read(out=block)
    except sf.LibsndfileError:
        return block[: sound.tell() - start]
    return frames


def _mix(sound: _SoundFile, spans: list[Span], weights: Waveform) -> _Mix:
    """Read spans and mix them; ``weights`` has one value per channel."""
    mix = _Mix(channel_power=np.zeros(len(weights)))
    for block in _iter_blocks(sound, spans):
        peak = _peak(block)
        if not peak <= _LOUDEST_VALUE:  # NaN compares false
            is_bad = ~(np.abs(block) <= _LOUDEST_VALUE)
            block[is_bad] = 0
            mix.n_bad += int(np.count_nonzero(is_bad))
            peak = _peak(block)
        channels = np.ascontiguousarray(block.T)
        mono = channels[0] * weights[0]  # a matrix product of so few columns takes twice to eight times as long
        for channel, weight in zip(channels[1:], weights[1:], strict=True):
            mono += channel * weight
        mix.blocks.append(mono)
        mix.peak = max(mix.peak, peak)
        mix.channel_power += [float(channel @ channel) for channel in channels]
        mix.mono_power += float(mono @ mono)
        mix.n_frames += len(block)
    return mix


def _peak(block: npt.NDArray[np.float32]) -> float:
    return max(float(block.max()), -float(block.min()))


def _resample(mono: Waveform, rate_hz: int, wanted_rate_hz: int) -> Waveform:
    if rate_hz == wanted_rate_hz:
        return mono
    import soxr  # 0.02 s, not needed where the library is at one rate

    waveform: Waveform = soxr.resample(mono, rate_hz, wanted_rate_hz, quality="HQ")
    if not len(waveform):
        raise SoundError("empty", "It is too short to be heard.")
    return waveform
