"""Distil the teacher and its projection into the text tower that runs on numpy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from indexer.compact.audio import DIM
from indexer.compact.text import FEATURES, feature_ids, words
from training.captions import PROMPTS, typo
from training.objective import TextProjection
from training.teacher import Teacher, model_folder

N_ROWS: Mapping[str, int] = {"words": 1 << 15, "letters": 1 << 15, "pairs": 1 << 15}
WIDTH = 64
_HIDDEN = 512
_BATCH = 512
_TYPO_SHARE = 0.15


@dataclass(frozen=True)
class Phrases:
    """What the student learns to read, and what the projected teacher makes of it, shape ``(n, DIM)``."""

    texts: list[str]
    targets: torch.Tensor


class Student(nn.Module):
    """The same computation as ``indexer.compact.text.TextTower``, with gradients."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = nn.ModuleDict({group: nn.EmbeddingBag(N_ROWS[group], WIDTH, mode="mean") for group in FEATURES})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.1)
        self.first = nn.Linear(len(FEATURES) * WIDTH, _HIDDEN)
        self.second = nn.Linear(_HIDDEN, DIM)

    def forward(self, texts: Sequence[str]) -> torch.Tensor:
        """Embed texts; unit rows, shape ``(len(texts), DIM)``."""
        bags = torch.cat([table(*_bag(texts, group)) for group, table in self.tables.items()], dim=1)
        return functional.normalize(self.second(torch.relu(self.first(bags))), dim=1)

    @torch.inference_mode()
    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Embed texts without gradients."""
        return self(texts).numpy()

    def arrays(self) -> dict[str, npt.NDArray[np.float16]]:
        """Give the weights in the form that ``TextTower`` takes."""
        tensors = {group: table.weight for group, table in self.tables.items()}
        tensors |= {
            "w1": self.first.weight.T,
            "b1": self.first.bias,
            "w2": self.second.weight.T,
            "b2": self.second.bias,
        }
        return {name: tensor.detach().half().contiguous().numpy() for name, tensor in tensors.items()}


def collect_phrases(
    captions: Sequence[str], names: Sequence[str], teacher: Teacher, project: TextProjection, seed: int
) -> Phrases:
    """Gather captions, names of kinds, everyday words from the teacher's vocabulary, and mixtures of these."""
    rng = np.random.default_rng(seed)
    vocabulary = (model_folder() / "vocab.txt").read_text("utf-8").split()
    everyday = [word for word in vocabulary if word.isalpha() and word.isascii() and len(word) > 2]
    sounding = [str(rng.choice(PROMPTS)).format(word) for word in everyday]
    pairs = [f"{first} {second}" for first, second in rng.choice(everyday, (20_000, 2))]
    mixed = [f"{word} {caption}" for word, caption in zip(everyday, rng.choice(captions, len(everyday)), strict=True)]
    texts = list(dict.fromkeys([*names, *captions, *everyday, *sounding, *pairs, *mixed]))
    rows = torch.from_numpy(teacher.embed(texts))
    with torch.no_grad():
        return Phrases(texts, project.cpu().eval()(rows))


def phrase_weights(phrases: Phrases, captions: Sequence[str], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Share the draws: half to captions, a tenth to the names of kinds, the rest to everything else."""
    caption_set, name_set = set(captions), set(names)
    group = np.array([0 if text in name_set else 1 if text in caption_set else 2 for text in phrases.texts])
    weights = np.array([0.1, 0.5, 0.4])[group] / np.bincount(group, minlength=3)[group]
    return weights / weights.sum()


def train_student(phrases: Phrases, weights: npt.NDArray[np.float64], n_steps: int, seed: int) -> Student:
    """Learn to give each phrase the vector of the projected teacher, typos or not.

    Args:
        phrases: What to read.
        weights: How often each phrase is drawn; sums to 1.
        n_steps: Optimizer steps.
        seed: Of the weights and the draws.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    student = Student()
    optimizer = torch.optim.Adam(student.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_steps)
    for step in range(n_steps):
        chosen = rng.choice(len(phrases.texts), _BATCH, p=weights)
        texts = [phrases.texts[i] for i in chosen]
        texts = [typo(text, rng) if rng.random() < _TYPO_SHARE else text for text in texts]
        loss = 1 - (student(texts) * phrases.targets[torch.from_numpy(chosen)]).sum(1).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 500 == 0:
            print(f"text step {step} of {n_steps}: 1 - cosine {loss.item():.3f}", flush=True)
    return student


def _bag(texts: Sequence[str], group: str) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [feature_ids(words(text), group, N_ROWS[group]) for text in texts]
    offsets = np.cumsum([0, *(len(row) for row in rows[:-1])])
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(offsets)
