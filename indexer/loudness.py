"""Loudness of one sound by ITU-R BS.1770-4."""

from functools import cache

import numpy as np
import numpy.typing as npt

from indexer.encoder import Waveform

_OFFSET_LUFS = -0.691  # BS.1770-4, equation 2: a 997 Hz sine at 0 dBFS reads -3.01
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_STEPS_PER_BLOCK = 4  # blocks of 400 ms that overlap by three quarters
_STEP_SECONDS = 0.1
_FFT_FRAMES = 3 << 13
_FFTS_AT_ONCE = 16  # bounds memory on long sounds to a few megabytes
_MEMORY_FRAMES = 1 << 12  # the filter has fallen by 120 dB after 75 ms, 3600 frames at 48 kHz

FloatArray = npt.NDArray[np.float64]


def loudness_lufs(waveform: Waveform, sample_rate_hz: int) -> float | None:
    """Integrated loudness of one channel, with both gates; None below the absolute gate.

    A sound under 400 ms is taken as one ungated block, which the standard leaves open: a drum hit has a loudness too.

    Args:
        waveform: Mono, shape ``(n_frames,)``.
        sample_rate_hz: 48,000 is what the filter's memory is sized for.
    """
    if len(waveform) < _STEPS_PER_BLOCK * _n_step(sample_rate_hz):
        power = _whole_power(waveform, sample_rate_hz)
    else:
        power = _block_power(_k_weighted(waveform, sample_rate_hz), sample_rate_hz)
    loud = power[_lufs(power) > _ABSOLUTE_GATE_LUFS]
    if not len(loud):
        return None
    kept = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE_GATE_LU]
    return float(_lufs(kept.mean()))


def _lufs(power: npt.ArrayLike) -> FloatArray:
    return np.asarray(_OFFSET_LUFS + 10 * np.log10(np.maximum(power, 1e-20)))


def _n_step(sample_rate_hz: int) -> int:
    return round(_STEP_SECONDS * sample_rate_hz)


def _whole_power(waveform: Waveform, sample_rate_hz: int) -> FloatArray:
    """Mean square of a whole sound after the K filter, shape ``(1,)``, by Parseval's theorem."""
    from scipy.fft import rfft

    n_fft = 1 << (len(waveform) + _MEMORY_FRAMES - 1).bit_length()
    weighted = rfft(waveform, n_fft) * _k_response(n_fft, sample_rate_hz)
    power = weighted.real**2 + weighted.imag**2
    # Each bin but the first and the last stands for its mirror image too.
    return np.array([(2 * power.sum(dtype=float) - power[0] - power[-1]) / n_fft / len(waveform)])


def _block_power(weighted: Waveform, sample_rate_hz: int) -> FloatArray:
    """Mean square of each overlapping block, shape ``(n_blocks,)``; a sound has at least one."""
    n_step = _n_step(sample_rate_hz)
    n_steps = len(weighted) // n_step
    steps = weighted[: n_steps * n_step].reshape(n_steps, n_step)
    step_power = np.einsum("ij,ij->i", steps, steps) / n_step
    return np.convolve(step_power, np.full(_STEPS_PER_BLOCK, 1 / _STEPS_PER_BLOCK), mode="valid")


def _k_weighted(waveform: Waveform, sample_rate_hz: int) -> Waveform:
    """Filter by overlap-save in the frequency domain, several transforms at once; same length as the waveform."""
    from scipy.fft import irfft, rfft

    n_out = _FFT_FRAMES - _MEMORY_FRAMES
    response = _k_response(_FFT_FRAMES, sample_rate_hz)
    n_rows = -(-len(waveform) // n_out)
    padded = np.zeros(_MEMORY_FRAMES + n_rows * n_out, np.float32)
    padded[_MEMORY_FRAMES : _MEMORY_FRAMES + len(waveform)] = waveform
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FFT_FRAMES)[::n_out]
    weighted = np.empty((n_rows, n_out), np.float32)
    for first in range(0, n_rows, _FFTS_AT_ONCE):
        spectra = rfft(windows[first : first + _FFTS_AT_ONCE])
        spectra *= response
        weighted[first : first + _FFTS_AT_ONCE] = irfft(spectra)[:, _MEMORY_FRAMES:]
    return weighted.ravel()[: len(waveform)]


@cache  # 0.7 ms, as much as one second of sound costs; four lengths occur
def _k_response(n_fft: int, sample_rate_hz: int) -> npt.NDArray[np.complex64]:
    """Frequency response of the K filter, shape ``(n_fft // 2 + 1,)``.

    The analogue prototypes behind the standard's 48 kHz coefficients are those found by De Man, "Evaluation of
    Implementations of the EBU R128 Loudness Measurement" (2018).
    """
    delay = np.exp(-2j * np.pi * np.arange(n_fft // 2 + 1) / n_fft)
    return (_shelf(delay, sample_rate_hz) * _high_pass(delay, sample_rate_hz)).astype(np.complex64)


def _shelf(delay: npt.NDArray[np.complex128], sample_rate_hz: int) -> npt.NDArray[np.complex128]:
    """Head effect: +4 dB above 1.7 kHz."""
    k, q = np.tan(np.pi * 1681.974450955533 / sample_rate_hz), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    top = [high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k]
    return _biquad(delay, top, k, q)


def _high_pass(delay: npt.NDArray[np.complex128], sample_rate_hz: int) -> npt.NDArray[np.complex128]:
    """Revised low-frequency B curve, 38 Hz."""
    k, q = np.tan(np.pi * 38.13547087602444 / sample_rate_hz), 0.5003270373238773
    # The standard leaves this numerator unscaled: 1, -2, 1.
    scale = 1 + k / q + k * k
    return _biquad(delay, [scale, -2 * scale, scale], k, q)


def _biquad(delay: npt.NDArray[np.complex128], top: list[float], k: float, q: float) -> npt.NDArray[np.complex128]:
    bottom = [1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]
    evaluated: npt.NDArray[np.complex128] = np.polyval(top[::-1], delay) / np.polyval(bottom[::-1], delay)
    return evaluated
