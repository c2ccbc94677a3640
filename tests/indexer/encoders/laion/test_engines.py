"""Three engines, one vector: `laion_clap`, `transformers.ClapModel` and our own towers."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from db.errors import ModelError, UsageError
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.architecture import BASE, TINY, Architecture, is_mask, needed_shapes, other_shapes
from indexer.encoders.laion.encoder import LaionEncoder
from indexer.encoders.laion.engines import base
from indexer.encoders.laion.engines.base import ENGINES, LAION_CLAP, OWN, Engine, is_installed, make_engine
from indexer.encoders.laion.frontend import N_PICTURES, fill_window, log_mel
from indexer.encoders.laion.installation.checkpoint import Weights, read_checkpoint
from indexer.encoders.laion.store import read_choices, write_choice
from indexer.encoders.laion.tokens import Tokenizer
from tests.laion import SMALL, mel_filters, random_state, write_checkpoint, write_tokenizer

CPU = torch.device("cpu")
LARGEST_DIFFERENCE = 1e-5
N_FRAMES = (300, 12_000, 48_000, 480_000)
TEXTS = ("kick", "a long and warm pad", "", "x" * 60)
PUBLISHED = [engine for engine in ENGINES if engine != OWN]

needs_laion_clap = pytest.mark.skipif(not is_installed(LAION_CLAP), reason="laion_clap has no wheels for this Python")


def sounds() -> list[Waveform]:
    rng = np.random.default_rng(5)
    waves = [rng.standard_normal(n) * np.exp(-np.arange(n) / 20_000) * 0.3 for n in N_FRAMES]
    return [wave.astype(np.float32) for wave in waves]


def check_same(ours: Engine, theirs: Engine, dim: int) -> None:
    for rows, expected in (
        (ours.embed_windows(sounds()), theirs.embed_windows(sounds())),
        (ours.embed_texts(TEXTS), theirs.embed_texts(TEXTS)),
    ):
        assert rows.shape == expected.shape == (4, dim)
        assert (expected @ expected.T).min() < 0.99  # else nothing was compared
        assert np.abs(rows - expected).max() < LARGEST_DIFFERENCE


def needed(state: Weights, of: Architecture) -> Weights:
    return {name: state[name] for name in needed_shapes(of)}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    files = write_tokenizer(tmp_path_factory.mktemp("tokenizer"))
    return Tokenizer(files["vocab.json"], files["merges.txt"])


@pytest.fixture(scope="module")
def weights() -> Weights:
    return needed(random_state(), SMALL)


@pytest.mark.parametrize("engine", PUBLISHED)
def test_vectors_are_those_of_the_published_implementations(
    weights: Weights, tokenizer: Tokenizer, engine: str
) -> None:
    if not is_installed(engine):
        pytest.skip(f"{engine} is not installed")
    path = list(sys.path)
    theirs = make_engine(engine, weights, SMALL, tokenizer, CPU)
    assert sys.path == path
    assert theirs.name.startswith(f"{engine} ")
    check_same(make_engine(OWN, weights, SMALL, tokenizer, CPU), theirs, SMALL.dim)
    assert theirs.embed_windows([]).shape == theirs.embed_texts([]).shape == (0, SMALL.dim)


@pytest.mark.full_size
@pytest.mark.parametrize("of", [TINY, BASE], ids=["tiny", "base"])
def test_vectors_are_the_same_at_full_size(of: Architecture, tmp_path: Path) -> None:
    state, found = read_checkpoint(write_checkpoint(tmp_path / "full.pt", random_state(of)))
    assert found == of

    class Numbers(Tokenizer):
        """A token a letter: the published tokenizer cannot be had here."""

        def __init__(self) -> None: ...

        def check(self, *_: object) -> None: ...

        def ids(self, text: str) -> list[int]:
            return [0, *(ord(letter) * 97 % 50_000 for letter in text), 2]

    ours = make_engine(OWN, state, of, Numbers(), CPU)
    for engine in PUBLISHED:
        check_same(ours, make_engine(engine, state, of, Numbers(), CPU), of.dim)


def test_an_engine_is_a_choice_that_changes_neither_vectors_nor_fingerprint(model_folder: Path, tmp_path: Path) -> None:
    ours = LaionEncoder(model_folder, CPU, "float32")
    theirs = LaionEncoder(model_folder, CPU, engine="transformers")
    assert theirs.info == ours.info
    assert np.abs(ours.embed_audio(sounds()) - theirs.embed_audio(sounds())).max() < LARGEST_DIFFERENCE
    assert read_choices(tmp_path).engine == OWN
    write_choice(tmp_path, "engine", "transformers")
    write_choice(tmp_path, "precision", "float32")
    assert read_choices(tmp_path).engine == "transformers"
    with pytest.raises(UsageError, match="no engine 'clap'; there are earmark, laion_clap, transformers"):
        write_choice(tmp_path, "engine", "clap")


def test_an_engine_that_is_not_installed_says_how_to_get_it(
    weights: Weights, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match=r"laion_clap is not installed.*pip install laion-clap"):
        make_engine(LAION_CLAP, weights, SMALL, tokenizer, CPU)


@pytest.mark.parametrize("engine", PUBLISHED)
def test_a_version_with_other_names_is_refused(weights: Weights, tokenizer: Tokenizer, engine: str) -> None:
    if not is_installed(engine):
        pytest.skip(f"{engine} is not installed")
    fewer = {name: tensor for name, tensor in weights.items() if name != "audio_projection.0.bias"}
    with pytest.raises(ModelError, match="names its weights in another way"):
        make_engine(engine, fewer, SMALL, tokenizer, CPU)


@needs_laion_clap
@pytest.mark.parametrize(
    "of",
    [SMALL, pytest.param(TINY, marks=pytest.mark.full_size), pytest.param(BASE, marks=pytest.mark.full_size)],
    ids=["small", "tiny", "base"],
)
def test_every_tensor_of_laion_clap_is_known(of: Architecture) -> None:
    from indexer.encoders.laion.engines.laion_clap_engine import build_model

    state = build_model(of).state_dict()
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items() if not is_mask(name)}
    assert shapes == needed_shapes(of) | other_shapes(of)


@needs_laion_clap
def test_log_mel_pictures_are_those_of_laion_clap(weights: Weights, tokenizer: Tokenizer) -> None:
    from indexer.encoders.laion.engines.laion_clap_engine import LaionClapEngine

    tower = LaionClapEngine(weights, SMALL, tokenizer, CPU).model.audio_branch
    windows = torch.from_numpy(np.stack([fill_window(sound) for sound in sounds()]))
    with torch.inference_mode():
        theirs = tower.logmel_extractor(tower.spectrogram_extractor(windows))[:, 0]
        pictures = log_mel(windows, mel_filters())
    assert pictures.shape == (len(N_FRAMES), N_PICTURES, 64)
    assert (pictures - theirs).abs().max() < 1e-3
