"""What the towers are trained for."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from indexer.encoders.compact.audio import DIM
from training.captions import Facts
from training.teacher import DIM as TEACHER_DIM

# How alike two sounds are: same kind, and what their other words share. Sharpness of the soft targets.
_KIND, _FAMILY, _WORDS = 1.0, 0.1, 0.4
_TARGET_SCALE = 8.0


class TextProjection(nn.Module):
    """Teacher embeddings to the common space: a linear map and a small correction."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(TEACHER_DIM, DIM)
        self.correction = nn.Sequential(
            nn.Linear(TEACHER_DIM, 512), nn.GELU(), nn.Dropout(0.1), nn.Linear(512, DIM, bias=False)
        )

    def forward(self, teacher_rows: torch.Tensor) -> torch.Tensor:
        """Project ``(n, TEACHER_DIM)`` to unit rows ``(n, DIM)``."""
        return functional.normalize(self.linear(teacher_rows) + self.correction(teacher_rows), dim=1)


class Likeness:
    """Which recordings are alike, from what is true of them."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self._kinds = _ids([fact.kind for fact in facts])
        self._families = _ids([fact.family for fact in facts])
        vocabulary = {word for fact in facts for word in (*fact.character, *fact.source)}
        columns = {word: column for column, word in enumerate(sorted(vocabulary))}
        self._words = torch.zeros(len(facts), len(columns), dtype=torch.bool)
        for row, fact in enumerate(facts):
            self._words[row, [columns[word] for word in (*fact.character, *fact.source)]] = True

    def targets(self, indices: npt.NDArray[np.int64]) -> torch.Tensor:
        """Share each sound's attention among a batch's by how alike they are; rows sum to 1, shape ``(n, n)``."""
        rows = torch.from_numpy(indices)
        return soft_targets(self._kinds[rows], self._families[rows], self._words[rows])


def soft_targets(kinds: torch.Tensor, families: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Share each sound's attention among a batch's by how alike they are; rows sum to 1, shape ``(n, n)``.

    Args:
        kinds: Index of each one's kind.
        families: Index of each one's family.
        words: Which words are true of it, shape ``(n, n_words)``.
    """
    unit = functional.normalize(words.float(), dim=1)
    alike = _KIND * (kinds[:, None] == kinds) + _FAMILY * (families[:, None] == families)
    return torch.softmax(_TARGET_SCALE * (alike + _WORDS * unit @ unit.T), dim=1)


class Objective(nn.Module):
    """Soft contrast of sounds with captions, with the names of all kinds, and with each other.

    Args:
        kind_rows: What the reader of texts made of each kind's names, shape ``(n_kinds, n_names, its dim)``.
    """

    def __init__(self, kind_rows: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("kind_rows", kind_rows, persistent=False)
        self.log_scales = nn.Parameter(torch.full((3,), np.log(14.0)))

    def forward(
        self,
        audio: torch.Tensor,
        captions: torch.Tensor,
        kinds: torch.Tensor,
        targets: torch.Tensor,
        project: nn.Module,
    ) -> dict[str, torch.Tensor]:
        """Compute each loss.

        Args:
            audio: Unit rows, shape ``(n, DIM)``; row ``i`` and ``i + n / 2`` are recordings of the same sound.
            captions: What the reader of texts made of one caption each.
            kinds: Index of each one's kind.
            targets: Soft targets of ``Likeness``, shape ``(n, n)``.
            project: From there to the common space: the text projection, or nothing.
        """
        to_caption, to_kind, to_sound = self.log_scales.exp().clamp(max=60.0)
        texts = project(captions)
        scores = to_caption * audio @ texts.T
        caption = 0.5 * (_soft_cross_entropy(scores, targets) + _soft_cross_entropy(scores.T, targets))
        n_kinds, n_names, _ = self.kind_rows.shape
        names = project(self.kind_rows.flatten(0, 1)).view(n_kinds, n_names, DIM)
        pick = torch.randint(n_names, (n_kinds,), device=audio.device)
        kind_scores = to_kind * audio @ names[torch.arange(n_kinds, device=audio.device), pick].T
        kind = functional.cross_entropy(kind_scores, kinds, label_smoothing=0.05)
        return {"caption": caption, "kind": kind, "sound": self._sound_to_sound(to_sound * audio @ audio.T, targets)}

    @staticmethod
    def _sound_to_sound(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Contrast sounds with sounds; the other recording of the same dry sound takes half of the target."""
        n = len(scores)
        itself = torch.eye(n, dtype=torch.bool, device=scores.device)
        others = targets.masked_fill(itself, 0.0)
        others = others / others.sum(1, keepdim=True)
        twin = torch.eye(n, device=scores.device).roll(n // 2, 1)
        return _soft_cross_entropy(scores.masked_fill(itself, -1e4), 0.5 * others + 0.5 * twin)


def _soft_cross_entropy(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return -(targets * scores.log_softmax(1)).sum(1).mean()


def _ids(names: Sequence[str]) -> torch.Tensor:
    order = {name: number for number, name in enumerate(sorted(set(names)))}
    return torch.tensor([order[name] for name in names])
