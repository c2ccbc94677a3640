"""Write the trained towers as the files that the package ships."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from indexer.compact.audio import AudioTower
from indexer.compact.model import INFO


def export(
    folder: Path,
    audio: AudioTower,
    text_arrays: Mapping[str, npt.NDArray[np.float16]],
    *,
    text_center: npt.NDArray[np.float32],
    audio_center: npt.NDArray[np.float32],
) -> None:
    """Save both towers as float16 safetensors.

    Args:
        folder: Where ``compact-<revision>-audio.safetensors`` and ``-text`` go.
        audio: The averaged audio tower.
        text_arrays: What ``Student.arrays`` gives.
        text_center: Mean embedding of captions, ``(DIM,)``.
        audio_center: Mean embedding of training sounds, ``(DIM,)``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: _shippable(tensor) for name, tensor in audio.cpu().state_dict().items()}
    save_file(state, folder / f"compact-{INFO.revision}-audio.safetensors")
    text = {**text_arrays, "text_center": text_center, "audio_center": audio_center}
    save_file(text, folder / f"compact-{INFO.revision}-text.safetensors")


def _shippable(tensor: torch.Tensor) -> npt.NDArray[np.generic]:
    """Halve matrices; biases and batch statistics stay float32. Contiguous, because safetensors stores no strides."""
    return (tensor.half() if tensor.ndim > 1 else tensor).contiguous().numpy()
