"""Write the trained towers as the files that the package ships."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from indexer.encoders.compact.audio import AudioTower
from indexer.encoders.compact.model import AUDIO_CENTER, TEXT_CENTER, audio_path, text_path


def export_audio(folder: Path, audio: AudioTower, audio_center: npt.NDArray[np.float32]) -> None:
    """Save the audio tower as float16 safetensors.

    Args:
        folder: Where ``compact-<revision>-audio.safetensors`` goes.
        audio: The averaged audio tower.
        audio_center: Mean embedding of training sounds, ``(DIM,)``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: _shippable(tensor) for name, tensor in audio.cpu().state_dict().items()}
    save_file(state | {AUDIO_CENTER: audio_center}, audio_path(folder))


def export_text(
    folder: Path, arrays: Mapping[str, npt.NDArray[np.float16]], text_center: npt.NDArray[np.float32]
) -> None:
    """Save the text tower as float16 safetensors.

    Args:
        folder: Where ``compact-<text revision>-text.safetensors`` goes.
        arrays: What ``Student.arrays`` gives.
        text_center: Mean embedding of captions, ``(DIM,)``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    save_file({**arrays, TEXT_CENTER: text_center}, text_path(folder))


def _shippable(tensor: torch.Tensor) -> npt.NDArray[np.generic]:
    """Halve matrices; biases and batch statistics stay float32. Contiguous, because safetensors stores no strides."""
    return (tensor.half() if tensor.ndim > 1 else tensor).contiguous().numpy()
