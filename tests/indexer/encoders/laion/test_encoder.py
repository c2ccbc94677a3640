import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import ModelError, UsageError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.encoder import LaionEncoder
from indexer.encoders.laion.engines.own import in_equal_batches
from indexer.encoders.laion.engines.precision import choose_dtype
from indexer.encoders.laion.frontend import MAX_WINDOWS, WINDOW_FRAMES, cut_windows, fill_window
from indexer.encoders.laion.self_test import check_audio, check_texts
from indexer.encoders.laion.store import read_choices, write_choice
from tests.laion import write_tokenizer

SAME = 1e-5
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def encoder(model_folder: Path) -> LaionEncoder:
    return LaionEncoder(model_folder, CPU, "float32")


def sounds() -> list[Waveform]:
    rng = np.random.default_rng(3)
    return [(0.2 * rng.standard_normal(n)).astype(np.float32) for n in (1, 300, 48_000, 700_000, 9_000)]


def test_rows_are_unit_vectors_of_the_model(encoder: LaionEncoder) -> None:
    for rows in (encoder.embed_audio(sounds()), encoder.embed_text(["kick", "a long warm pad", ""])):
        assert rows.dtype == np.float32
        assert rows.shape[1] == encoder.info.dim == 32
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert encoder.embed_audio([]).shape == encoder.embed_text([]).shape == (0, 32)


def test_a_sound_has_one_vector_alone_or_in_any_batch(encoder: LaionEncoder) -> None:
    together = encoder.embed_audio(sounds())
    for sound, row in zip(sounds(), together, strict=True):
        assert np.abs(encoder.embed_audio([sound])[0] - row).max() < SAME
    assert np.abs(encoder.embed_audio(sounds()[::-1])[::-1] - together).max() < SAME


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 30])
def test_a_gpu_is_given_the_same_number_of_windows_each_time(n: int) -> None:
    windows = [np.full(480, number, np.float32) for number in range(n)]
    n_given = set()

    def embed(batch: Sequence[Waveform]) -> Matrix:
        n_given.add(len(batch))
        return np.stack([window[:3] for window in batch])

    rows = list(in_equal_batches(embed, windows))
    assert len(n_given) == (1 if n else 0)
    assert [row[0] for batch in rows for row in batch] == list(range(n))


def test_a_minute_has_one_vector_across_restarts(model_folder: Path) -> None:
    rng = np.random.default_rng(0)
    minute = (0.2 * rng.standard_normal(60 * 48_000)).astype(np.float32)
    first, second = (LaionEncoder(model_folder, CPU, "float32") for _ in range(2))
    rows = [first.embed_audio([minute])[0], *first.embed_audio([sounds()[1], minute, minute])[1:]]
    rows += [second.embed_audio([minute])[0]]
    assert np.ptp(rows, axis=0).max() < SAME


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_a_text_has_one_vector_alone_or_in_any_batch(model_folder: Path, texts: list[str]) -> None:
    encoder = _shared(model_folder)
    together = encoder.embed_text(texts)
    alone = np.concatenate([encoder.embed_text([text]) for text in texts])
    assert np.abs(together - alone).max() < SAME


def test_different_texts_differ(encoder: LaionEncoder) -> None:
    rows = encoder.embed_text(["kick", "snare", "pad", "voice"])
    assert (rows @ rows.T)[np.triu_indices(4, 1)].max() < 0.9


@pytest.mark.parametrize("sound", [[], [np.nan, 1.0], [np.inf]])
def test_what_is_no_sound_is_refused(encoder: LaionEncoder, sound: list[float]) -> None:
    with pytest.raises(ValueError, match="empty or not finite"):
        encoder.embed_audio([np.array(sound, np.float32)])


@given(st.integers(1, 20 * WINDOW_FRAMES))
def test_windows_are_even_and_never_too_long(n_frames: int) -> None:
    windows = cut_windows(np.empty(n_frames, np.float32))
    assert 1 <= len(windows) <= MAX_WINDOWS
    assert all(len(window) == min(n_frames, WINDOW_FRAMES) for window in windows)


def test_a_short_sound_is_repeated_as_often_as_it_fits_whole() -> None:
    sound = np.linspace(-0.5, 0.5, 100_000, dtype=np.float32)
    filled = fill_window(sound)
    assert len(filled) == WINDOW_FRAMES
    assert np.abs(filled[:100_000] - sound).max() < 1 / 32_000  # rounded to 16 bits
    assert np.array_equal(filled[300_000:400_000], filled[:100_000])
    assert not filled[400_000:].any()


def test_the_centers_lie_inside_the_sphere(encoder: LaionEncoder) -> None:
    for center in (encoder.text_center, encoder.audio_center):
        assert center.shape == (32,)
        assert 0 < np.linalg.norm(center) < 1


def test_another_padding_or_checkpoint_is_another_fingerprint(encoder: LaionEncoder, model_folder: Path) -> None:
    receipt = json.loads((model_folder / "receipt.json").read_text("utf-8"))
    assert receipt["sha256"][:12] in encoder.info.fingerprint
    assert "short ones repeated" in encoder.info.fingerprint
    assert "windows of 10 s" in encoder.info.fingerprint


def test_bfloat16_is_a_choice_that_the_self_test_may_overrule(model_folder: Path, tmp_path: Path) -> None:
    exact = LaionEncoder(model_folder, CPU, "float32").embed_audio(sounds())
    encoder = LaionEncoder(model_folder, CPU, "bfloat16")
    rows = encoder.embed_audio(sounds())
    assert (exact * rows).sum(axis=1).min() > 0.9995
    assert np.abs(exact - rows).max() > SAME  # it was not overruled
    assert all(
        np.abs(encoder.embed_audio([sound])[0] - row).max() < SAME for sound, row in zip(sounds(), rows, strict=True)
    )
    write_choice(tmp_path, "precision", "float32")
    assert read_choices(tmp_path).precision == "float32"
    assert choose_dtype("float32", CPU) is torch.float32
    with pytest.raises(UsageError, match="no precision 'int4'"):
        write_choice(tmp_path, "precision", "int4")


def copy_of(model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_folder, tmp_path / "laion-630k"))


def test_a_tokenizer_of_five_tokens_is_refused(model_folder: Path, tmp_path: Path) -> None:
    folder = copy_of(model_folder, tmp_path)
    tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(tokens)}), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    with pytest.raises(ModelError, match="5 entries where the model has 300"):
        LaionEncoder(folder)


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}'])
def test_a_damaged_tokenizer_is_refused(model_folder: Path, tmp_path: Path, content: str) -> None:
    folder = copy_of(model_folder, tmp_path)
    (folder / "vocab.json").write_text(content, "utf-8")
    with pytest.raises(ModelError, match="tokenizer"):
        LaionEncoder(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "receipt.json"])
def test_a_damaged_model_is_refused(model_folder: Path, tmp_path: Path, name: str) -> None:
    folder = copy_of(model_folder, tmp_path)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match="earmark model get laion-630k"):
        LaionEncoder(folder)


def test_the_golden_ids_are_asked_of_a_tokenizer_of_full_size(tmp_path: Path) -> None:
    from indexer.encoders.laion.tokens import Tokenizer

    files = write_tokenizer(tmp_path)
    tokenizer = Tokenizer(files["vocab.json"], files["merges.txt"])
    tokenizer.check(300)
    with pytest.raises(ModelError, match="reads 'Hello world!' in another way"):
        tokenizer.check(300, {"Hello world!": [0, 31_414, 232, 328, 2]})
    with pytest.raises(ModelError, match="300 entries where the model has 50265"):
        tokenizer.check(50_265)


def test_a_tower_to_which_all_texts_are_alike_is_refused() -> None:
    def same(texts: object) -> Matrix:
        return np.full((4, 4), 0.5, np.float32)

    with pytest.raises(ModelError, match="every search would find the same"):
        check_texts(same)


def test_a_tower_that_mixes_neighbours_is_refused() -> None:
    def leaky(windows: Sequence[Waveform]) -> Matrix:
        return np.full((len(windows), 4), len(windows), np.float32)

    with pytest.raises(ModelError, match="two vectors"):
        check_audio(leaky)


def test_a_tower_that_is_too_rough_is_refused() -> None:
    def exact(windows: Sequence[Waveform]) -> Matrix:
        return np.tile(np.array([1, 0], np.float32), (len(windows), 1))

    def rough(windows: Sequence[Waveform]) -> Matrix:
        return np.tile(np.array([0.999, 0.0447], np.float32), (len(windows), 1))

    check_audio(exact, exact)
    with pytest.raises(ModelError, match="not those in float32"):
        check_audio(rough, exact)


_kept: dict[Path, LaionEncoder] = {}


def _shared(folder: Path) -> LaionEncoder:
    """Return one encoder for all examples of a property."""
    return _kept.setdefault(folder, LaionEncoder(folder, CPU, "float32"))
