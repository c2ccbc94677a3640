"""Log-mel pictures of whole batches: drawn, varied, and laid end to end."""

import math

import torch
from torch.nn import functional

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
from training.audio_tower import TIME_STRIDE, Packed
from training.studio import Dice

# Few different sizes of picture, so that memory is used again.
_PACK_MULTIPLE = 64
_MOST_SHIFTED = 3
_DARK_DB = -300.0


def draw_pictures(x: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw log-mel pictures of a batch, as ``indexer.encoders.compact.frontend.draw`` does one by one.

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
        frames = padded.unfold(1, n_fft, hop)[:, :n_views] * torch.from_numpy(hann(n_fft)).to(x.device)
        power = torch.fft.rfft(frames).abs().square()
        level = 10 * torch.log10((power @ torch.from_numpy(mel_filters(n_fft)).to(x.device)).clamp(min=1e-20))
        level = level.repeat_interleave(stride, 1)[:, :n_columns].masked_fill(~is_real[:, :, None], _DARK_DB)
        level = (level - level.amax((1, 2), keepdim=True)).clamp(min=-DYNAMIC_RANGE_DB)
        channels.append(level.transpose(1, 2))
    return torch.stack(channels, 1), columns


def centroid(pictures: torch.Tensor) -> torch.Tensor:
    """Power-weighted mean mel band, shape ``(n,)``."""
    power = (10 ** (pictures[:, 0] / 10)).sum(2)
    return power @ torch.arange(N_MELS, device=power.device).float() / power.sum(1)


def band_style(pictures: torch.Tensor, columns: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean and spread over time of each band in dB, shape ``(n, N_CHANNELS, N_MELS)`` each."""
    is_real = (torch.arange(pictures.shape[3])[None] < columns[:, None])[:, None, None].float()
    n = columns[:, None, None].float()
    mean = (pictures * is_real).sum(3) / n
    variance = ((pictures - mean[..., None]).square() * is_real).sum(3) / n
    return mean, (variance + 1.0).sqrt()


def vary_pictures(pictures: torch.Tensor, columns: torch.Tensor, dice: Dice) -> torch.Tensor:
    """Vary pictures cheaply: pitch, tone, a quiet neighbour, noise floor, and holes (Park et al. 2019)."""
    n = len(pictures)
    time = torch.arange(pictures.shape[3])[None]
    pictures = _shift_bands(pictures, dice)
    pictures = pictures + (_tone_curves(n, dice) * dice.chance(0.6, n))[:, None, :, None]
    rows = dice.rows(0.12, n)
    quiet = -dice.uniform(15, 40, len(rows))[:, :, None, None]
    pictures[rows] = _sum_db(pictures[rows], pictures[dice.integers(n, len(rows))] + quiet)
    is_real = (time < columns[:, None])[:, None, None]
    pictures = pictures - pictures.masked_fill(~is_real, _DARK_DB).amax((2, 3), keepdim=True)
    floor = torch.where(dice.chance(0.5, n), -DYNAMIC_RANGE_DB, -dice.uniform(35, DYNAMIC_RANGE_DB, n))
    floor = floor[:, :, None, None]
    return torch.where(_holes(columns, time, dice), floor, torch.maximum(pictures, floor))


def pack_rows(pictures: torch.Tensor, columns: torch.Tensor, seconds: torch.Tensor, n_rows: int) -> Packed:
    """Lay a batch end to end on several rows, as ``training.audio_tower.pack`` does on one.

    Backward, a dozen rows take a CPU half the time that one row of their length does.

    Args:
        pictures: dB below the loudest cell, shape ``(n, N_CHANNELS, N_MELS, n_columns)``.
        columns: How many of the columns each fills.
        seconds: Length of each whole sound.
        n_rows: How many.
    """
    n_steps = (columns + TIME_STRIDE - 1) // TIME_STRIDE
    slots = ((n_steps + 1) * TIME_STRIDE).tolist()
    filled, places = [0] * n_rows, [(0, 0)] * len(slots)
    for i in sorted(range(len(slots)), key=lambda i: -slots[i]):
        row = min(range(n_rows), key=filled.__getitem__)
        places[i] = (row, filled[row])
        filled[row] += slots[i]
    width = -(-max(filled) // _PACK_MULTIPLE) * _PACK_MULTIPLE
    picture, mask = torch.zeros(n_rows, N_CHANNELS, N_MELS, width), torch.zeros(n_rows, 1, 1, width)
    for (row, start), length, one in zip(places, columns.tolist(), to_input(pictures), strict=True):
        picture[row, :, :, start : start + length] = one[:, :, :length]
        mask[row, ..., start : start + length] = 1.0
    offsets = torch.arange(int(n_steps.max()))
    step_mask = offsets < n_steps[:, None]
    starts = torch.tensor([(row * width + start) // TIME_STRIDE for row, start in places])
    return Packed(picture, mask, (starts[:, None] + offsets) * step_mask, step_mask, torch.log(seconds))


def _shift_bands(pictures: torch.Tensor, dice: Dice) -> torch.Tensor:
    """Move some up or down by up to `_MOST_SHIFTED` bands; what is left empty repeats its neighbour."""
    n = len(pictures)
    chosen = torch.where(dice.chance(0.3, n)[:, 0], dice.integers(2 * _MOST_SHIFTED + 1, n) - _MOST_SHIFTED, 0)
    rows = torch.arange(N_MELS)[None] - chosen[:, None]
    return pictures.gather(2, rows.clamp(0, N_MELS - 1)[:, None, :, None].expand_as(pictures))


def _sum_db(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return 10 * torch.log10(10 ** (first / 10) + 10 ** (second / 10))


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
