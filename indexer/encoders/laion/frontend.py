"""Windows of sound to log-mel pictures, as LAION's checkpoints were trained with."""

import math
from functools import cache

import numpy as np
import torch

from indexer.audio.waveform import Waveform

SAMPLE_RATE_HZ = 48_000
WINDOW_FRAMES = 10 * SAMPLE_RATE_HZ
MAX_WINDOWS = 6  # bounds the cost of a long recording: a window costs a tenth of a second and more
N_FFT = 1024
HOP = 480
MEL_FILTERS = "audio_branch.logmel_extractor.melW"  # the checkpoint's own
N_PICTURES = WINDOW_FRAMES // HOP + 1
_SMALLEST_POWER = 1e-10
_INT16_MAX = 32_767.0


def cut_windows(waveform: Waveform) -> list[Waveform]:
    """Cut a sound in windows of at most ``WINDOW_FRAMES``, evenly spaced from its first frame to its last.

    A short sound is one window of its own length. The positions depend on the length alone.
    """
    n_frames = len(waveform)
    if n_frames <= WINDOW_FRAMES:
        return [waveform]
    n_windows = min(MAX_WINDOWS, math.ceil(n_frames / WINDOW_FRAMES))
    starts = np.linspace(0, n_frames - WINDOW_FRAMES, n_windows).astype(int)
    return [waveform[start : start + WINDOW_FRAMES] for start in starts]


def fill_window(waveform: Waveform) -> Waveform:
    """Repeat a short sound as often as it fits whole in ten seconds; silence fills the rest (LAION's "repeatpad").

    Levels are rounded to 16 bits, as in training.
    """
    filled = np.zeros(WINDOW_FRAMES, np.float32)
    n_repeats = WINDOW_FRAMES // len(waveform)
    rounded = np.trunc(np.clip(waveform, -1.0, 1.0) * np.float32(_INT16_MAX)) / np.float32(_INT16_MAX)
    filled[: n_repeats * len(waveform)].reshape(n_repeats, -1)[:] = rounded
    return filled


def log_mel(windows: torch.Tensor, mel_filters: torch.Tensor) -> torch.Tensor:
    """Draw full windows as log-mel pictures.

    Args:
        windows: Float32, shape ``(n, WINDOW_FRAMES)``.
        mel_filters: The checkpoint's own, shape ``(N_FFT // 2 + 1, n_mels)``.

    Returns:
        dB relative to a power of 1, at least -100; shape ``(n, N_PICTURES, n_mels)``.
    """
    margin = N_FFT // 2
    padded = torch.nn.functional.pad(windows[:, None], (margin, margin), mode="reflect")[:, 0]
    spectrum = torch.fft.rfft(padded.unfold(1, N_FFT, HOP) * _hann(windows.device))
    squares = torch.view_as_real(spectrum).square_()
    power = squares[..., 0] + squares[..., 1]  # half the time of a sum over so short an axis
    return 10.0 * torch.log10((power @ mel_filters).clamp_min(_SMALLEST_POWER))


@cache
def _hann(device: torch.device) -> torch.Tensor:
    return torch.hann_window(N_FFT, device=device)
