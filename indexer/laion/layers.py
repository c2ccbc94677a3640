"""The two layers that both towers are made of."""

from dataclasses import dataclass

import torch
from torch.nn import functional


class Linear:
    """A product with weights of a given type; its input is cast to it."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, dtype: torch.dtype = torch.float32) -> None:
        self._weight = weight.to(dtype)
        self._bias = None if bias is None else bias.to(dtype)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x.to(self._weight.dtype), self._weight, self._bias)


@dataclass(frozen=True)
class Norm:
    """Layer normalization."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(x.float(), self.weight.shape, self.weight, self.bias, 1e-5)
