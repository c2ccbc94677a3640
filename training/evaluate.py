"""How well the exported model hears held-out synthesized sounds; ``earmark eval`` does the same on real ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from db.types import Matrix
from indexer.encoders.compact.audio import DIM, AudioTower, pack
from training.captions import PROMPTS
from training.dataset import Dataset, to_tensors

_BATCH = 64


@dataclass(frozen=True)
class Figures:
    """Zero-shot over all kinds, and nearest neighbours that are not the same dry sound; all within [0, 1]."""

    top1: float
    balanced: float
    nearest: float
    per_kind: dict[str, float]


@torch.inference_mode()
def embed_dataset(tower: AudioTower, dataset: Dataset, indices: Sequence[int]) -> Matrix:
    """Embed some recordings on the CPU; unit rows, shape ``(len(indices), DIM)``."""
    tower = tower.cpu().eval()
    order = np.argsort([dataset.recordings[index].length for index in indices], kind="stable")
    rows = np.empty((len(indices), DIM), dtype=np.float32)
    for start in range(0, len(order), _BATCH):
        places = order[start : start + _BATCH]
        chosen = [indices[place] for place in places]
        pictures = to_tensors([dataset.picture(index) for index in chosen])
        rows[places] = tower(pack(pictures, [dataset.recordings[index].seconds for index in chosen])).numpy()
    return rows


def evaluate(audio: Matrix, dataset: Dataset, label_rows: Matrix) -> Figures:
    """Compare sounds with the names of all kinds, and with each other.

    Args:
        audio: What ``embed_dataset`` gives.
        dataset: The recordings.
        label_rows: Unit embedding of each of ``dataset.kinds``, shape ``(n_kinds, DIM)``.
    """
    kinds = np.array([recording.facts.kind for recording in dataset.recordings])
    heard = np.array(dataset.kinds)[(audio @ label_rows.T).argmax(1)]
    hits: dict[str, list[bool]] = defaultdict(list)
    for kind, is_hit in zip(kinds, heard == kinds, strict=True):
        hits[str(kind)].append(bool(is_hit))
    per_kind = {kind: float(np.mean(values)) for kind, values in sorted(hits.items())}
    dry = np.array([recording.dry for recording in dataset.recordings])
    scores = np.where(dry[:, None] == dry, -np.inf, audio @ audio.T)
    nearest = float(np.mean(kinds[scores.argmax(1)] == kinds))
    return Figures(float(np.mean(heard == kinds)), float(np.mean(list(per_kind.values()))), nearest, per_kind)


def prompt_rows(rows: Matrix, n_labels: int) -> Matrix:
    """Average the prompts of each label; ``rows`` holds ``len(PROMPTS)`` rows per label."""
    mean = rows.reshape(n_labels, len(PROMPTS), -1).mean(1)
    unit: Matrix = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return unit
