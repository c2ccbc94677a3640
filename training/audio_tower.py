"""The audio tower in torch, for training; in use, `indexer.encoders.compact.graph` computes the same."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from indexer.encoders.compact.frontend import N_CHANNELS, N_MELS, to_input
from indexer.encoders.compact.model import AUDIO_CENTER, audio_path, load_arrays

DIM = 256
TIME_STRIDE = 8
WIDTHS = (32, 64, 128, 192)
_MEL_STRIDE = 16
_FIRST_STRIDE = 2  # of the first layer, in time
_STEP_WIDTH = 384
_DROPOUT = 0.15  # in training
# The finest step sees 40 ms; two steps of 80 ms are the attack.
_ATTACK_STEPS = 2
FIRST_LAYER = 2 * WIDTHS[0] * N_MELS // 2


@dataclass(frozen=True)
class Packed:
    """Sounds laid end to end on one long picture, with a gap that keeps them apart; in training on several.

    Attributes:
        picture: Network input, shape ``(n_rows, N_CHANNELS, N_MELS, time)``; zero in the gaps.
        mask: One where there is sound, shape ``(n_rows, 1, 1, time)``.
        steps: Row i: the output steps of sound i, padded with 0, counted through all rows; shape ``(n, max_steps)``.
        step_mask: False where ``steps`` is padding, shape ``(n, max_steps)``.
        log_seconds: Natural logarithm of each whole sound's length, shape ``(n,)``.
    """

    picture: torch.Tensor
    mask: torch.Tensor
    steps: torch.Tensor
    step_mask: torch.Tensor
    log_seconds: torch.Tensor

    def to(self, device: torch.device) -> "Packed":
        """Move every part to a device."""
        return Packed(*(getattr(self, field.name).to(device) for field in fields(self)))


def pack(pictures: Sequence[torch.Tensor], seconds: Sequence[float]) -> Packed:
    """Lay log-mel pictures in dB, each ``(N_CHANNELS, N_MELS, t)``, end to end.

    Each starts on a multiple of ``TIME_STRIDE`` and is followed by at least that much gap. As the tower masks the gaps
    after each convolution and none reaches further than one step, a sound never sees its neighbours, and its vector
    is the same alone or in company.
    """
    lengths = [picture.shape[-1] for picture in pictures]
    slots = [(math.ceil(length / TIME_STRIDE) + 1) * TIME_STRIDE for length in lengths]
    packed = torch.zeros(1, N_CHANNELS, N_MELS, sum(slots))
    mask = torch.zeros(1, 1, 1, sum(slots))
    n_steps = torch.tensor([math.ceil(length / TIME_STRIDE) for length in lengths])
    starts = torch.cumsum(torch.tensor([0, *slots[:-1]]), 0)
    for picture, start, length in zip(pictures, starts.tolist(), lengths, strict=True):
        packed[0, :, :, start : start + length] = to_input(picture)
        mask[..., start : start + length] = 1.0
    offsets = torch.arange(int(n_steps.max()))
    step_mask = offsets < n_steps[:, None]
    steps = (starts[:, None] // TIME_STRIDE + offsets) * step_mask
    log_seconds = torch.log(torch.tensor(seconds, dtype=torch.float32))
    return Packed(packed, mask, steps, step_mask, log_seconds)


class ConvNorm(nn.Module):
    """3x3 convolution, batch norm, then the mask, so that nothing leaks through the gaps."""

    def __init__(self, n_in: int, n_out: int, stride: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self.conv = nn.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(n_out)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.norm(self.conv(x))
        return y.mul_(mask.to(y.dtype))

    def fuse(self) -> None:
        """Fold the norm into the convolution: the same numbers in less time, and no more training."""
        assert isinstance(self.norm, nn.BatchNorm2d)
        self.conv = fuse_conv_bn_eval(self.conv, self.norm)
        self.norm = nn.Identity()


class Stage(nn.Module):
    """Halve the picture, then one residual pair of convolutions."""

    def __init__(self, n_in: int, n_out: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.time_stride = stride[1]
        self.down = ConvNorm(n_in, n_out, stride)
        self.first = ConvNorm(n_out, n_out)
        self.second = ConvNorm(n_out, n_out)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mask = mask[..., :: self.time_stride]
        x = self.down(x, mask).relu_()
        y = self.first(x, mask).relu_()
        return self.second(y, mask).add_(x).relu_(), mask


class AudioTower(nn.Module):
    """A small residual network with four views on time: mean, maximum, attention and attack.

    Args:
        widths: Channels of the stem and of the three stages.
    """

    def __init__(self, widths: tuple[int, int, int, int] = WIDTHS) -> None:
        super().__init__()
        w0, w1, w2, w3 = widths
        self.stem = ConvNorm(N_CHANNELS, w0, (2, _FIRST_STRIDE))
        self.stages = nn.ModuleList([Stage(w0, w1, (2, 2)), Stage(w1, w2, (2, 2)), Stage(w2, w3, (2, 1))])
        self.step = nn.Linear(w3 * N_MELS // _MEL_STRIDE, _STEP_WIDTH)
        self.attention = nn.Linear(_STEP_WIDTH, _STEP_WIDTH)
        n_pooled = (3 + _ATTACK_STEPS) * _STEP_WIDTH
        self.dropout = nn.Dropout(_DROPOUT)
        self.hidden = nn.Linear(n_pooled + 2, 512)
        self.project = nn.Linear(512, DIM)

    def fuse(self) -> "AudioTower":
        """Make the trained tower faster, for use only."""
        for module in self.modules():
            if isinstance(module, ConvNorm):
                module.fuse()
        return self

    def forward(self, packed: Packed) -> torch.Tensor:
        """Embed the sounds of one pack; unit rows, shape ``(n, DIM)``."""
        return self._embed(self._first_layer(packed), packed)

    def embed_and_sum_up(self, packed: Packed) -> tuple[torch.Tensor, torch.Tensor]:
        """Embed the sounds of one pack, and sum up what the first layer sees of each.

        Returns:
            Unit rows as of `forward`; mean and maximum over time of each channel and band of the first layer, shape
            ``(n, FIRST_LAYER)``.
        """
        first = self._first_layer(packed)
        return self._embed(first, packed), _over_time(first, packed)

    def _first_layer(self, packed: Packed) -> torch.Tensor:
        picture = packed.picture.contiguous(memory_format=torch.channels_last)
        first: torch.Tensor = self.stem(picture, packed.mask[..., ::_FIRST_STRIDE]).relu_()
        return first

    def _embed(self, first: torch.Tensor, packed: Packed) -> torch.Tensor:
        x, mask = first, packed.mask[..., ::_FIRST_STRIDE]
        for stage in self.stages:
            x, mask = stage(x, mask)
        row = x.permute(0, 3, 1, 2).flatten(2).flatten(0, 1)  # (rows * time / 8, channels * mels / 16)
        steps = torch.relu(self.step(row))[packed.steps]  # (n, max_steps, _STEP_WIDTH)
        views = self.dropout(torch.cat(self._pool(steps, packed.step_mask), dim=1))
        pooled = torch.cat([views, _length(packed)], dim=1)
        return nn.functional.normalize(self.project(torch.relu(self.hidden(pooled))).float(), dim=1)

    def _pool(self, steps: torch.Tensor, step_mask: torch.Tensor) -> list[torch.Tensor]:
        mask = step_mask[:, :, None]
        steps = steps * mask
        mean = steps.sum(1) / mask.sum(1)
        weights = self.attention(steps).masked_fill(~mask, -torch.inf).float().softmax(1).to(steps.dtype)
        padded = nn.functional.pad(steps, (0, 0, 0, _ATTACK_STEPS))
        return [mean, steps.amax(1), (weights * steps).sum(1), *padded[:, :_ATTACK_STEPS].unbind(1)]


def _over_time(first: torch.Tensor, packed: Packed) -> torch.Tensor:
    """Return mean and maximum over time of each channel and band, sound by sound; no value is below that of gaps, 0."""
    n_per_step = TIME_STRIDE // _FIRST_STRIDE
    starts = (packed.steps[:, 0] * n_per_step).tolist()
    ends = [start + n * n_per_step for start, n in zip(starts, packed.step_mask.sum(1).tolist(), strict=True)]
    is_sound = packed.mask[0, 0, 0, ::_FIRST_STRIDE]
    rows = first[0].permute(2, 1, 0).contiguous()  # (time, band, channel): a fifth of the time, the copy included
    means, peaks = [], []
    for start, end in zip(starts, ends, strict=True):
        means.append(rows[start:end].sum(0) / is_sound[start:end].sum())
        peaks.append(rows[start:end].amax(0))
    return torch.cat([torch.stack(parts).transpose(1, 2).flatten(1) for parts in (means, peaks)], dim=1)


def _length(packed: Packed) -> torch.Tensor:
    """Two views on the length: up to a second and up to a minute."""
    log_seconds = packed.log_seconds
    return torch.stack([log_seconds.clamp(-4, 0) / 2 + 1, log_seconds.clamp(-2, 4) / 3], dim=1)


def load_audio_tower(folder: Path, device: str) -> AudioTower:
    """Load the trained tower, for use only.

    Raises:
        ModelError: The weights are missing or damaged.
        RuntimeError: They are of another tower.
    """
    arrays = load_arrays(audio_path(folder))
    tower = AudioTower()
    tower.load_state_dict(
        {name: torch.from_numpy(array).float() for name, array in arrays.items() if name != AUDIO_CENTER}
    )
    return tower.eval().fuse().to(memory_format=torch.channels_last).to(device)
