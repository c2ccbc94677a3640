"""Distil the teacher and its projection into the text tower that runs on numpy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from indexer.encoders.compact.audio import DIM
from indexer.encoders.compact.text import FEATURES, feature_ids, words
from training.captions import PROMPTS, SYNONYMS, Facts, typo
from training.objective import TextProjection
from training.teacher import Teacher, model_folder
from training.texts import Texts

N_ROWS: Mapping[str, int] = {"words": 1 << 15, "letters": 1 << 15, "pairs": 1 << 15}
WIDTH = 64
_HIDDEN = 512
_BATCH = 512
_RATE = 3e-3
_TYPO_SHARE = 0.15
_N_ADJECTIVES = 4  # with each alias
_N_EVERYDAY = 15_000  # of the teacher's 30,000 word pieces, which are in order of frequency

Features: TypeAlias = Mapping[str, npt.NDArray[np.int64]]  # group of features: rows of its table


@dataclass(frozen=True)
class Phrases:
    """What the student learns to read.

    Attributes:
        texts: The phrases.
        targets: What the projected teacher makes of each, unit rows, shape ``(n, DIM)``.
        weights: How often each is drawn; sums to 1.
    """

    texts: list[str]
    targets: torch.Tensor
    weights: npt.NDArray[np.float64]


class Student(nn.Module):
    """The same computation as ``indexer.encoders.compact.text.TextTower``, with gradients."""

    def __init__(self) -> None:
        super().__init__()
        # Sparse: a batch touches a hundredth of the rows.
        self.tables = nn.ModuleDict(
            {group: nn.EmbeddingBag(n_rows, WIDTH, mode="mean", sparse=True) for group, n_rows in N_ROWS.items()}
        )
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.1)
        self.first = nn.Linear(len(FEATURES) * WIDTH, _HIDDEN)
        self.second = nn.Linear(_HIDDEN, DIM)

    def forward(self, texts: Sequence[Features]) -> torch.Tensor:
        """Embed texts by their features; unit rows, shape ``(len(texts), DIM)``."""
        bags = [table(*_bag([text[group] for text in texts])) for group, table in self.tables.items()]
        return functional.normalize(self.second(torch.relu(self.first(torch.cat(bags, dim=1)))), dim=1)

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
    said: Texts, facts: Sequence[Facts], teacher: Teacher, project: TextProjection, seed: int
) -> Phrases:
    """Gather names of kinds and their aliases, captions, everyday words from the teacher's vocabulary, and mixtures."""
    rng = np.random.default_rng(seed)
    aliases = aliases_as_kinds(facts, rng)
    others = _everyday_phrases(said.captions, rng)
    meant = sorted({kind_text for _, kind_text in aliases} | set(others))
    place = {text: row for row, text in enumerate(meant)}
    meant_rows = torch.from_numpy(teacher.embed(meant))
    groups = (
        (0.1, said.names, said.name_rows.flatten(0, 1)),
        (0.25, [alias for alias, _ in aliases], meant_rows[[place[kind_text] for _, kind_text in aliases]]),
        (0.35, said.captions, said.caption_rows),
        (0.3, others, meant_rows[[place[text] for text in others]]),
    )
    weights = np.concatenate([np.full(len(texts), share / len(texts)) for share, texts, _ in groups])
    with torch.no_grad():
        targets = project.cpu().eval()(torch.cat([rows for _, _, rows in groups]))
    return Phrases([text for _, texts, _ in groups for text in texts], targets, weights)


def aliases_as_kinds(facts: Sequence[Facts], rng: np.random.Generator) -> list[tuple[str, str]]:
    """Pair what producers say with the kind that they mean by it, alone and after a word of character.

    The teacher has never met "bd" or "chh"; the student learns them from the names of what they abbreviate. An alias
    of several kinds is paired with each, and so comes to lie between them.
    """
    adjectives = sorted(SYNONYMS) + sorted({word for words_ in SYNONYMS.values() for word in words_ if " " not in word})
    pairs = []
    for alias, kind in sorted({(alias, fact.kind) for fact in facts for alias in fact.aliases}):
        pairs += [(prompt.format(alias), prompt.format(kind)) for prompt in PROMPTS]
        pairs += [
            (f"{word} {alias}", f"{word} {kind}") for word in rng.choice(adjectives, _N_ADJECTIVES, replace=False)
        ]
    return pairs


def _everyday_phrases(captions: Sequence[str], rng: np.random.Generator) -> list[str]:
    vocabulary = (model_folder() / "vocab.txt").read_text("utf-8").split()
    everyday = [word for word in vocabulary if word.isalpha() and word.isascii() and len(word) > 2][:_N_EVERYDAY]
    pairs = [f"{first} {second}" for first, second in rng.choice(everyday, (_N_EVERYDAY // 2, 2))]
    sounding = [str(rng.choice(PROMPTS)).format(word) for word in everyday[::2]]
    before = rng.choice(everyday, _N_EVERYDAY)
    mixed = [f"{word} {text}" for word, text in zip(before, rng.choice(captions, _N_EVERYDAY), strict=True)]
    return [*everyday, *pairs, *sounding, *mixed]


def train_student(phrases: Phrases, n_steps: int, seed: int) -> Student:
    """Learn to give each phrase the vector of the projected teacher, typos or not.

    Args:
        phrases: What to read.
        n_steps: Optimizer steps.
        seed: Of the weights and the draws.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    clean = [features(text) for text in phrases.texts]
    slipped = [features(typo(text, rng)) for text in phrases.texts]
    student = Student()
    optimizers = (
        torch.optim.SparseAdam(list(student.tables.parameters()), lr=_RATE),
        torch.optim.Adam([*student.first.parameters(), *student.second.parameters()], lr=_RATE),
    )
    for step in range(n_steps):
        _set_rate(optimizers, _RATE * 0.5 * (1 + np.cos(np.pi * step / n_steps)))
        chosen = rng.choice(len(clean), _BATCH, p=phrases.weights)
        with_typo = rng.random(_BATCH) < _TYPO_SHARE
        texts = [slipped[i] if slips else clean[i] for i, slips in zip(chosen, with_typo, strict=True)]
        loss = 1 - (student(texts) * phrases.targets[torch.from_numpy(chosen)]).sum(1).mean()
        student.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        if step % 500 == 0:
            print(f"text step {step} of {n_steps}: 1 - cosine {loss.item():.3f}", flush=True)
    return student


def features(text: str) -> Features:
    """Hash the features of a text, group by group."""
    tokens = words(text)
    return {group: feature_ids(tokens, group, N_ROWS[group]) for group in FEATURES}


def _bag(rows: Sequence[npt.NDArray[np.int64]]) -> tuple[torch.Tensor, torch.Tensor]:
    offsets = np.cumsum([0, *(len(row) for row in rows[:-1])])
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(offsets)


def _set_rate(optimizers: Sequence[torch.optim.Optimizer], rate: float) -> None:
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
