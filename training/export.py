"""Write the trained towers as the files that the package ships."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from indexer.encoders.compact.model import AUDIO_CENTER, TEXT_CENTER, audio_path, text_path
from training.audio_tower import AudioTower
from training.texts import TextHead


def export_towers(
    folder: Path,
    audio: AudioTower,
    text: TextHead,
    audio_center: npt.NDArray[np.float32],
    text_center: npt.NDArray[np.float32],
) -> None:
    """Save audio tower and text head as float16 safetensors.

    Args:
        folder: Where ``compact-<revision>-audio.safetensors`` and ``-text`` go.
        audio: The averaged audio tower.
        text: The averaged text head; the tables below it are not written again.
        audio_center: Mean embedding of training sounds, ``(DIM,)``.
        text_center: Mean embedding of descriptions, ``(DIM,)``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: _shippable(tensor) for name, tensor in audio.state_dict().items()}
    save_file(state | {AUDIO_CENTER: audio_center}, audio_path(folder))
    save_file({**text.arrays(), TEXT_CENTER: text_center}, text_path(folder))


def _shippable(tensor: torch.Tensor) -> npt.NDArray[np.generic]:
    """Halve matrices; biases and batch statistics stay float32. Contiguous, because safetensors stores no strides."""
    return (tensor.half() if tensor.ndim > 1 else tensor).contiguous().numpy()
