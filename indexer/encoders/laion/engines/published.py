"""Code shared by the engines of the two published implementations."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import torch

from db.errors import ModelError
from db.types import Matrix

Item = TypeVar("Item")


def one_by_one(embed: Callable[[Item], torch.Tensor], items: Sequence[Item], dim: int) -> Matrix:
    """Embed items alone, so that no vector depends on the others; rows of shape ``(len(items), dim)``."""
    with torch.inference_mode():
        rows = [np.asarray(embed(item).cpu(), np.float32) for item in items]
    return np.concatenate([np.empty((0, dim), np.float32), *rows])


def one_text(ids: Sequence[int]) -> dict[str, torch.Tensor]:
    """Return the input for the tokens of one text, which needs no padding."""
    tokens = torch.tensor([ids])
    return {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}


def check_names(engine: str, *unlike: Iterable[str]) -> None:
    """Check that an implementation names its weights as ours does.

    Raises:
        ModelError: It is a version with other names.
    """
    if any(list(names) for names in unlike):
        raise ModelError(f"This version of {engine} names its weights in another way: install earmark again.")
