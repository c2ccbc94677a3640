"""Three implementations, one vector: `laion_clap`, `transformers.ClapModel` and our own towers."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from db.types import Matrix
from indexer.encoders.laion.architecture import BASE, TINY, Architecture, is_mask, needed_shapes, other_shapes
from indexer.encoders.laion.audio_tower import AudioTower
from indexer.encoders.laion.checkpoint import Weights, read_checkpoint
from indexer.encoders.laion.frontend import N_PICTURES, fill_window, log_mel
from indexer.encoders.laion.mapping import to_transformers
from indexer.encoders.laion.references import LaionClapReference, TransformersReference
from indexer.encoders.laion.text_tower import TextTower
from tests.laion import SMALL, mel_filters, random_state, write_checkpoint

LARGEST_DIFFERENCE = 1e-5
N_FRAMES = (300, 12_000, 48_000, 480_000)
TEXTS = ([0, 5, 2], [0, 17, 299, 30, 4, 2], [0, *range(10, 80), 2])

needs_laion_clap = pytest.mark.skipif(
    importlib.util.find_spec("laion_clap") is None, reason="laion_clap has no wheels for this Python"
)


def windows() -> torch.Tensor:
    rng = np.random.default_rng(5)
    sounds = [rng.standard_normal(n) * np.exp(-np.arange(n) / 20_000) * 0.3 for n in N_FRAMES]
    return torch.from_numpy(np.stack([fill_window(sound.astype(np.float32)) for sound in sounds]))


def ours(weights: Weights, of: Architecture) -> tuple[Matrix, Matrix]:
    cpu = torch.device("cpu")
    with torch.inference_mode():
        pictures = log_mel(windows(), weights["audio_branch.logmel_extractor.melW"])
        heard = AudioTower(weights, of, cpu, torch.float32)(pictures)
        return heard.numpy(), TextTower(weights, of, cpu)(TEXTS).numpy()


def check_parity(
    weights: Weights, of: Architecture, build: Callable[..., LaionClapReference | TransformersReference]
) -> None:
    heard, read = ours(weights, of)
    reference = build(weights, of)
    theirs_heard, theirs_read = reference.embed_windows(windows()), reference.embed_ids(TEXTS)
    assert heard.shape == (len(N_FRAMES), of.dim)
    assert (theirs_heard @ theirs_heard.T).min() < 0.99  # else nothing was compared
    assert (theirs_read @ theirs_read.T).min() < 0.99
    assert np.abs(heard - theirs_heard).max() < LARGEST_DIFFERENCE
    assert np.abs(read - theirs_read).max() < LARGEST_DIFFERENCE


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Weights:
    weights, architecture = read_checkpoint(write_checkpoint(tmp_path_factory.mktemp("laion") / "small.pt"))
    assert architecture == SMALL
    return weights


@needs_laion_clap
def test_vectors_are_those_of_laion_clap(small: Weights) -> None:
    check_parity(small, SMALL, LaionClapReference)


def test_vectors_are_those_of_transformers(small: Weights) -> None:
    check_parity(small, SMALL, TransformersReference)


@pytest.mark.full_size
@pytest.mark.parametrize("of", [TINY, BASE], ids=["tiny", "base"])
def test_vectors_are_the_same_at_full_size(of: Architecture, tmp_path: Path) -> None:
    weights, found = read_checkpoint(write_checkpoint(tmp_path / "full.pt", random_state(of)))
    assert found == of
    for build in (LaionClapReference, TransformersReference):
        check_parity(weights, of, build)


@needs_laion_clap
@pytest.mark.parametrize(
    "of",
    [SMALL, pytest.param(TINY, marks=pytest.mark.full_size), pytest.param(BASE, marks=pytest.mark.full_size)],
    ids=["small", "tiny", "base"],
)
def test_every_tensor_of_laion_clap_is_known(of: Architecture) -> None:
    state = LaionClapReference.empty(of).state_dict()
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items() if not is_mask(name)}
    assert shapes == needed_shapes(of) | other_shapes(of)


def test_every_tensor_of_transformers_is_known(small: Weights) -> None:
    found = TransformersReference(small, SMALL)._model.load_state_dict(to_transformers(small), strict=False)
    assert found.unexpected_keys == []
    derived = ("_ids", ".relative_position_index")
    assert {name for name in found.missing_keys if not name.endswith(derived)} == {"logit_scale_a", "logit_scale_t"}


@needs_laion_clap
def test_laion_clap_lacks_nothing_that_an_embedding_needs(small: Weights) -> None:
    found = LaionClapReference.empty(SMALL).load_state_dict(dict(small), strict=False)
    assert found.unexpected_keys == []
    missing = {name for name in found.missing_keys if not is_mask(name)}
    assert missing == {name for name in other_shapes(SMALL) if not name.endswith("num_batches_tracked")}


@needs_laion_clap
def test_log_mel_pictures_are_those_of_laion_clap(small: Weights) -> None:
    tower = LaionClapReference(small, SMALL)._model.audio_branch
    with torch.inference_mode():
        theirs = tower.logmel_extractor(tower.spectrogram_extractor(windows()))[:, 0]
        pictures = log_mel(windows(), mel_filters())
    assert pictures.shape == (len(N_FRAMES), N_PICTURES, 64)
    assert (pictures - theirs).abs().max() < 1e-3
