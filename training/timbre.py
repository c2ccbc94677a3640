"""Find the axes of timbre: ``python -m training.timbre``, when the audio weights changed, before `training.calibrate`.

On takes of recordings; no label is used, but that two takes are of one sound. Writes the axes beside the weights.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from scipy.linalg import eigh

from indexer.encoders.compact.model import TIMBRE_CENTER, WEIGHTS_FOLDER, timbre_path
from indexer.encoders.compact.timbre import N_AXES, Axes, Floats, Timbre, spectra
from training.audio_tower import load_audio_tower, pack
from training.batches import TakeStore
from training.folds import is_recorded

_N_SOUNDS, _N_TAKES = 1500, 4
_BATCH = 64
_LEAST_SPREAD = 0.01  # of the mean spread: a band where nothing happens is not blown up
# Of the mean variance, added to that within takes of one sound: codecs and rooms are not all there is.
_RIDGE = 0.3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.timbre", description=__doc__.splitlines()[0])
    parser.add_argument("--takes", type=Path, required=True, help="shards of training.takes")
    parser.add_argument("--fold", help="leave out the sources of this fold")
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER, help="where the weights are")
    options = parser.parse_args()
    write_timbre(TakeStore(options.takes, options.fold), options.weights)


def write_timbre(store: TakeStore, folder: Path) -> None:
    """Fit timbre to takes of recordings, labels evenly.

    Args:
        store: Sounds that it leaves out are not used.
        folder: Where the audio weights are, and those of timbre go.
    """
    recorded = np.array([is_recorded(fact.origin) for fact in store.facts]) & (store.weights > 0)
    weights = np.where(recorded, store.weights, 0.0)
    rng = np.random.default_rng(0)
    n_sounds = min(_N_SOUNDS, int(recorded.sum()))
    chosen = rng.choice(len(weights), n_sounds, replace=False, p=weights / weights.sum())
    takes = np.concatenate([store.takes_of(dry)[:_N_TAKES] for dry in chosen])
    sounds = np.repeat(np.arange(n_sounds), [len(store.takes_of(dry)[:_N_TAKES]) for dry in chosen])
    measured = _measure(store, takes, folder)
    timbre = Timbre(*(find_axes(one, sounds) for one in measured))
    save_file(to_arrays(timbre) | {TIMBRE_CENTER: timbre(*measured).mean(axis=0)}, timbre_path(folder))


def to_arrays(timbre: Timbre) -> dict[str, npt.NDArray[Any]]:
    """Return all numbers by name, as they are kept."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, kind in (("spectra", timbre.spectra), ("first_layer", timbre.first_layer)):
        arrays |= {f"{name}.mean": kind.mean, f"{name}.spread": kind.spread, f"{name}.axes": kind.axes.astype("<f2")}
    return arrays


@torch.inference_mode()
def _measure(store: TakeStore, takes: npt.NDArray[np.int64], folder: Path) -> tuple[Floats, Floats]:
    """Return spectra and activity of the first layer of each take."""
    tower = load_audio_tower(folder, "cpu")
    spectral, first_layers = [], []
    for start in range(0, len(takes), _BATCH):
        whole = [store.whole(take) for take in takes[start : start + _BATCH].tolist()]
        packed = pack([torch.from_numpy(picture) for picture, _ in whole], [seconds for _, seconds in whole])
        first_layers.append(tower.embed_and_sum_up(packed)[1].numpy())
        spectral += [spectra(picture, seconds) for picture, seconds in whole]
    return np.stack(spectral), np.concatenate(first_layers)


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
