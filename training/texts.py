"""Everything that is said in training, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

from training.captions import PROMPTS
from training.dataset import Dataset


@dataclass(frozen=True)
class Texts:
    """Captions and names with their embeddings.

    Attributes:
        captions: Each caption once.
        caption_rows: Their embeddings, shape ``(len(captions), dim of the reader)``.
        caption_ids: Rows of the captions of each recording, shape ``(n_recordings, captions of each)``.
        names: Every kind in every prompt, the prompts of one kind together.
        name_rows: Their embeddings, shape ``(n_kinds, len(PROMPTS), dim of the reader)``.
    """

    captions: list[str]
    caption_rows: torch.Tensor
    caption_ids: npt.NDArray[np.int64]
    names: list[str]
    name_rows: torch.Tensor


class Reader(Protocol):
    """The teacher, or a text tower whose space is kept."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...


def read_texts(dataset: Dataset, reader: Reader, seed: int) -> Texts:
    """Write captions and have them and the names of the kinds read."""
    captions = dataset.captions(seed)
    unique = sorted({text for group in captions for text in group})
    place = {text: row for row, text in enumerate(unique)}
    ids = np.array([[place[text] for text in group] for group in captions])
    names = [prompt.format(kind) for kind in dataset.kinds for prompt in PROMPTS]
    name_rows = torch.from_numpy(reader.embed(names)).view(len(dataset.kinds), len(PROMPTS), -1)
    return Texts(unique, torch.from_numpy(reader.embed(unique)), ids, names, name_rows)
