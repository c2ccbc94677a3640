"""Takes on disk, and the batches that are drawn of them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, N_CHANNELS, N_MELS
from training.audio_tower import pack
from training.batch_pictures import pack_rows, vary_pictures
from training.batches import Batches, TakeStore, draw_weights
from training.captions import Facts
from training.studio import Dice
from training.take_words import TakeWords
from training.takes import Session, record


def test_a_shard_that_exists_is_kept(takes: Path) -> None:
    assert "kept" in record(Session(takes, takes.parent / "dry" / "recipes-0000.npz", {}, takes))


def test_each_sound_has_two_takes_that_differ(store: TakeStore) -> None:
    for dry in range(len(store.facts)):
        first, second = (store.whole(take)[0] for take in store.takes_of(dry).tolist())
        assert first.shape[:2] == (N_CHANNELS, N_MELS)
        assert -DYNAMIC_RANGE_DB <= first.min() <= first.max() <= 0
        assert first.shape != second.shape or np.abs(first - second).max() > 1


def test_a_fold_is_never_drawn(takes: Path) -> None:
    without = TakeStore(takes, "0")
    origins = {without.facts[row].origin for row in np.flatnonzero(without.weights)}
    assert origins == {"audiokit-tx81z", "recipes"}
    batches = Batches(without, 16, seed=1)
    for step in range(20):
        assert (without.weights[batches.draw(step).dry.numpy()] > 0).all()


def test_a_batch_holds_twins_and_other_sources_of_each_label(store: TakeStore) -> None:
    batches = Batches(store, 8, seed=1)
    batch = batches.draw(3)
    again = batches.draw(3)
    n = len(batch.dry)
    facts = [store.facts[row] for row in batch.dry.tolist()]
    assert n in (16, 8)  # now and then half as many, longer
    assert torch.equal(batch.dry[: n // 2], batch.dry[n // 2 :])
    assert (batch.takes[: n // 2] != batch.takes[n // 2 :]).all()
    for one, other in zip(facts[: n // 4], facts[n // 4 : n // 2], strict=True):
        assert one.kind == other.kind
        assert one.origin != other.origin or one.origin == "recipes"
    assert -1.0 <= batch.packed.picture.min() <= batch.packed.picture.max() <= 1.0
    assert torch.equal(batch.packed.picture, again.packed.picture)


def test_labels_are_drawn_by_families_and_sources_by_the_roots_of_their_sizes() -> None:
    facts = [
        *(Facts("kick drum", "drums", origin="adafruit") for _ in range(4)),
        Facts("kick drum", "drums", origin="exadrums"),
        *(Facts("rain", "nature", origin="exadrums") for _ in range(5)),
        Facts("rain", "nature", origin="recipes"),
    ]
    weights = draw_weights(facts, np.zeros(len(facts), bool))
    assert weights.sum() == pytest.approx(1)
    assert weights[-1] == pytest.approx(0.4)
    assert weights[:5].sum() == pytest.approx(1.5 * weights[5:10].sum())
    assert weights[:4].sum() == pytest.approx(2 * weights[4])


def test_pictures_stay_within_their_range_however_they_are_varied() -> None:
    pictures = -80 * torch.rand(64, 2, 64, 30)
    varied = vary_pictures(pictures, torch.full((64,), 30), Dice(2, torch.device("cpu")))
    assert -DYNAMIC_RANGE_DB <= varied.min() <= varied.max() <= 0


def test_several_rows_hold_what_one_row_does() -> None:
    pictures, columns = -80 * torch.rand(3, 2, 64, 30), torch.tensor([1, 17, 30])
    seconds = torch.tensor([0.01, 0.17, 0.3])
    one = pack([pictures[i, :, :, : columns[i]] for i in range(3)], seconds.tolist())
    several = pack_rows(pictures, columns, seconds, 2)
    assert several.picture.shape[0] == 2
    assert torch.equal(several.step_mask, one.step_mask)
    assert several.mask.sum() == one.mask.sum() == columns.sum()
    torch.testing.assert_close(several.picture.sum(), one.picture.sum())
    torch.testing.assert_close(several.log_seconds, one.log_seconds)


def test_words_of_takes_follow_the_chain_and_measurement(store: TakeStore) -> None:
    words = TakeWords(store)
    assert words.words.shape[0] == len(store.dry)
    takes, rng = np.arange(len(store.dry)).repeat(9), np.random.default_rng(0)
    told = words.told(takes, rng)
    is_told = told >= 0
    assert 0 < is_told.sum() < len(told)
    assert words.words[takes[is_told], words._told[told[is_told]]].all()
