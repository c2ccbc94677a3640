"""What the towers are trained for."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from training.captions import Facts
from training.folds import is_recorded
from training.labels import LabelEntry

# How alike two sounds are: same label, same family, and what their other words share. Sharpness of the soft targets.
_LABEL, _FAMILY, _WORDS = 1.0, 0.1, 0.4
_TARGET_SCALE = 8.0
_SMOOTHING = 0.05
_FIRST_SCALE, _LARGEST_SCALE = 16.0, 60.0
_TWIN_SHARE = 0.2  # of the target of likeness; the rest is for sounds that are alike
_SAME_SOURCE = 0.25  # what a sound of the same source counts there, where one of another source is in the batch
_EXCLUDED = -1e4


class Truth:
    """What is true of dry sounds, as tensors.

    Args:
        facts: Of each dry sound.
        words: Which words are true of each take, shape ``(n_takes, n_words)``.
        entries: Every label with its wider names.

    Attributes:
        names: Of all classes: the labels, then the wider names that are no labels.
        labels: Class of each dry sound.
    """

    def __init__(self, facts: Sequence[Facts], words: torch.Tensor, entries: dict[str, LabelEntry]) -> None:
        labels = sorted(entries)
        self.names = labels + sorted({name for entry in entries.values() for name in entry.wider} - set(labels))
        place = {name: number for number, name in enumerate(self.names)}
        self.labels = torch.tensor([place[fact.kind] for fact in facts])
        self._families = _numbers([fact.family for fact in facts])
        self._words = words
        wider = torch.zeros(len(labels), len(self.names), dtype=torch.bool)
        for label in labels:
            wider[place[label], [place[name] for name in entries[label].wider]] = True
        self.wider = wider
        # A wider name is not wrong of a narrow label; nor is a narrow one of a sound that is only called by the wider.
        # Names under which recordings are filed are told apart all the same.
        filed = {fact.kind for fact in facts if is_recorded(fact.origin)}
        is_filed = torch.tensor([name in filed for name in self.names])
        self.not_wrong = wider & ~is_filed
        self.not_wrong[:, : len(labels)] |= wider[:, : len(labels)].T & ~is_filed[: len(labels), None]
        self._origins = _numbers([fact.origin for fact in facts])

    def positives(self, dry: torch.Tensor, likeness: torch.Tensor) -> torch.Tensor:
        """Share attention as `likeness`, but less with the same source where another has the label too."""
        labels, origins = self.labels[dry], self._origins[dry]
        is_other = (labels[:, None] == labels) & (origins[:, None] != origins)
        counts = torch.where(is_other | ~is_other.any(1, keepdim=True), 1.0, _SAME_SOURCE)
        shares = (likeness * counts).fill_diagonal_(0.0)
        return shares / shares.sum(1, keepdim=True)

    def likeness(self, dry: torch.Tensor, takes: torch.Tensor) -> torch.Tensor:
        """Share each sound's attention among a batch's by how alike they are; rows sum to 1, shape ``(n, n)``."""
        labels, families = self.labels[dry], self._families[dry]
        unit = functional.normalize(self._words[takes].float(), dim=1)
        alike = _LABEL * (labels[:, None] == labels) + _FAMILY * (families[:, None] == families)
        return torch.softmax(_TARGET_SCALE * (alike + _WORDS * unit @ unit.T), dim=1)


class Objective(nn.Module):
    """Classification against the names of all labels and against wider names, contrast with captions and sounds.

    Args:
        truth: Of all dry sounds.
    """

    def __init__(self, truth: Truth) -> None:
        super().__init__()
        self._truth = truth
        self._wider_columns = truth.wider.any(0).nonzero()[:, 0]
        self.log_scales = nn.Parameter(torch.full((3,), _FIRST_SCALE).log())

    def forward(
        self,
        audio: torch.Tensor,
        dry: torch.Tensor,
        takes: torch.Tensor,
        classes: torch.Tensor,
        captions: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """Compute each loss.

        Args:
            audio: Unit rows, shape ``(n, DIM)``; row ``i`` and ``i + n / 2`` are takes of the same sound.
            dry: Which dry sound each is of.
            takes: Which take each is.
            classes: Unit row of each class, shape ``(len(truth.names), DIM)``.
            captions: Unit row of a caption of each sound, shape ``(n, DIM)``.
        """
        to_class, to_caption, to_sound = self.log_scales.exp().clamp(max=_LARGEST_SCALE)
        labels = self._truth.labels[dry]
        scores = to_class * audio @ classes.T
        likeness = self._truth.likeness(dry, takes)
        to_captions = to_caption * audio @ captions.T
        return {
            "label": self._label(scores, labels),
            "wider": self._wider(scores, labels),
            "caption": 0.5 * (_cross_entropy(to_captions, likeness) + _cross_entropy(to_captions.T, likeness)),
            "sound": _sound_to_sound(to_sound * audio @ audio.T, self._truth.positives(dry, likeness)),
        }

    def _label(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Cross-entropy over all classes but those that are not wrong either."""
        is_free = ~self._truth.not_wrong[labels]
        targets = _SMOOTHING * is_free / is_free.sum(1, keepdim=True)
        targets[torch.arange(len(labels)), labels] += 1 - _SMOOTHING
        return _cross_entropy(scores.masked_fill(~is_free, _EXCLUDED), targets)

    def _wider(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Cross-entropy over the wider names alone, all that are true alike."""
        is_true = self._truth.wider[labels][:, self._wider_columns].float()
        rows = is_true.any(1)
        targets = is_true[rows] / is_true[rows].sum(1, keepdim=True)
        return _cross_entropy(scores[rows][:, self._wider_columns], targets)


def _sound_to_sound(scores: torch.Tensor, positives: torch.Tensor) -> torch.Tensor:
    """Contrast sounds with sounds; the other take of the same dry sound is one of the positives."""
    n = len(scores)
    twin = torch.eye(n).roll(n // 2, 1)
    targets = (1 - _TWIN_SHARE) * positives + _TWIN_SHARE * twin
    return _cross_entropy(scores.masked_fill(torch.eye(n, dtype=torch.bool), _EXCLUDED), targets)


def _cross_entropy(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return -(targets * scores.log_softmax(1)).sum(1).mean()


def _numbers(names: Sequence[str]) -> torch.Tensor:
    order = {name: number for number, name in enumerate(sorted(set(names)))}
    return torch.tensor([order[name] for name in names])
