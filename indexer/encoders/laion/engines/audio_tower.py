"""The audio tower (HTS-AT, a Swin transformer over log-mel pictures), written for inference alone.

Computes the same as ``laion_clap`` and ``transformers``, which tests check. Faster than both, because tokens stay
in the order of the attention windows from block to block, attention is one fused call, and nothing is computed that
no embedding needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch.nn import functional

from indexer.encoders.laion.architecture import N_MELS, PATCH, SPEC_SIZE, Architecture
from indexer.encoders.laion.engines.layers import Linear, Norm, Product, product_of_rows

_APART = -100.0  # what LAION adds where two patches of a shifted window are no neighbours
_N_STRIPS = SPEC_SIZE // N_MELS  # the picture is cut in strips of time, stacked to a square


@dataclass(frozen=True)
class _Block:
    """One attention block.

    Attributes:
        gather: Indices of this block's tokens in the order of the block before.
        bias: Added to attention scores, shape ``(n_windows or 1, heads, tokens, tokens)``.
    """

    gather: torch.Tensor | None
    bias: torch.Tensor
    norm1: Norm
    norm2: Norm
    qkv: Product
    proj: Product
    fc1: Product
    fc2: Product

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Transform tokens, shape ``(n, n_tokens, width)``."""
        if self.gather is not None:
            x = x.index_select(1, self.gather)
        x = x + self.proj(self._attend(self.qkv(self.norm1(x)))).to(x.dtype)
        return x.add_(self.fc2(self.fc1(self.norm2(x))).to(x.dtype))

    def _attend(self, qkv: torch.Tensor) -> torch.Tensor:
        n, n_tokens, width3 = qkv.shape
        n_windows, heads, size = self.bias.shape[0], self.bias.shape[1], self.bias.shape[-1]
        split = qkv.view(n * n_tokens // size, size, 3, heads, width3 // 3 // heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        bias = self.bias
        if n_windows > 1:
            bias = bias.expand(n, *bias.shape).reshape(-1, *bias.shape[1:])
        out = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return out.transpose(1, 2).reshape(n, n_tokens, width3 // 3)


@dataclass(frozen=True)
class _Merge:
    """Four neighbouring patches become one of twice the width."""

    gather: torch.Tensor
    norm: Norm
    reduction: Product

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        n, n_tokens, width = x.shape
        x = x.index_select(1, self.gather).view(n, n_tokens // 4, 4 * width)
        return self.reduction(self.norm(x)).float()


class AudioTower:
    """Log-mel pictures to embeddings.

    Args:
        weights: By LAION's names; float32.
        architecture: Their sizes.
        device: Where to compute.
        dtype: Of the large products; sums between blocks stay float32.
    """

    def __init__(
        self, weights: Mapping[str, torch.Tensor], architecture: Architecture, device: torch.device, dtype: torch.dtype
    ) -> None:
        self._weights = weights
        self._device = device
        self._dtype = dtype
        deviation = (self._get("bn0.running_var") + 1e-5).sqrt()
        self._gain = self._get("bn0.weight") / deviation
        self._offset = self._get("bn0.bias") - self._get("bn0.running_mean") * self._gain
        patches = self._get("patch_embed.proj.weight").flatten(1)
        self._patches = product_of_rows(patches, self._get("patch_embed.proj.bias"), architecture.grid(0) ** 2, dtype)
        self._patch_norm = self._norm("patch_embed.norm")
        self._steps = list(self._build(architecture))
        self._last_norm = self._norm("norm")
        self._projection = [
            Linear(
                self._move(weights[f"audio_projection.{n}.weight"]), self._move(weights[f"audio_projection.{n}.bias"])
            )
            for n in (0, 2)
        ]
        del self._weights

    def __call__(self, pictures: torch.Tensor) -> torch.Tensor:
        """Embed pictures in dB, shape ``(n, n_pictures, n_mels)``; unit rows, shape ``(n, dim)``."""
        x = self._patch_norm(self._patches(self._as_patches(pictures))).float()
        for step in self._steps:
            x = step(x)
        x = self._last_norm(x).float().mean(1)
        first, second = self._projection
        return functional.normalize(second(functional.relu(first(x))), dim=-1)

    def _as_patches(self, pictures: torch.Tensor) -> torch.Tensor:
        """Stretch time to the square's size and cut it in patches, row by row: ``(n, n_patches, PATCH ** 2)``."""
        x = (pictures * self._gain + self._offset)[:, None]
        x = functional.interpolate(x, (SPEC_SIZE * _N_STRIPS, N_MELS), mode="bicubic", align_corners=True)
        # (n, strip, column, patch column, row, patch row): the square stacks the strips, lowest mel first
        side = SPEC_SIZE // PATCH
        x = x.view(len(x), _N_STRIPS, side, PATCH, N_MELS // PATCH, PATCH)
        return x.permute(0, 1, 4, 2, 5, 3).reshape(len(x), side * side, PATCH * PATCH)

    def _build(self, of: Architecture) -> "list[_Block | _Merge]":
        steps: list[_Block | _Merge] = []
        for stage, depth in enumerate(of.depths):
            side, window = of.grid(stage), of.window_of(stage)
            order = torch.arange(side * side)  # which patch stands at each place
            for number in range(depth):
                shift = window // 2 if number % 2 and side > window else 0
                wanted = _window_order(side, window, shift)
                gather = None if torch.equal(order, wanted) else torch.argsort(order)[wanted].to(self._device)
                steps.append(self._block(f"layers.{stage}.blocks.{number}", gather, side, window, shift))
                order = wanted
            if stage < len(of.depths) - 1:
                at = f"layers.{stage}.downsample"
                gather = torch.argsort(order)[_merge_order(side)].to(self._device)
                reduction = self._linear(f"{at}.reduction", side * side // 4, has_bias=False)
                steps.append(_Merge(gather, self._norm(f"{at}.norm"), reduction))
        return steps

    def _block(self, at: str, gather: torch.Tensor | None, side: int, window: int, shift: int) -> _Block:
        table = self._get(f"{at}.attn.relative_position_bias_table")
        bias = table[_relative_positions(window).to(self._device)].permute(2, 0, 1)[None]
        if shift:
            bias = bias + _shift_mask(side, window, shift).to(self._device)[:, None]
        return _Block(
            gather,
            bias.contiguous().to(self._dtype),
            self._norm(f"{at}.norm1"),
            self._norm(f"{at}.norm2"),
            self._linear(f"{at}.attn.qkv", side * side),
            self._linear(f"{at}.attn.proj", side * side),
            self._linear(f"{at}.mlp.fc1", side * side, has_gelu=True),
            self._linear(f"{at}.mlp.fc2", side * side),
        )

    def _linear(self, at: str, n_rows: int, *, has_bias: bool = True, has_gelu: bool = False) -> Product:
        weight, bias = self._get(f"{at}.weight"), self._get(f"{at}.bias") if has_bias else None
        return product_of_rows(weight, bias, n_rows, self._dtype, has_gelu=has_gelu)

    def _norm(self, at: str) -> Norm:
        return Norm(self._get(f"{at}.weight"), self._get(f"{at}.bias"))

    def _get(self, name: str) -> torch.Tensor:
        return self._move(self._weights[f"audio_branch.{name}"])

    def _move(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor.to(self._device, torch.float32)


def _window_order(side: int, window: int, shift: int) -> torch.Tensor:
    """Return the patches of a square, window by window, after rolling it by ``shift``; shape ``(side * side,)``."""
    square = torch.arange(side * side).view(side, side).roll((-shift, -shift), (0, 1))
    n = side // window
    return square.view(n, window, n, window).transpose(1, 2).flatten()


def _merge_order(side: int) -> torch.Tensor:
    """Return the patches of a square, four that merge at a time: top left, bottom left, top right, bottom right."""
    return torch.arange(side * side).view(side // 2, 2, side // 2, 2).permute(0, 2, 3, 1).flatten()


def _relative_positions(window: int) -> torch.Tensor:
    """Return the row of the bias table for each pair of patches of a window; shape ``(window ** 2, window ** 2)``."""
    rows, columns = torch.arange(window**2) // window, torch.arange(window**2) % window
    down = rows[:, None] - rows + window - 1
    right = columns[:, None] - columns + window - 1
    return down * (2 * window - 1) + right


def _shift_mask(side: int, window: int, shift: int) -> torch.Tensor:
    """Return the mask between patches that only rolling made neighbours; ``(n_windows, window ** 2, window ** 2)``."""
    place = torch.arange(side)
    band = (place >= side - window).long() + (place >= side - shift).long()
    region = band[:, None] * 3 + band
    n = side // window
    regions = region.view(n, window, n, window).transpose(1, 2).reshape(n * n, window**2)
    return (regions[:, :, None] != regions[:, None]).float() * _APART
