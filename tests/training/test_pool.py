"""Recordings that are drawn several times."""

import torch

from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB
from training.pool import Pool, Recordings, cropped
from training.studio import Dice

_CPU = torch.device("cpu")


def _pairs(first: int, n: int) -> Recordings:
    """Make pairs of sounds numbered from ``first``; a twin's picture is a quarter of a decibel above."""
    chosen = torch.arange(first, first + n).repeat(2)
    level = -chosen.float() + torch.arange(2).repeat_interleave(n) * 0.25
    pictures = level[:, None, None, None].expand(-1, 2, 3, 20) - torch.arange(20.0) / 1000
    return Recordings(
        chosen, pictures.clone(), torch.full((2 * n,), 20), chosen.float(), torch.zeros(2 * n, 1, dtype=torch.bool)
    )


def test_what_is_drawn_are_twins_of_what_was_put() -> None:
    pool = Pool(8, Dice(1, _CPU))
    for first in range(0, 8, 4):
        assert not pool.is_full
        pool.put(_pairs(first, 4))
    drawn = pool.draw(5)
    assert pool.is_full
    assert torch.equal(drawn.chosen[:5], drawn.chosen[5:])
    assert len(set(drawn.chosen[:5].tolist())) == 5
    torch.testing.assert_close(drawn.pictures[5:] - drawn.pictures[:5], torch.full((5, 2, 3, 20), 0.25))


def test_new_recordings_take_the_place_of_the_oldest() -> None:
    pool = Pool(8, Dice(1, _CPU))
    for first in range(0, 24, 4):
        pool.put(_pairs(first, 4))
    assert set(pool.draw(8).chosen.tolist()) == set(range(16, 24))


def test_a_crop_is_a_part_and_silent_beyond_its_end() -> None:
    whole = _pairs(0, 50)
    crops = cropped(whole, Dice(2, _CPU), 4, 12)
    assert 4 <= crops.columns.min() <= crops.columns.max() < 12
    late = 0
    for picture, length, source in zip(crops.pictures[:, 0, 0], crops.columns, whole.pictures[:, 0, 0], strict=True):
        start = int((source == picture[0]).nonzero()[0])
        late += start > 0
        assert torch.equal(picture[:length], source[start : start + length])
        assert (picture[length:] == -DYNAMIC_RANGE_DB).all()
    assert 10 < late < 60


def test_a_short_recording_stays_whole() -> None:
    short = _pairs(0, 3)
    short.columns[:] = 2
    assert (cropped(short, Dice(3, _CPU), 4, 12).columns == 2).all()
