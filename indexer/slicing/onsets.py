"""Find onsets and beats of a loop by librosa.

librosa takes two seconds and 200 MB to load, so it is imported only here; the app runs it in another process
(`indexer.slicing.process`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from db.errors import UsageError
from indexer.audio.waveform import Waveform

_HOP, _WINDOW = 256, 1024  # frames at _RATE_HZ
_RATE_HZ = 48_000
_LAG, _MAX_BANDS = 2, 3  # SuperFlux: ignores vibrato
_N_WAIT = 9  # hops, 48 ms: nearer onsets are one, as in a flam
_LEAST_RISE = 0.03  # above the mean of the surroundings, as a share of the strongest; `python -m benchmarks slices`
_LEAST_RISE_DB = 2.0  # sustained noise and tones rise by less; librosa always reports the strongest rise
_LEAD = 4_096  # frames of silence that are prepended
_BEFORE_SECONDS, _AFTER_SECONDS = 0.03, 0.012  # searched around librosa's onsets, which are mostly late
_BLOCK_SECONDS = 0.001
_N_BEFORE, _N_AFTER = 6, 4  # blocks whose levels are compared
_FLOOR = 1e-7  # power of silence
_CLEAR_DB = 9.0  # rise of a clear onset; a choice, not measured

Frames = npt.NDArray[np.int64]  # ascending frame numbers, shape (n,)


def find_onsets(waveform: Waveform, rate_hz: int) -> Frames:
    """Return the onsets (SuperFlux; Böck and Widmer, 2013), each moved to where the level rises most.

    Args:
        waveform: Mono, shape ``(n_frames,)``.
        rate_hz: Sample rate.

    Raises:
        UsageError: librosa is not installed.
    """
    librosa = _import_librosa()
    padded = np.pad(_resampled(waveform, rate_hz), (_LEAD, 0))  # so that a sound at the very beginning has an onset
    strength = librosa.onset.onset_strength(
        y=padded, sr=_RATE_HZ, hop_length=_HOP, n_fft=_WINDOW, lag=_LAG, max_size=_MAX_BANDS
    )
    hops = librosa.onset.onset_detect(
        onset_envelope=strength, sr=_RATE_HZ, hop_length=_HOP, units="frames", delta=_LEAST_RISE, wait=_N_WAIT
    )
    rough = np.maximum(np.round((hops * _HOP - _LEAD) * (rate_hz / _RATE_HZ)), 0).astype(np.int64)
    found = (steepest(waveform, rate_hz, int(place)) for place in rough)
    return np.unique([place for place, rise_db in found if rise_db >= _LEAST_RISE_DB]).astype(np.int64)


def find_beats(waveform: Waveform, rate_hz: int) -> Frames:
    """Return the frames of the beats (Ellis, 2007); arguments as `find_onsets`.

    Raises:
        UsageError: librosa is not installed.
    """
    librosa = _import_librosa()
    _, beats = librosa.beat.beat_track(y=_resampled(waveform, rate_hz), sr=_RATE_HZ, units="time", trim=False)
    return snapped(waveform, rate_hz, np.round(beats * rate_hz).astype(np.int64))


def snapped(waveform: Waveform, rate_hz: int, places: Frames) -> Frames:
    """Move frames to clear onsets near them, since played beats are some milliseconds early or late."""
    found = (steepest(waveform, rate_hz, int(place), after_seconds=_BEFORE_SECONDS) for place in places)
    moved = [near if rise_db >= _CLEAR_DB else place for place, (near, rise_db) in zip(places, found, strict=True)]
    return np.unique(moved).astype(np.int64)


def steepest(
    waveform: Waveform, rate_hz: int, place: int, *, after_seconds: float = _AFTER_SECONDS
) -> tuple[int, float]:
    """Return the frame near a place at which the level rises most, to a millisecond, and the rise in dB.

    The level is that of the difference from frame to frame, in which attacks stand out from sustained low notes.
    """
    n_block = max(round(_BLOCK_SECONDS * rate_hz), 1)
    first = max(place - round(_BEFORE_SECONDS * rate_hz), 0)
    part = waveform[first : place + round(after_seconds * rate_hz)]
    n_blocks = len(part) // n_block
    if n_blocks <= _N_AFTER:
        return place, 0.0
    changes = np.diff(part, prepend=part[:1])[: n_blocks * n_block].reshape(n_blocks, n_block)
    level_db = 10 * np.log10(np.square(changes).mean(axis=1) + _FLOOR)
    lead_db = 10 * np.log10(_FLOOR) if first == 0 else level_db[0]  # silence, before the very beginning
    before = np.concatenate([np.full(_N_BEFORE, lead_db), level_db])
    windows = np.lib.stride_tricks.sliding_window_view
    rises = windows(level_db, _N_AFTER).max(axis=1) - windows(before, _N_BEFORE).mean(axis=1)[: n_blocks - _N_AFTER + 1]
    best = int(rises.argmax())
    risen = level_db[best : best + _N_AFTER]
    begin = best + int((risen >= risen.max() - rises[best] / 2).argmax())  # half of the rise
    return first + begin * n_block, float(rises[best])


def _resampled(waveform: Waveform, rate_hz: int) -> Waveform:
    if rate_hz == _RATE_HZ:
        return waveform
    import soxr

    resampled: Waveform = soxr.resample(waveform, rate_hz, _RATE_HZ, quality="HQ")
    return resampled


def _import_librosa() -> Any:
    try:
        import librosa
    except ImportError as error:
        raise UsageError(
            "Finding onsets and beats needs librosa. Install it (pip install librosa), "
            "or slice into equal parts, such as: --by 16"
        ) from error
    return librosa
