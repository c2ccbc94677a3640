"""Loudness of one sound by ITU-R BS.1770-4."""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.audio.waveform import Waveform

_OFFSET_LUFS = -0.691  # BS.1770-4, equation 2: a 997 Hz sine at 0 dBFS reads -3.01
_ABSOLUTE_GATE = 10 ** ((-70.0 - _OFFSET_LUFS) / 10)  # -70 LUFS as power
_RELATIVE_GATE = 0.1  # -10 LU
_STEPS_PER_BLOCK = 4  # blocks of 400 ms that overlap by three quarters
_STEP_SECONDS = 0.1
_RUN_FRAMES = 32  # 16 to 64 take as long
_MEMORY_FRAMES = 1 << 12  # the filter has fallen by 120 dB after 75 ms, 3600 frames at 48 kHz

FloatArray = npt.NDArray[np.float64]


def loudness_lufs(waveform: Waveform, sample_rate_hz: int) -> float | None:
    """Integrated loudness of one channel, with both gates; None below the absolute gate.

    A sound under 400 ms is taken as one ungated block, which the standard leaves open: a drum hit has a loudness too.

    Args:
        waveform: Mono, shape ``(n_frames,)``.
        sample_rate_hz: 48,000 is what the filter's memory is sized for.
    """
    power = _block_power(_k_weighted(waveform, sample_rate_hz), round(_STEP_SECONDS * sample_rate_hz))
    loud = power[power > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    kept = loud[loud > loud.mean() * _RELATIVE_GATE]
    return _OFFSET_LUFS + 10 * math.log10(kept.mean())


def _block_power(weighted: Waveform, n_step: int) -> FloatArray:
    """Mean square of each overlapping block, shape ``(n_blocks,)``; of the whole sound where it is shorter than one."""
    n_steps = len(weighted) // n_step
    if n_steps < _STEPS_PER_BLOCK:
        return np.array([float(weighted @ weighted) / len(weighted)])
    steps = weighted[: n_steps * n_step].reshape(n_steps, n_step)
    step_power = np.einsum("ij,ij->i", steps, steps) / n_step
    return np.convolve(step_power, np.full(_STEPS_PER_BLOCK, 1 / _STEPS_PER_BLOCK), mode="valid")


class _KFilter(NamedTuple):
    """The K filter as matrices, for runs of ``_RUN_FRAMES`` frames.

    A recursion frame by frame is slow in numpy, and ``scipy.signal`` costs half a second to import. The impulse
    response after its first value is a sum of two decaying oscillations, so that all that a run must know of those
    before it is where these two stand.

    Attributes:
        within: What a run's own frames add to it, shape ``(_RUN_FRAMES, _RUN_FRAMES)``.
        into: Frames of a run to the oscillations at its end, real and imaginary parts, shape ``(_RUN_FRAMES, 4)``.
        out: Oscillations to the frames of the next run, shape ``(4, _RUN_FRAMES)``.
        decays: What is left of each oscillation after 1, 2, 4, ... runs, shape ``(n, 2)``.
    """

    within: npt.NDArray[np.float32]
    into: npt.NDArray[np.float32]
    out: npt.NDArray[np.float32]
    decays: npt.NDArray[np.complex64]


def _k_weighted(waveform: Waveform, sample_rate_hz: int) -> Waveform:
    """Filter from rest; same length as the waveform."""
    k_filter = _k_filter(sample_rate_hz)
    n_runs = -(-len(waveform) // _RUN_FRAMES)
    runs = np.zeros((n_runs, _RUN_FRAMES), np.float32)
    runs.ravel()[: len(waveform)] = waveform
    states = (runs[:-1] @ k_filter.into).view(np.complex64)
    for state, decays in zip(states.T, k_filter.decays.T, strict=True):
        for exponent, decay in enumerate(decays):
            n_before = 1 << exponent
            state[n_before:] += state[:-n_before] * decay
    weighted = runs @ k_filter.within
    weighted[1:] += states.view(np.float32) @ k_filter.out
    return weighted.ravel()[: len(waveform)]


@cache
def _k_filter(sample_rate_hz: int) -> _KFilter:
    """Build the filter from the analogue prototypes behind the standard's 48 kHz coefficients.

    De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement" (2018), found them.
    """
    tops, bottoms = zip(_shelf(sample_rate_hz), _high_pass(sample_rate_hz), strict=True)
    top = np.convolve(*tops)
    poles = np.concatenate([np.roots(bottom) for bottom in bottoms])
    # Partial fractions; the two poles below the axis are mirrored in the real part.
    upper = poles[poles.imag > 0]
    weights = np.array([2 * np.polyval(top[::-1], 1 / pole) / _others(pole, poles) for pole in upper])
    frames = np.arange(_RUN_FRAMES)
    out = weights[:, None] * upper[:, None] ** frames
    response = out.sum(axis=0).real
    response[0] = top[0]
    lag = frames - frames[:, None]
    into = upper ** (_RUN_FRAMES - frames[:, None])
    n_decays = (_MEMORY_FRAMES // _RUN_FRAMES).bit_length()
    return _KFilter(
        within=np.where(lag < 0, 0, response[lag]).astype(np.float32),
        into=into.astype(np.complex64).view(np.float32),
        out=np.stack([out.real, -out.imag], axis=1).reshape(-1, _RUN_FRAMES).astype(np.float32),
        decays=(upper ** (_RUN_FRAMES * 2.0 ** np.arange(n_decays)[:, None])).astype(np.complex64),
    )


def _others(pole: complex, poles: npt.NDArray[np.complex128]) -> complex:
    return complex(np.prod(1 - poles[poles != pole] / pole))


def _shelf(sample_rate_hz: int) -> tuple[FloatArray, FloatArray]:
    """Head effect: +4 dB above 1.7 kHz."""
    k, q = np.tan(np.pi * 1681.974450955533 / sample_rate_hz), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    return _biquad([high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k], k, q)


def _high_pass(sample_rate_hz: int) -> tuple[FloatArray, FloatArray]:
    """Revised low-frequency B curve, 38 Hz."""
    k, q = np.tan(np.pi * 38.13547087602444 / sample_rate_hz), 0.5003270373238773
    # The standard leaves this numerator unscaled: 1, -2, 1.
    scale = 1 + k / q + k * k
    return _biquad([scale, -2 * scale, scale], k, q)


def _biquad(top: list[float], k: float, q: float) -> tuple[FloatArray, FloatArray]:
    bottom = np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k])
    return np.array(top) / bottom[0], bottom / bottom[0]
