"""Find the axes of timbre: ``python -m training.timbre``, when the audio weights changed, before `training.calibrate`.

On held-out synthesized sounds of ``training/work/valid``; no label is used, but that two recordings are of one sound.
Writes the axes beside the weights.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from scipy.linalg import eigh

from indexer.encoders.compact.audio import pack
from indexer.encoders.compact.model import TIMBRE_CENTER, WEIGHTS_FOLDER, load_audio_tower, timbre_path
from indexer.encoders.compact.timbre import N_AXES, Axes, Floats, Timbre, spectra, to_arrays
from training.dataset import Dataset, to_tensors
from training.held_out import VALID

_BATCH = 64
_LEAST_SPREAD = 0.01  # of the mean spread: a band where nothing happens is not blown up
_RIDGE = (
    0.3  # of the mean variance, added to that within recordings of one sound: codecs and rooms are not all there is
)


def main() -> None:
    write_timbre(Dataset(VALID), WEIGHTS_FOLDER)


@torch.inference_mode()
def write_timbre(dataset: Dataset, folder: Path) -> None:
    """Fit timbre to the recordings of a dataset.

    Args:
        dataset: Every recording of it counts.
        folder: Where the audio weights are, and those of timbre go.
    """
    tower = load_audio_tower(folder, "cpu")
    spectral, first_layers = [], []
    order = np.argsort([recording.length for recording in dataset.recordings], kind="stable")
    for start in range(0, len(order), _BATCH):
        chosen = [dataset.recordings[index] for index in order[start : start + _BATCH]]
        pictures = [dataset.picture(index) for index in order[start : start + _BATCH].tolist()]
        packed = pack(to_tensors(pictures), [recording.seconds for recording in chosen])
        first_layers.append(tower.hear(packed)[1].numpy())
        spectral += [spectra(picture, recording.seconds) for picture, recording in zip(pictures, chosen, strict=True)]
    measured = np.stack(spectral), np.concatenate(first_layers)
    _, sounds = np.unique([dataset.recordings[index].dry for index in order], return_inverse=True)
    timbre = Timbre(*(find_axes(one, sounds) for one in measured))
    save_file(to_arrays(timbre) | {TIMBRE_CENTER: timbre(*measured).mean(axis=0)}, timbre_path(folder))


def find_axes(measured: Floats, sounds: npt.NDArray[np.int64]) -> Axes:
    """Find the axes along which sounds differ most, measured by how much recordings of one sound do.

    Fisher's discriminant analysis with each sound a class of its own, as in telling speakers apart.

    Args:
        measured: One row a recording, shape ``(n, n_measured)``.
        sounds: Number of the sound that each is of, from 0 on, shape ``(n,)``.
    """
    mean, spread = measured.mean(axis=0), measured.std(axis=0)
    spread += _LEAST_SPREAD * spread.mean()
    scaled = ((measured - mean) / spread).astype(np.float64)
    sums = np.zeros((int(sounds.max()) + 1, scaled.shape[1]))
    np.add.at(sums, sounds, scaled)
    within = scaled - (sums / np.bincount(sounds)[:, None])[sounds]
    n = scaled.shape[1]
    covariance = scaled.T @ scaled / len(scaled)
    noise = within.T @ within / len(scaled) + _RIDGE * np.trace(covariance) / n * np.eye(n)
    _, axes = eigh(covariance, noise, subset_by_index=[n - N_AXES, n - 1])
    # in order of rows: safetensors keeps bytes as they lie
    return Axes(mean, spread, np.ascontiguousarray(axes[:, ::-1], np.float32))


if __name__ == "__main__":
    main()
