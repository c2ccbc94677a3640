"""The two layers that both towers are made of."""

from dataclasses import dataclass
from typing import TypeAlias

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


class LaidOut:
    """A product with float32 weights that oneDNN has laid out for few rows, by the operators of torch.compile."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight, _N_ROWS)  # noqa: SLF001
        self._bias = bias.clone()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(x, self._weight, self._bias, "none", [], "")  # noqa: SLF001
        return product


Product: TypeAlias = Linear | LaidOut


def product_of_few_rows(weight: torch.Tensor, bias: torch.Tensor) -> Product:
    """Return a product for few rows, such as the tokens of one text, with float32 weights.

    Reading the weights is most of the work then. Laid out they are read in half the time (12 layers of RoBERTa, 8
    tokens: 30 ms instead of 65), where oneDNN is there to do it.
    """
    return LaidOut(weight, bias) if _can_lay_out(weight) else Linear(weight, bias)


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
