"""The axes of timbre, on numbers whose structure is known."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from indexer.encoders.compact.timbre import N_AXES, Timbre, from_arrays
from training.timbre import find_axes, to_arrays

_N_SOUNDS, _N_MEASURED = 300, 90


def test_what_recordings_of_one_sound_differ_in_counts_least() -> None:
    rng = np.random.default_rng(0)
    telling, noise = rng.standard_normal((2, 5, _N_MEASURED))
    sounds = np.repeat(np.arange(_N_SOUNDS), 2)
    of_sound = rng.standard_normal((_N_SOUNDS, 5))[sounds] @ telling
    of_recording = 2 * rng.standard_normal((2 * _N_SOUNDS, 5)) @ noise
    rest = 0.01 * rng.standard_normal((2 * _N_SOUNDS, _N_MEASURED))
    measured = (of_sound + of_recording + rest + 7).astype(np.float32)
    rows = find_axes(measured, sounds)(measured)
    scaled = (measured - measured.mean(axis=0)) / measured.std(axis=0)
    scaled /= np.linalg.norm(scaled, axis=1, keepdims=True)
    assert share_of_pairs(rows, sounds) > 4 * share_of_pairs(scaled, sounds)


def share_of_pairs(rows: np.ndarray, sounds: np.ndarray) -> float:
    """Return how often the nearest recording is the other one of the same sound."""
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -1)
    return float((sounds[likeness.argmax(axis=1)] == sounds).mean())


def test_axes_survive_being_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    sounds = np.repeat(np.arange(_N_SOUNDS), 2)
    measured = [rng.standard_normal((2 * _N_SOUNDS, n)).astype(np.float32) for n in (_N_MEASURED, 70)]
    timbre = Timbre(*(find_axes(one, sounds) for one in measured))
    rows = timbre(*measured)
    assert rows.shape == (2 * _N_SOUNDS, 2 * N_AXES)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    save_file(to_arrays(timbre), tmp_path / "timbre.safetensors")
    kept = from_arrays(load_file(tmp_path / "timbre.safetensors"))
    np.testing.assert_allclose(kept(*measured), rows, atol=2e-3)
