"""The whole way from sounds to trained towers, on a handful of sounds."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, N_CHANNELS, N_MELS
from indexer.encoders.compact.model import WEIGHTS_FOLDER, CompactEncoder, audio_path, text_path, timbre_path
from indexer.encoders.compact.text import TextTower
from training.dataset import Dataset, augment
from training.recipes.drums_hihat import closed_noise
from training.recipes.drums_snare import acoustic
from training.recipes.drums_strike import side_stick, snare_and_rim
from training.render import Plan, write_shard
from training.texts import Texts, read_texts
from training.timbre import write_timbre
from training.train import Schedule, Towers, Trainer

_RECIPES = (closed_noise, side_stick, acoustic, snare_and_rim)
_N_EACH = 3


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("rendered")
    rng = np.random.default_rng(4)
    sounds = [recipe(rng) for recipe in _RECIPES for _ in range(_N_EACH)]
    write_shard(Plan(folder, 2, None, "train"), "recipes-0000", [0], iter(sounds))
    return Dataset(folder / "train")


@pytest.fixture(scope="module")
def texts(dataset: Dataset) -> Texts:
    return read_texts(dataset, TextTower(load_file(text_path(WEIGHTS_FOLDER))), 1)


def _train(dataset: Dataset, texts: Texts, folder: Path, seed: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    towers = Towers(keeps_space=True)
    trainer = Trainer(dataset, texts, Schedule(n_steps=4, n_dry=4), "cpu", seed, towers)
    return trainer.run(folder / f"towers-{seed}.pt").state_dict()


def test_two_runs_of_one_seed_are_equal_and_others_are_not(dataset: Dataset, texts: Texts, tmp_path: Path) -> None:
    first, again, other = (_train(dataset, texts, tmp_path, seed) for seed in (3, 3, 4))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
    assert all(torch.isfinite(value).all() for value in first.values())


def test_a_run_leaves_its_averaged_towers(dataset: Dataset, texts: Texts, tmp_path: Path) -> None:
    trained = _train(dataset, texts, tmp_path, 3)
    stored = torch.load(tmp_path / "towers-3.pt", weights_only=True)
    assert all(torch.equal(trained[name], stored[name]) for name in trained)


def test_pictures_stay_within_their_range_however_they_are_varied(dataset: Dataset) -> None:
    rng = np.random.default_rng(2)
    for index in range(len(dataset)):
        varied = augment(dataset.picture(index, rng), rng, dataset.picture(0))
        assert varied.shape[:2] == (N_CHANNELS, N_MELS)
        assert varied.shape[2] >= 1
        assert -DYNAMIC_RANGE_DB <= varied.min() <= varied.max() <= 0


def test_timbre_is_fitted_to_the_weights_beside_it(dataset: Dataset, tmp_path: Path) -> None:
    for path in (text_path(WEIGHTS_FOLDER), audio_path(WEIGHTS_FOLDER)):
        (tmp_path / path.name).symlink_to(path)
    write_timbre(dataset, tmp_path)
    first = load_file(timbre_path(tmp_path))
    write_timbre(dataset, tmp_path)
    assert all(np.array_equal(value, first[name]) for name, value in load_file(timbre_path(tmp_path)).items())
    sound = np.sin(np.arange(20_000) / 30).astype(np.float32)
    fitted, shipped = (encoder.embed_audio([sound])[0] for encoder in (CompactEncoder(tmp_path), CompactEncoder()))
    assert np.array_equal(fitted[:256], shipped[:256])
    assert np.abs(fitted[256:] - shipped[256:]).max() > 0.01
