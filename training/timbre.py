"""Find the axes of timbre: ``python -m training.timbre``, when the audio weights changed, before `training.calibrate`.

On held-out synthesized sounds of ``training/work/valid``; no label is used. Writes the axes beside the weights.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from indexer.compact.audio import pack
from indexer.compact.model import TIMBRE_CENTER, WEIGHTS_FOLDER, _load_audio_tower, timbre_path
from indexer.compact.timbre import fit, spectra, to_arrays
from training.dataset import Dataset, to_tensors

VALID = Path(__file__).parent / "work" / "valid"
_BATCH = 64


def main() -> None:
    write_timbre(Dataset(VALID), WEIGHTS_FOLDER)


@torch.inference_mode()
def write_timbre(dataset: Dataset, folder: Path) -> None:
    """Fit timbre to the recordings of a dataset.

    Args:
        dataset: Every recording of it counts.
        folder: Where the audio weights are, and those of timbre go.
    """
    tower = _load_audio_tower(folder, "cpu")
    spectral, first_layers = [], []
    order = np.argsort([recording.length for recording in dataset.recordings], kind="stable")
    for start in range(0, len(order), _BATCH):
        chosen = [dataset.recordings[index] for index in order[start : start + _BATCH]]
        pictures = [dataset.picture(index) for index in order[start : start + _BATCH].tolist()]
        packed = pack(to_tensors(pictures), [recording.seconds for recording in chosen])
        first_layers.append(tower.hear(packed)[1].numpy())
        spectral += [spectra(picture, recording.seconds) for picture, recording in zip(pictures, chosen, strict=True)]
    measured = np.stack(spectral), np.concatenate(first_layers)
    timbre = fit(*measured)
    save_file(to_arrays(timbre) | {TIMBRE_CENTER: timbre(*measured).mean(axis=0)}, timbre_path(folder))


if __name__ == "__main__":
    main()
