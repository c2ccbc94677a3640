"""Embeddings of takes."""

from collections.abc import Sequence

import numpy as np
import torch

from db.types import Matrix
from training.audio_tower import DIM, AudioTower, pack
from training.batches import TakeStore

_BATCH = 64


@torch.inference_mode()
def embed_takes(tower: AudioTower, store: TakeStore, takes: Sequence[int]) -> Matrix:
    """Embed takes, timbre aside; unit rows, shape ``(len(takes), DIM)``."""
    tower = tower.eval()
    rows = np.empty((len(takes), DIM), dtype=np.float32)
    whole = [store.whole(take) for take in takes]
    order = np.argsort([picture.shape[-1] for picture, _ in whole], kind="stable")
    for start in range(0, len(order), _BATCH):
        places = order[start : start + _BATCH]
        packed = pack([torch.from_numpy(whole[i][0]) for i in places], [whole[i][1] for i in places])
        rows[places] = tower(packed).float().numpy()
    return rows
