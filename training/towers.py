"""Both towers in training: where they begin, how they are kept, and their mean."""

import copy
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from training.audio_tower import AudioTower
from training.texts import TextHead, load_text_arrays
from training.widen import load_tower

_SEED = 1  # of the channels that a wider network has more


class Towers(nn.Module):
    """The audio tower, and the layers of the text tower above its tables."""

    def __init__(self, audio: AudioTower, text: TextHead) -> None:
        super().__init__()
        self.audio, self.text = audio.to(memory_format=torch.channels_last), text


def read_towers(path: Path, text: Path) -> Towers:
    """Read towers that `save_towers` kept, or exported audio weights and a text tower, widened to today's size.

    Widening draws the same new channels each time: the mean of two runs needs one beginning.

    Args:
        path: Kept towers, or exported audio weights of today's widths or less.
        text: Exported text tower with its tables.
    """
    head = TextHead(load_text_arrays(text)[0])
    state = load_file(path)
    if any(name.startswith("audio.") for name in state):
        towers = Towers(AudioTower(), head)
        towers.load_state_dict(state)
        return towers
    torch.manual_seed(_SEED)
    return Towers(load_tower(path), head)


def save_towers(towers: Towers, path: Path) -> None:
    """Keep towers in full precision."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in towers.state_dict().items()}, path)


@torch.no_grad()
def mean_towers(towers: Sequence[Towers], shares: Sequence[float]) -> Towers:
    """Average weights and batch statistics of towers that began alike.

    The mean of the weights of several fine-tuned networks does better on unmet sources than each of them
    (Wortsman et al. 2022, "Model soups"), and so does a mean with the weights that they began with (Wortsman et al.
    2022, "Robust fine-tuning of zero-shot models").

    Args:
        towers: At least one.
        shares: Of each; divided by their sum.
    """
    mean = copy.deepcopy(towers[0])
    states = [one.state_dict() for one in towers]
    for name, value in mean.state_dict().items():
        if value.is_floating_point():
            weighted = [share / sum(shares) * state[name] for share, state in zip(shares, states, strict=True)]
            value.copy_(torch.stack(weighted).sum(0))
    return mean
