"""The text side in training: fixed features of every text, and the small network over them that learns.

The tables of words, letter groups and word pairs stay as they are, so that a text is the mean of its rows once and for
all; the two layers above them learn with the audio tower what to make of it. What the shipped text tower makes of
everyday words and of descriptions is kept as an anchor, so that what nobody labelled stays where it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import load_file
from torch import nn
from torch.nn import functional

from indexer.encoders.compact.model import TEXT_CENTER
from indexer.encoders.compact.text import FEATURES, feature_ids, words
from indexer.encoders.prompts import PHRASINGS
from training.audio_tower import DIM
from training.labels import LabelEntry

Arrays = Mapping[str, npt.NDArray[np.generic]]

_SHARE_BY_NAME = 0.7  # of the draws of a class; else it goes by two of its aliases
_N_ALIASES = 2


class TextHead(nn.Module):
    """What ``indexer.encoders.compact.text.TextTower`` computes above its tables, with gradients.

    Args:
        arrays: ``w1``, ``b1``, ``w2``, ``b2`` of a text tower, to begin with.
    """

    def __init__(self, arrays: Arrays) -> None:
        super().__init__()
        w1, b1, w2, b2 = (torch.from_numpy(arrays[name].astype(np.float32)) for name in ("w1", "b1", "w2", "b2"))
        self.first, self.second = nn.Linear(*w1.shape), nn.Linear(*w2.shape)
        with torch.no_grad():
            self.first.weight.copy_(w1.T)
            self.first.bias.copy_(b1)
            self.second.weight.copy_(w2.T)
            self.second.bias.copy_(b2)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Embed texts by their features; unit rows, shape ``(n, DIM)``."""
        return functional.normalize(self.second(torch.relu(self.first(features))), dim=-1)

    def arrays(self) -> dict[str, npt.NDArray[np.float16]]:
        """Give the weights in the form that ``TextTower`` takes."""
        tensors = {"w1": self.first.weight.T, "b1": self.first.bias, "w2": self.second.weight.T, "b2": self.second.bias}
        return {name: tensor.detach().half().contiguous().numpy() for name, tensor in tensors.items()}


class Phrasebook:
    """Every text that is said in training, by number.

    Args:
        arrays: The tables of a text tower.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._tables = {group: torch.from_numpy(arrays[group].astype(np.float32)) for group in FEATURES}
        self._ids: dict[str, int] = {}
        self._rows: list[torch.Tensor] = []

    def id_of(self, text: str) -> int:
        """Return the number of a text, a new one for a new text."""
        if text not in self._ids:
            self._ids[text] = len(self._rows)
            self._rows.append(self._read(text))
        return self._ids[text]

    def ids_of(self, texts: Iterable[str]) -> list[int]:
        return [self.id_of(text) for text in texts]

    def features(self) -> torch.Tensor:
        """Return the features of all texts, in order of number."""
        return torch.stack(self._rows)

    def _read(self, text: str) -> torch.Tensor:
        tokens = words(text)
        means = []
        for group, table in self._tables.items():
            ids = torch.from_numpy(feature_ids(tokens, group, len(table)))
            means.append(table[ids].sum(0) / max(1, len(ids)))
        return torch.cat(means)


class ClassNames:
    """The names of all classes, said in one way or another.

    Args:
        names: Labels, then wider names.
        entries: Of the labels.
        book: Takes in what may be said.
    """

    def __init__(self, names: Sequence[str], entries: Mapping[str, LabelEntry], book: Phrasebook) -> None:
        self._by_name = [book.ids_of(phrasing.format(name) for phrasing in PHRASINGS) for name in names]
        self._bare = np.array([ids[0] for ids in self._by_name])
        self._by_alias = [
            [book.ids_of(phrasing.format(alias) for phrasing in PHRASINGS[:_N_ALIASES]) for alias in aliases]
            for aliases in (entries[name].aliases if name in entries else () for name in names)
        ]

    def plain(self, classes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the number of the bare name of each class."""
        return self._bare[classes]

    def draw(self, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Choose what each class is called this time: numbers of texts, and which class each is of."""
        chosen = []
        for by_name, by_alias in zip(self._by_name, self._by_alias, strict=True):
            if not by_alias or rng.random() < _SHARE_BY_NAME:
                chosen.append(by_name)
            else:
                chosen.append(by_alias[int(rng.integers(len(by_alias)))])
        counts = torch.tensor([len(ids) for ids in chosen])
        return torch.tensor([id_ for ids in chosen for id_ in ids]), torch.repeat_interleave(counts)


def class_rows(
    head: TextHead, features: torch.Tensor, owners: torch.Tensor, n_classes: int, center: torch.Tensor
) -> torch.Tensor:
    """Embed classes as ``indexer.encoders.prompts.describe`` embeds descriptions; unit rows, ``(n_classes, DIM)``."""
    sums = torch.zeros(n_classes, DIM).index_add(0, owners, head(features))
    means = sums / torch.bincount(owners, minlength=n_classes)[:, None]
    return functional.normalize(means - center, dim=1)


def load_text_arrays(path: Path) -> tuple[Arrays, torch.Tensor]:
    """Read a text tower and the centre of its texts, which stays where it is."""
    arrays = load_file(path)
    return arrays, torch.from_numpy(arrays[TEXT_CENTER].astype(np.float32))
