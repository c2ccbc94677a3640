"""The whole way from takes to weights that embed, on a handful of sounds."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from indexer.encoders.compact.model import WEIGHTS_FOLDER, CompactEncoder, audio_path, tables_path, timbre_path
from training import anchors, release, soup, timbre
from training.audio_tower import AudioTower, pack
from training.batches import TakeStore
from training.export import export_towers
from training.texts import TextHead, load_text_arrays
from training.towers import Towers, mean_towers, read_towers, save_towers
from training.train import Schedule, train
from training.widen import widen

TEXT = tables_path(WEIGHTS_FOLDER)


@pytest.fixture(scope="module", autouse=True)
def few_are_used() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "_N_CENTERED", 8)
        patch.setattr(timbre, "_N_SOUNDS", 8)
        patch.setattr(anchors, "everyday_words", lambda: ["water", "house", "music", "paper"])  # not in the group dev
        patch.setattr(anchors, "_N_PAIRS", 50)
        patch.setattr(anchors, "_N_DESCRIBED", 1)
        yield


@pytest.fixture(scope="module")
def beginning() -> Towers:
    return read_towers(audio_path(WEIGHTS_FOLDER), TEXT)


@pytest.fixture(scope="module")
def trained(store: TakeStore, beginning: Towers) -> Towers:
    return train(store, beginning, TEXT, Schedule(n_steps=2, n_dry=4, seed=3))


def _is_equal(first: Towers, second: Towers) -> bool:
    states = [towers.state_dict() for towers in (first, second)]
    return all(torch.equal(value, states[1][name]) for name, value in states[0].items())


def test_one_seed_makes_one_model_and_leaves_its_beginning(
    store: TakeStore, beginning: Towers, trained: Towers
) -> None:
    again = train(store, beginning, TEXT, Schedule(n_steps=2, n_dry=4, seed=3))
    assert _is_equal(trained, again)
    assert _is_equal(beginning, read_towers(audio_path(WEIGHTS_FOLDER), TEXT))
    assert not _is_equal(trained, beginning)
    assert all(torch.isfinite(value).all() for value in trained.state_dict().values())


def test_towers_are_averaged_by_their_shares(
    beginning: Towers, trained: Towers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_towers(trained, tmp_path / "run.safetensors")
    assert _is_equal(read_towers(tmp_path / "run.safetensors", TEXT), trained)
    parts = [f"{tmp_path / 'run.safetensors'}=1", f"{audio_path(WEIGHTS_FOLDER)}=3"]
    monkeypatch.setattr(sys, "argv", ["soup", str(tmp_path / "mean.safetensors"), *parts])
    soup.main()
    mean = read_towers(tmp_path / "mean.safetensors", TEXT).state_dict()
    for name, value in mean.items():
        if value.is_floating_point():
            expected = 0.25 * trained.state_dict()[name] + 0.75 * beginning.state_dict()[name]
            torch.testing.assert_close(value, expected)
    assert _is_equal(mean_towers([beginning], [1.0]), beginning)


def test_released_weights_embed_sounds_and_texts(
    trained: Towers, takes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "_N_CENTERED", 50)  # there are a dozen different takes
    monkeypatch.setattr(timbre, "_N_SOUNDS", 100)
    store = TakeStore(takes, "0")
    release.release(trained, TEXT, store, tmp_path / "first")
    monkeypatch.setattr(release, "write_timbre", lambda *_: None)  # takes seconds; its draw has a fixed seed
    release.release(trained, TEXT, store, tmp_path / "second")
    for file in (tmp_path / "second").iterdir():
        first, second = load_file(tmp_path / "first" / file.name), load_file(file)
        assert all(np.array_equal(value, second[key]) for key, value in first.items()), file.name
    sound = (np.sin(np.arange(20_000) / 30) * np.exp(-np.arange(20_000) / 4000)).astype(np.float32)
    released, shipped = CompactEncoder(tmp_path / "first"), CompactEncoder()
    embedded = released.embed_audio([sound])[0]
    assert np.isfinite(embedded).all()
    assert 0.3 < float(embedded[:256] @ shipped.embed_audio([sound])[0][:256]) < 1.0  # two steps from where it began
    assert float((released.embed_text(["kick"]) @ shipped.embed_text(["kick"]).T)[0, 0]) > 0.9
    assert timbre_path(tmp_path / "first").exists()


def test_a_wider_network_begins_with_the_same_vectors() -> None:
    torch.manual_seed(0)
    narrow, wide = AudioTower((4, 8, 8, 8)).eval(), AudioTower((8, 16, 16, 24)).eval()
    widen(narrow.state_dict(), wide)
    packed = pack([-80 * torch.rand(2, 64, 40)], [0.4])
    with torch.inference_mode():
        torch.testing.assert_close(narrow(packed), wide(packed), atol=1e-5, rtol=0)


def test_what_is_exported_is_what_the_text_tower_reads(trained: Towers, tmp_path: Path) -> None:
    arrays, center = load_text_arrays(TEXT)
    head = TextHead(arrays)
    exported = head.arrays()
    assert all(np.array_equal(exported[name], arrays[name].astype(np.float16)) for name in exported)
    export_towers(tmp_path, trained.audio, head, np.zeros(256, np.float32), center.numpy())
    assert audio_path(tmp_path).stat().st_size < 7_000_000
