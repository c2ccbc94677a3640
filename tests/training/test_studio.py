"""Sounds recorded by batches."""

import numpy as np
import pytest
import torch

from indexer.encoders.compact.frontend import HOP, draw
from training.batch_pictures import draw_pictures
from training.studio import WORDS, Studio, contradictions

CPU = torch.device("cpu")


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
    expected = torch.from_numpy(draw(waveform))
    torch.testing.assert_close(pictures[0, :, :, : columns[0]], expected, atol=1e-3, rtol=0)
    assert int(columns[0]) == expected.shape[-1]
