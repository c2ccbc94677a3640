"""The two layers that both towers are made of."""

from dataclasses import dataclass

import torch
from torch.nn import functional

_N_ROWS = 16  # that weights are laid out for; 8 to 64 do as well for a query of four phrasings


class Linear:
    """A product with weights of a given type; its input is cast to it."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, dtype: torch.dtype = torch.float32) -> None:
        self._weight = weight.to(dtype)
        self._bias = None if bias is None else bias.to(dtype)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x.to(self._weight.dtype), self._weight, self._bias)


class FewRows:
    """A product of few rows, such as the tokens of one text, with float32 weights.

    Reading the weights is most of the work then. oneDNN lays them out once, and reads them in half the time (12 layers
    of RoBERTa, 8 tokens: 30 ms instead of 65); elsewhere this is a `Linear`.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self._linear = None if _can_lay_out(weight) else Linear(weight, bias)
        if self._linear is None:
            self._laid_out = torch.ops.mkldnn._reorder_linear_weight(weight, _N_ROWS)  # noqa: SLF001  as torch.compile does
            self._bias = bias.clone()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        if self._linear is not None:
            return self._linear(x)
        product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(x, self._laid_out, self._bias, "none", [], "")  # noqa: SLF001
        return product


def _can_lay_out(weight: torch.Tensor) -> bool:
    return (
        weight.device.type == "cpu"
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


@dataclass(frozen=True)
class Norm:
    """Layer normalization."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(x.float(), self.weight.shape, self.weight, self.bias, 1e-5)
