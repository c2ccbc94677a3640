"""Everything that is said in training, read once by the teacher."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from training.captions import PROMPTS
from training.dataset import Dataset
from training.teacher import Teacher


@dataclass(frozen=True)
class Texts:
    """Captions and names with their teacher embeddings.

    Attributes:
        captions: Each caption once.
        caption_rows: Their teacher embeddings, shape ``(len(captions), teacher dim)``.
        caption_ids: Rows of the captions of each recording, shape ``(n_recordings, captions of each)``.
        names: Every kind in every prompt, the prompts of one kind together.
        name_rows: Their teacher embeddings, shape ``(n_kinds, len(PROMPTS), teacher dim)``.
    """

    captions: list[str]
    caption_rows: torch.Tensor
    caption_ids: npt.NDArray[np.int64]
    names: list[str]
    name_rows: torch.Tensor


def read_texts(dataset: Dataset, teacher: Teacher, seed: int) -> Texts:
    """Write captions and let the teacher read them and the names of the kinds."""
    captions = dataset.captions(seed)
    unique = sorted({text for group in captions for text in group})
    place = {text: row for row, text in enumerate(unique)}
    ids = np.array([[place[text] for text in group] for group in captions])
    names = [prompt.format(kind) for kind in dataset.kinds for prompt in PROMPTS]
    name_rows = torch.from_numpy(teacher.embed(names)).view(len(dataset.kinds), len(PROMPTS), -1)
    return Texts(unique, torch.from_numpy(teacher.embed(unique)), ids, names, name_rows)
