"""Sounds recorded by batches, and the batches that training draws of them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from indexer.encoders.compact.audio import pack
from indexer.encoders.compact.frontend import HOP, log_mel
from indexer.encoders.compact.model import WEIGHTS_FOLDER, CompactEncoder, audio_path, text_path, timbre_path
from training import live, shelf
from training.batch_pictures import draw_pictures, pack_columns
from training.captions import Facts
from training.dry import Order, render_dry, write_sounds
from training.mean import average
from training.recipes.drums_hihat import closed_noise
from training.recipes.drums_snare import acoustic
from training.recipes.drums_strike import side_stick
from training.recipes.keys import RECIPES as KEYS
from training.shelf import Shelf
from training.studio import WORDS, Studio, contradictions

CPU = torch.device("cpu")
_N_EACH = 4


def _pluck(n: int) -> torch.Tensor:
    time = torch.arange(48_000) / 48_000
    hz = torch.linspace(100, 2000, n)[:, None]
    return torch.sin(2 * torch.pi * hz * time) * torch.exp(-8 * time)


@pytest.mark.parametrize("seed", range(4))
def test_any_batch_is_recorded_finite_and_at_unit_peak(seed: int) -> None:
    x = _pluck(24)
    x[0] = 0
    x[0, 0] = 1  # a click of one frame
    recorded = Studio([], seed, CPU)(x, torch.arange(24) % 2 == 0)
    assert recorded.waveform.shape == x.shape
    assert torch.isfinite(recorded.waveform).all()
    torch.testing.assert_close(recorded.waveform.abs().amax(1), torch.ones(24))


def test_one_seed_makes_one_recording_and_another_makes_another() -> None:
    struck = torch.ones(8, dtype=torch.bool)
    first, again, other = (Studio([], seed, CPU)(_pluck(8), struck).waveform for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.allclose(first, other)


def test_an_impulse_response_is_heard() -> None:
    late = np.zeros(9600, dtype=np.float32)
    late[4800] = 1
    studio = Studio([late], 1, CPU)
    click = torch.zeros(200, 24_000)
    click[:, 0] = 1
    heard = studio(click, torch.zeros(200, dtype=torch.bool)).waveform[:, 4700:4900].abs().amax(1)
    assert (heard > 0.05).sum() > 10


def test_what_a_chain_says_makes_its_opposite_untrue() -> None:
    untrue = contradictions(["dry", "clean", "punchy"])
    assert untrue[WORDS.index("wet")].tolist() == [True, False, False]
    assert untrue[WORDS.index("distorted")].tolist() == [False, True, False]


@pytest.mark.parametrize("n_frames", [1, 479, 480, 5000, 20 * HOP])
def test_pictures_of_a_batch_are_those_of_the_frontend(n_frames: int) -> None:
    rng = np.random.default_rng(n_frames)
    waveform = (rng.standard_normal(n_frames) * np.exp(-np.arange(n_frames) / 3000)).astype(np.float32)
    x = torch.zeros(2, 20 * HOP)
    x[0, :n_frames] = torch.from_numpy(waveform)
    x[1] = 1.0
    pictures, columns = draw_pictures(x, torch.tensor([n_frames, 20 * HOP]))
    expected = log_mel(waveform)
    torch.testing.assert_close(pictures[0, :, :, : columns[0]], expected, atol=1e-3, rtol=0)
    assert int(columns[0]) == expected.shape[-1]


def test_a_batch_is_packed_as_in_use() -> None:
    pictures, columns = -80 * torch.rand(3, 2, 64, 30), torch.tensor([1, 17, 30])
    seconds = torch.tensor([0.01, 0.17, 0.3])
    ours = pack_columns(pictures, columns, seconds)
    theirs = pack([pictures[i, :, :, : columns[i]] for i in range(3)], seconds.tolist())
    width = theirs.picture.shape[-1]
    torch.testing.assert_close(ours.picture[..., :width], theirs.picture)
    assert torch.equal(ours.mask[..., :width], theirs.mask)
    assert torch.equal(ours.steps, theirs.steps)
    assert torch.equal(ours.step_mask, theirs.step_mask)
    assert not ours.mask[..., width:].any()


@pytest.fixture(autouse=True)
def few_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_N_MEASURED", {"cpu": 1})
    monkeypatch.setattr(shelf, "_MEASURED_AT_ONCE", 32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dry")
    rng = np.random.default_rng(4)
    recipes = (closed_noise, side_stick, acoustic, KEYS[0])
    write_sounds(folder / "recipes-0000.npz", [recipe(rng) for recipe in recipes for _ in range(_N_EACH)], rng)
    return folder


def test_a_batch_holds_two_recordings_of_each_sound(folder: Path) -> None:
    full = Shelf(folder, Studio([], 1, CPU), CPU, take_seconds=0.5)
    assert len(full) == 4 * _N_EACH
    batch = full.batch(6)
    n = len(batch.kinds)
    assert n in (12, 6)  # now and then half as many, twice as long
    assert torch.equal(batch.kinds[: n // 2], batch.kinds[n // 2 :])
    torch.testing.assert_close(batch.targets.sum(1), torch.ones(n))
    torch.testing.assert_close(batch.captions.norm(dim=1), torch.ones(n), atol=2e-3, rtol=0)
    assert -1.0 <= batch.packed.picture.min() <= batch.packed.picture.max() <= 1.0
    assert torch.isfinite(batch.packed.log_seconds).all()
    assert full.name_rows.shape[0] == len(full.kinds)


def test_recordings_can_be_drawn_several_times(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_POOLED", 8)
    monkeypatch.setattr(shelf, "_RECORDED_AT_ONCE", 4)
    monkeypatch.setattr(shelf, "_LONG_SHARE", 0.0)
    recorded = []
    monkeypatch.setattr(Shelf, "_fresh", lambda self, n, fresh=Shelf._fresh: recorded.append(n) or fresh(self, n))
    pooled = Shelf(folder, Studio([], 1, CPU), CPU, take_seconds=0.3, n_uses=3)
    batches = [pooled.batch(6) for _ in range(8)]
    assert all(len(batch.kinds) == 12 for batch in batches)
    assert 8 + 8 * 6 / 3 <= sum(recorded) <= 8 + 8 * 6 / 3 + 4


def test_drums_are_drawn_more_and_of_a_kind_mostly_what_was_played() -> None:
    facts = [
        Facts(kind, family, (), (), ()) for kind, family in (("snare drum", "drums"), ("bird", "fx")) for _ in "1234"
    ]
    is_recorded = torch.tensor([True] + 7 * [False])
    weights = shelf._draw_weights(facts, torch.tensor([0] * 4 + [1] * 4), is_recorded)
    torch.testing.assert_close(weights[:4].sum(), 3 * weights[4:].sum())
    torch.testing.assert_close(weights[0], 0.65 * weights[:4].sum())
    torch.testing.assert_close(weights[4:], weights[4].expand(4))


def test_one_seed_draws_one_batch(folder: Path) -> None:
    first, again = (Shelf(folder, Studio([], 5, CPU), CPU, take_seconds=0.5).batch(4) for _ in range(2))
    assert torch.equal(first.packed.picture, again.packed.picture)
    assert torch.equal(first.captions, again.captions)


def test_shards_that_exist_are_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "recipes-0000.npz").read_bytes()
    render_dry([Order(folder, "recipes", 0)], n_workers=1)
    assert "kept" in capsys.readouterr().out
    assert (folder / "recipes-0000.npz").read_bytes() == before


def test_live_training_exports_weights_that_hear(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(live, "_N_CENTERED", 256)
    arguments = ["--dry", str(folder), "--out", str(tmp_path), "--steps", "3", "--n-dry", "4", "--take-seconds", "0.5"]
    monkeypatch.setattr("sys.argv", ["training.live", *arguments])
    live.main()
    assert f"{4 * _N_EACH} sounds in" in capsys.readouterr().out
    for path in (text_path(WEIGHTS_FOLDER), timbre_path(WEIGHTS_FOLDER)):
        (tmp_path / path.name).symlink_to(path)
    heard = CompactEncoder(tmp_path).embed_audio([_pluck(1)[0].numpy()])
    shipped = CompactEncoder().embed_audio([_pluck(1)[0].numpy()])
    assert np.isfinite(heard).all()
    assert 0.5 < float(heard[0] @ shipped[0]) < 1.0  # two small steps from where it began


def test_the_mean_of_weights_with_themselves_is_the_same(tmp_path: Path) -> None:
    shipped = audio_path(WEIGHTS_FOLDER)
    average([shipped, shipped], tmp_path)
    before, after = load_file(shipped), load_file(audio_path(tmp_path))
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
