"""Log-mel pictures of whole batches, on the device where they are: drawn, varied, and laid end to end."""

import math

import torch
from torch.nn import functional

from indexer.encoders.compact.audio import TIME_STRIDE, Packed
from indexer.encoders.compact.frontend import (
    DYNAMIC_RANGE_DB,
    HOP,
    N_CHANNELS,
    N_MELS,
    VIEWS,
    hann,
    mel_filters,
    to_input,
)
from training.studio import Dice

# Few different sizes of picture, so that memory is used again.
_PACK_MULTIPLE = 4096
_DARK_DB = -300.0


def draw_pictures(x: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw log-mel pictures of a batch, as ``indexer.encoders.compact.frontend.log_mel`` does one by one.

    Args:
        x: Waveforms padded with zeros, shape ``(n, a multiple of HOP)``.
        lengths: Their frames, shape ``(n,)``.

    Returns:
        dB below the loudest cell, shape ``(n, N_CHANNELS, N_MELS, n_columns)``, and how many columns each has.
    """
    n_columns = x.shape[1] // HOP
    columns = (lengths + HOP - 1) // HOP
    is_real = torch.arange(n_columns, device=x.device) < columns[:, None]
    channels = []
    for n_fft, stride in VIEWS:
        hop = stride * HOP
        n_views = math.ceil(n_columns / stride)
        right = max(0, (n_views - 1) * hop + n_fft // 2 - x.shape[1])
        padded = functional.pad(x, (n_fft // 2, right))
        frames = padded.unfold(1, n_fft, hop)[:, :n_views] * hann(n_fft).to(x.device)
        power = torch.fft.rfft(frames).abs().square()
        level = 10 * torch.log10((power @ mel_filters(n_fft).to(x.device)).clamp(min=1e-20))
        level = level.repeat_interleave(stride, 1)[:, :n_columns].masked_fill(~is_real[:, :, None], _DARK_DB)
        level = (level - level.amax((1, 2), keepdim=True)).clamp(min=-DYNAMIC_RANGE_DB)
        channels.append(level.transpose(1, 2))
    return torch.stack(channels, 1), columns


def centroid(pictures: torch.Tensor) -> torch.Tensor:
    """Power-weighted mean mel band, shape ``(n,)``."""
    power = (10 ** (pictures[:, 0] / 10)).sum(2)
    return power @ torch.arange(N_MELS, device=power.device).float() / power.sum(1)


def vary_pictures(pictures: torch.Tensor, columns: torch.Tensor, dice: Dice) -> torch.Tensor:
    """Vary pictures as ``training.dataset.augment`` does: tone, a quiet neighbour, noise floor, and holes."""
    n = len(pictures)
    time = torch.arange(pictures.shape[3], device=pictures.device)[None]
    pictures = pictures + (_tone_curves(n, dice) * dice.chance(0.6, n))[:, None, :, None]
    quiet = torch.where(dice.chance(0.1, n), -dice.uniform(15, 40, n), _DARK_DB)[:, :, None, None]
    pictures = 10 * torch.log10(10 ** (pictures / 10) + 10 ** ((pictures.roll(1, 0) + quiet) / 10))
    is_real = (time < columns[:, None])[:, None, None]
    pictures = pictures - pictures.masked_fill(~is_real, _DARK_DB).amax((2, 3), keepdim=True)
    floor = torch.where(dice.chance(0.5, n), -DYNAMIC_RANGE_DB, -dice.uniform(35, DYNAMIC_RANGE_DB, n))
    floor = floor[:, :, None, None]
    is_hole = _holes(columns, time, dice)
    return torch.where(is_hole, floor, torch.maximum(pictures, floor))


def pack_columns(pictures: torch.Tensor, columns: torch.Tensor, seconds: torch.Tensor) -> Packed:
    """Lay a batch end to end, as ``indexer.encoders.compact.audio.pack`` does, without leaving the device."""
    n, _, _, n_columns = pictures.shape
    n_steps = (columns + TIME_STRIDE - 1) // TIME_STRIDE
    slots = (n_steps + 1) * TIME_STRIDE
    starts = torch.cumsum(slots, 0) - slots
    n_packed = -(-int(slots.sum()) // _PACK_MULTIPLE) * _PACK_MULTIPLE
    owner = torch.repeat_interleave(torch.arange(n, device=columns.device), slots)
    owner = functional.pad(owner, (0, n_packed - len(owner)), value=n - 1)
    within = torch.arange(n_packed, device=columns.device) - starts[owner]
    is_sound = within < columns[owner]
    flat = to_input(pictures).permute(1, 2, 0, 3).reshape(N_CHANNELS, N_MELS, n * n_columns)
    picture = flat[:, :, owner * n_columns + within.clamp(max=n_columns - 1)] * is_sound
    offsets = torch.arange(int(n_steps.max()), device=columns.device)
    step_mask = offsets < n_steps[:, None]
    steps = (starts[:, None] // TIME_STRIDE + offsets) * step_mask
    return Packed(picture[None], is_sound.float()[None, None, None], steps, step_mask, torch.log(seconds))


def _tone_curves(n: int, dice: Dice) -> torch.Tensor:
    """Draw a straight tilt and a few slow waves, in dB over the bands."""
    mels = torch.linspace(-1, 1, N_MELS, device=dice.device)[None]
    curves = dice.normal(4, n) * mels
    for waves in (1, 2, 4):
        curves = curves + dice.normal(3 / waves**0.5, n) * torch.cos(torch.pi * (waves * mels + dice.uniform(0, 2, n)))
    return curves


def _holes(columns: torch.Tensor, time: torch.Tensor, dice: Dice) -> torch.Tensor:
    """Choose bands and moments to leave out (Park et al. 2019), shape ``(n, 1, N_MELS, n_columns)``."""
    n = len(columns)
    band, width = dice.integers(N_MELS, n)[:, None], dice.integers(9, n)[:, None] + 1
    rows = torch.arange(N_MELS, device=columns.device)[None]
    is_band = (rows >= band) & (rows < band + width) & dice.chance(0.4, n)
    start = 4 + dice.uniform(0, 1, n) * columns[:, None]
    length = 1 + dice.uniform(0, 1 / 6, n) * columns[:, None]
    is_moment = (time >= start) & (time < start + length) & dice.chance(0.3, n) & (columns[:, None] > 20)
    return is_band[:, None, :, None] | is_moment[:, None, None, :]
