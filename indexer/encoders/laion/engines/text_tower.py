"""The text tower (RoBERTa), written for inference alone: every text at its own length, without padding."""

from collections.abc import Mapping, Sequence

import torch
from torch.nn import functional

from indexer.encoders.laion.architecture import Architecture
from indexer.encoders.laion.engines.layers import Norm, Product, product_of_rows

_FIRST_POSITION = 2  # RoBERTa numbers positions from the id of its padding token on


class TextTower:
    """Token ids to embeddings.

    Args:
        weights: By LAION's names; float32. Only rows of the vocabulary that a text needs are read.
        architecture: Their sizes.
        device: Where to compute.
    """

    def __init__(self, weights: Mapping[str, torch.Tensor], architecture: Architecture, device: torch.device) -> None:
        self._device = device
        self._heads = architecture.text_heads
        self._words = weights["text_branch.embeddings.word_embeddings.weight"]
        at = "text_branch.embeddings"
        self._places = (
            weights[f"{at}.position_embeddings.weight"] + weights[f"{at}.token_type_embeddings.weight"][0]
        ).to(device)
        self._weights = weights
        self._norm_words = self._norm(f"{at}.LayerNorm")
        self._layers = [self._layer(f"text_branch.encoder.layer.{n}") for n in range(architecture.text_depth)]
        self._pool = self._linear("text_branch.pooler.dense")
        self._projection = (self._linear("text_projection.0"), self._linear("text_projection.2"))
        del self._weights

    def __call__(self, texts: Sequence[Sequence[int]]) -> torch.Tensor:
        """Embed texts from their token ids; unit rows, shape ``(len(texts), dim)``.

        The tokens of all texts lie end to end, so that each weight is read once for all of them; only attention
        looks at one text at a time.
        """
        lengths = [len(ids) for ids in texts]
        words = self._words[torch.tensor([token for ids in texts for token in ids])].to(self._device)
        places = torch.cat([torch.arange(_FIRST_POSITION, _FIRST_POSITION + length) for length in lengths])
        x = self._norm_words(words + self._places[places.to(self._device)])
        for layer in self._layers:
            x = layer(x, lengths)
        starts = torch.tensor([0, *lengths[:-1]]).cumsum(0).to(self._device)
        first, second = self._projection
        return functional.normalize(second(functional.relu(first(torch.tanh(self._pool(x[starts]))))), dim=-1)

    def _layer(self, at: str) -> "_Layer":
        parts = [self._weights[f"{at}.attention.self.{part}.weight"] for part in ("query", "key", "value")]
        biases = [self._weights[f"{at}.attention.self.{part}.bias"] for part in ("query", "key", "value")]
        return _Layer(
            self._heads,
            [
                product_of_rows(weight.to(self._device), bias.to(self._device))
                for weight, bias in zip(parts, biases, strict=True)
            ],
            self._linear(f"{at}.attention.output.dense"),
            self._norm(f"{at}.attention.output.LayerNorm"),
            self._linear(f"{at}.intermediate.dense", has_gelu=True),
            self._linear(f"{at}.output.dense"),
            self._norm(f"{at}.output.LayerNorm"),
        )

    def _linear(self, at: str, *, has_gelu: bool = False) -> Product:
        weight, bias = self._weights[f"{at}.weight"], self._weights[f"{at}.bias"]
        return product_of_rows(weight.to(self._device), bias.to(self._device), has_gelu=has_gelu)

    def _norm(self, at: str) -> Norm:
        return Norm(self._weights[f"{at}.weight"].to(self._device), self._weights[f"{at}.bias"].to(self._device))


class _Layer:
    """Attention and a two-layer network, each followed by a norm."""

    def __init__(
        self, heads: int, qkv: Sequence[Product], dense: Product, norm1: Norm, up: Product, down: Product, norm2: Norm
    ) -> None:
        self._heads = heads
        self._qkv = qkv
        self._dense = dense
        self._norm1 = norm1
        self._up = up
        self._down = down
        self._norm2 = norm2

    def __call__(self, x: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
        """Transform the tokens of texts that lie end to end, shape ``(n_tokens, width)``."""
        heads = [product(x).view(len(x), self._heads, -1).transpose(0, 1) for product in self._qkv]
        parts = [torch.split(head, list(lengths), 1) for head in heads]
        read = [
            functional.scaled_dot_product_attention(query[None], key[None], value[None])[0]
            for query, key, value in zip(*parts, strict=True)
        ]
        x = self._norm1(x + self._dense(torch.cat(read, 1).transpose(0, 1).reshape(len(x), -1)))
        return self._norm2(x + self._down(self._up(x)))
