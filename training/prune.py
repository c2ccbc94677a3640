"""Begin with a wider audio tower that was trained before: its strongest channels already hear.

After Liu et al., "Learning Efficient Convolutional Networks through Network Slimming" (2017): what a batch norm scales
down, the network hardly uses.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

from indexer.encoders.compact.audio import AudioTower

_NORM = ("weight", "bias", "running_mean", "running_var")

State = dict[str, torch.Tensor]


def prune(weights: Path) -> AudioTower:
    """Build a tower of today's widths from the weights of a wider one; its picture may have more mel bands.

    Args:
        weights: ``compact-<revision>-audio.safetensors`` of an earlier revision.
    """
    old = {name: torch.from_numpy(array).float() for name, array in load_file(weights).items()}
    tower = AudioTower()
    new = tower.state_dict()
    kept = _strongest(_scale(old, "stem"), len(new["stem.norm.weight"]))
    new |= _conv(old, "stem", kept, torch.arange(new["stem.conv.weight"].shape[1]))
    for number in range(len(tower.stages)):
        down, first, second = (f"stages.{number}.{part}" for part in ("down", "first", "second"))
        n_kept = len(new[f"{down}.norm.weight"])
        # what goes around the residual pair is added to what comes out of it: the same channels in both
        out = _strongest(_scale(old, down) + _scale(old, second), n_kept)
        inner = _strongest(_scale(old, first), n_kept)
        new |= _conv(old, down, out, kept) | _conv(old, first, inner, out) | _conv(old, second, out, inner)
        kept = out
    step = _fit_mels(old["step.weight"].unflatten(1, (len(_scale(old, second)), -1))[:, kept], new["step.weight"])
    same = {name: tensor for name, tensor in old.items() if name in new and tensor.shape == new[name].shape}
    unpruned = {name for name in new if not name.startswith(("stem", "stages"))}
    new |= {name: tensor for name, tensor in same.items() if name in unpruned} | {"step.weight": step}
    tower.load_state_dict(new)
    return tower


def _scale(state: State, name: str) -> torch.Tensor:
    return state[f"{name}.norm.weight"].abs()


def _strongest(scale: torch.Tensor, n: int) -> torch.Tensor:
    return scale.topk(n).indices.sort().values


def _conv(old: State, name: str, outputs: torch.Tensor, inputs: torch.Tensor) -> State:
    """Take some outputs and inputs of one convolution and its norm."""
    norm = {f"{name}.norm.{part}": old[f"{name}.norm.{part}"][outputs] for part in _NORM}
    return norm | {f"{name}.conv.weight": old[f"{name}.conv.weight"][outputs][:, inputs]}


def _fit_mels(step: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Read the rows of the old picture at the places of the new one; ``step`` is ``(width, channels, rows)``."""
    n_old, n_new = step.shape[2], like.shape[1] // step.shape[1]
    places = n_old * (np.arange(n_new) + 0.5) / n_new - 0.5
    low = places.astype(int)
    part = torch.from_numpy(places - low).float()
    high = np.minimum(low + 1, n_old - 1)
    rows = (1 - part) * step[:, :, low] + part * step[:, :, high]
    return (rows * n_old / n_new).flatten(1)
