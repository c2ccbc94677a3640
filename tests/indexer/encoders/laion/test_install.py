import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db.errors import ModelError, UsageError
from indexer.encoders.laion.encoder import LaionEncoder
from indexer.encoders.laion.engines.base import published_engines
from indexer.encoders.laion.installation import conversion
from indexer.encoders.laion.installation import get as install
from indexer.encoders.laion.installation.get import get_model
from indexer.encoders.laion.sources import RELEASES, Source
from indexer.encoders.laion.store import Receipt, find_receipt, read_landmarks, read_receipt
from indexer.encoders.registry import find_model, known_models, model_to_fetch
from tests.laion import random_state, write_checkpoint, write_tokenizer

MODEL = RELEASES[1]
compare = conversion._compare


class FakeHub:
    """Fetches from a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fetched: list[str] = []

    def __call__(self, source: Source, folder: Path, **_: Any) -> Path:
        self.fetched.append(source.file_name)
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(self.folder / source.file_name, folder / source.file_name))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    folder = tmp_path / "hub"
    folder.mkdir()
    write_checkpoint(folder / MODEL.checkpoint.file_name)
    files = write_tokenizer(folder)
    sources = [Source("someone/roberta", "main", name, None, digest(path)) for name, path in files.items()]
    monkeypatch.setattr(install, "TOKENIZER_FILES", tuple(sources))
    monkeypatch.setattr(conversion, "varied_sounds", lambda: list(np.eye(3, 9_600, dtype=np.float32)))
    monkeypatch.setattr(conversion, "_compare", lambda *_: {"laion_clap 1.1.7": 1e-6})  # takes seconds to build
    texts = conversion.texts_of_tagging()[::20]
    monkeypatch.setattr(conversion, "texts_of_tagging", lambda: texts)
    return FakeHub(folder)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_model_is_fetched_converted_and_ready(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "_compare", compare)
    models = tmp_path / "models"
    assert [model.is_present for model in known_models(models)] == [True, False, False]
    with pytest.raises(ModelError, match="earmark model get laion-630k"):
        find_model("laion-630k", models)
    steps: list[str] = []
    receipt = get_model(MODEL, models, fetch=hub, on_step=steps.append)
    assert hub.fetched == ["vocab.json", "merges.txt", "630k-audioset-best.pt"]
    assert len(steps) == 5
    assert receipt.source == MODEL.checkpoint.url
    assert receipt.sha256 == digest(hub.folder / MODEL.checkpoint.file_name)
    assert {name.split()[0] for name in receipt.differences} == set(published_engines())
    assert max(receipt.differences.values()) < 1e-5
    assert not receipt.is_known_hash
    assert find_model("laion-630k", models).info == receipt.info
    assert LaionEncoder(models / "laion-630k").embed_text(["kick"]).shape == (1, 32)
    assert not (models / "downloads" / MODEL.checkpoint.file_name).exists()  # gigabytes that nothing needs any more


def test_the_receipt_is_read_back_whole(hub: FakeHub, tmp_path: Path) -> None:
    receipt = get_model(MODEL, tmp_path / "models", fetch=hub)
    assert isinstance(receipt, Receipt)
    assert read_receipt(tmp_path / "models" / "laion-630k") == receipt
    assert {"torch", "numpy", "safetensors"} <= receipt.versions.keys()
    assert receipt.tokenizer == {name: digest(hub.folder / name) for name in ("vocab.json", "merges.txt")}
    assert receipt.converted_at.endswith("+00:00")


def test_a_file_on_disk_is_taken_and_left_as_it_is(hub: FakeHub, tmp_path: Path) -> None:
    file = hub.folder / MODEL.checkpoint.file_name
    before = file.read_bytes()
    receipt = get_model(MODEL, tmp_path / "models", file, fetch=hub)
    assert hub.fetched == []
    assert receipt.source == str(file)
    assert file.read_bytes() == before


def test_an_unpublished_hash_is_recorded_at_the_first_use_and_kept(hub: FakeHub, tmp_path: Path) -> None:
    models, file = tmp_path / "models", hub.folder / MODEL.checkpoint.file_name
    first = get_model(MODEL, models, file, fetch=hub)
    assert json.loads((models / "hashes.json").read_text("utf-8")) == {file.name: first.sha256}
    assert get_model(MODEL, models, file, fetch=hub).info == first.info
    write_checkpoint(file, random_state(seed=1))
    with pytest.raises(ModelError, match=r"is not the 630k-audioset-best\.pt that earmark knows"):
        get_model(MODEL, models, file, fetch=hub)
    assert find_receipt(models / "laion-630k") == read_receipt(models / "laion-630k")


def test_a_published_hash_is_held_to(hub: FakeHub, tmp_path: Path) -> None:
    checkpoint = replace(MODEL.checkpoint, sha256="0" * 64, n_bytes=5)
    with pytest.raises(ModelError, match="bytes where it has 5"):
        get_model(replace(MODEL, checkpoint=checkpoint), tmp_path / "models", fetch=hub)
    assert find_receipt(tmp_path / "models" / "laion-630k") is None
    assert hub.fetched[-1] == checkpoint.file_name


def test_another_tokenizer_is_refused(hub: FakeHub, tmp_path: Path) -> None:
    (hub.folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    with pytest.raises(ModelError, match=r"merges\.txt is not the merges\.txt that earmark knows"):
        get_model(MODEL, tmp_path / "models", fetch=hub)


def test_a_failed_conversion_leaves_the_model_before_it(hub: FakeHub, tmp_path: Path) -> None:
    models = tmp_path / "models"
    before = get_model(MODEL, models, fetch=hub)
    (models / "hashes.json").unlink()
    state = random_state()
    del state["audio_branch.norm.bias"]
    write_checkpoint(hub.folder / MODEL.checkpoint.file_name, state)
    with pytest.raises(ModelError, match=r"lacks audio_branch\.norm\.bias"):
        get_model(MODEL, models, fetch=hub)
    assert read_receipt(models / "laion-630k") == before
    assert not [path.name for path in models.iterdir() if path.name.startswith(".")]


def test_two_checkpoints_are_two_encoders(hub: FakeHub, tmp_path: Path) -> None:
    first = get_model(MODEL, tmp_path / "a", fetch=hub)
    write_checkpoint(hub.folder / MODEL.checkpoint.file_name, random_state(seed=1))
    second = get_model(MODEL, tmp_path / "b", fetch=hub)
    assert first.info.fingerprint != second.info.fingerprint


def test_landmarks_are_what_the_model_says(hub: FakeHub, tmp_path: Path) -> None:
    get_model(MODEL, tmp_path, fetch=hub)
    folder = tmp_path / "laion-630k"
    landmarks = read_landmarks(folder)
    texts = list(landmarks.texts)[:3]
    rows = LaionEncoder(folder).embed_text(texts)
    assert np.abs(rows - np.stack([landmarks.texts[text] for text in texts])).max() < 1e-5
    assert np.allclose(np.mean(list(landmarks.texts.values()), axis=0), landmarks.text_center, atol=1e-5)


def test_which_model_is_meant(tmp_path: Path) -> None:
    assert model_to_fetch("laion-music", None, tmp_path).name == "laion-music"
    assert model_to_fetch(None, Path("/x/630k-audioset-best.pt"), tmp_path).name == "laion-630k"
    for name, file, sentence in (
        (None, None, "Say which model to get"),
        (None, Path("/x/some.pt"), "Say which model the file is"),
        ("compact", None, "compact is part of earmark"),
        ("clap", None, "no model to get by the name 'clap'"),
    ):
        with pytest.raises(UsageError, match=sentence):
            model_to_fetch(name, file, tmp_path)
