"""Code shared by the engines of the two published implementations."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import torch

from db.errors import ModelError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.tokens import Tokenizer

Item = TypeVar("Item")


def _one_by_one(embed: Callable[[Item], torch.Tensor], items: Sequence[Item], dim: int) -> Matrix:
    """Embed items alone, so that no vector depends on the others; rows of shape ``(len(items), dim)``."""
    with torch.inference_mode():
        rows = [np.asarray(embed(item).cpu(), np.float32) for item in items]
    return np.concatenate([np.empty((0, dim), np.float32), *rows])


class PublishedEngine(ABC):
    """Embeds with the model of a package, one window or text at a time.

    Attributes:
        name: Of the package, with its version.
    """

    def __init__(self, name: str, dim: int, tokenizer: Tokenizer) -> None:
        self.name = name
        self._dim = dim
        self._tokenizer = tokenizer

    def embed_windows(self, windows: Sequence[Waveform]) -> Matrix:
        return _one_by_one(self._embed_window, windows, self._dim)

    def embed_texts(self, texts: Sequence[str]) -> Matrix:
        return _one_by_one(self._embed_text, texts, self._dim)

    @abstractmethod
    def _embed_window(self, window: Waveform) -> torch.Tensor: ...

    @abstractmethod
    def _embed_text(self, text: str) -> torch.Tensor: ...


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
