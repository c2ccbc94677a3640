import numpy as np
import pytest

from training.chain import CONTRADICTS, MAX_SECONDS, Chain, synthetic_room
from training.sound import SAMPLE_RATE_HZ, Waveform


@pytest.fixture(scope="module")
def pluck() -> Waveform:
    time = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    return (np.sin(2 * np.pi * 220 * time) * np.exp(-8 * time)).astype(np.float32)


@pytest.mark.parametrize("seed", range(25))
def test_any_chain_leaves_a_finite_sound_at_unit_peak(pluck: Waveform, seed: int) -> None:
    recorded, words = Chain()(pluck, np.random.default_rng(seed))
    assert recorded.dtype == np.float32
    assert np.isfinite(recorded).all()
    assert np.abs(recorded).max() == pytest.approx(1.0, abs=1e-5)
    assert 0.02 <= len(recorded) / SAMPLE_RATE_HZ <= MAX_SECONDS
    assert all(isinstance(word, str) for word in words)


def test_one_seed_makes_one_recording(pluck: Waveform) -> None:
    first, second = (Chain()(pluck, np.random.default_rng(7))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_seeds_make_different_recordings(pluck: Waveform) -> None:
    lengths = {len(Chain()(pluck, np.random.default_rng(seed))[0]) for seed in range(10)}
    assert len(lengths) > 5


@pytest.mark.parametrize("n_frames", [1, 7, 100])
def test_the_shortest_click_survives(n_frames: int) -> None:
    click = np.ones(n_frames, dtype=np.float32)
    for seed in range(20):
        recorded, _ = Chain()(click, np.random.default_rng(seed))
        assert np.isfinite(recorded).all()


def test_no_word_contradicts_itself() -> None:
    assert all(word not in opposites for word, opposites in CONTRADICTS.items())


def test_a_synthetic_room_decays() -> None:
    response = synthetic_room(np.random.default_rng(3))
    half = len(response) // 2
    assert np.sum(response[:half] ** 2) > 10 * np.sum(response[half:] ** 2)
