"""Audio towers to begin with: earlier weights, in a wider network that computes the same at first."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file

from indexer.encoders.compact.frontend import N_MELS
from indexer.encoders.compact.model import AUDIO_CENTER
from training.audio_tower import WIDTHS, AudioTower

_BANDS = N_MELS // 16  # of the last layer


def load_tower(path: Path, widths: tuple[int, int, int, int] = WIDTHS) -> AudioTower:
    """Read exported audio weights into a tower of these or larger widths."""
    state = {name: value.float() for name, value in load_file(path).items() if name != AUDIO_CENTER}
    tower = AudioTower(widths)
    widen(state, tower)
    return tower


@torch.no_grad()
def widen(state: Mapping[str, torch.Tensor], tower: AudioTower) -> None:
    """Copy weights into a tower that may have more channels; the old channels do not see the new ones.

    The new channels begin at random and are read by nothing yet, so that the vectors stay the same and yet all new
    weights get a gradient after the first step.
    """
    for name, wide in tower.state_dict().items():
        narrow = state[name]
        if name == "step.weight":
            by_channel = wide.view(len(wide), -1, _BANDS)
            by_channel.zero_()
            old = narrow.view(len(narrow), -1, _BANDS)
            by_channel[:, : old.shape[1]] = old
        elif name.endswith("conv.weight"):
            n_out, n_in = narrow.shape[:2]
            wide[:n_out, n_in:] = 0.0
            wide[:n_out, :n_in] = narrow
        elif narrow.ndim:
            wide[: len(narrow)] = narrow
        else:
            wide.copy_(narrow)
