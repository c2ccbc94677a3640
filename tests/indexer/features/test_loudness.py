"""Loudness against the figures of the standard."""

import numpy as np
import pytest
from scipy.signal import lfilter

from indexer.features.loudness import _k_weighted, loudness_lufs
from tests.sounds import RATE_HZ, loop, noise, tone

_FULL_SCALE_997_HZ_LUFS = -3.01  # BS.1770-4, annex 1


def test_full_scale_sine_reads_as_the_standard_says():
    assert loudness_lufs(tone(997, 5, level=1), RATE_HZ) == pytest.approx(_FULL_SCALE_997_HZ_LUFS, abs=0.02)


def weighted_by_the_book(sound):
    """Filter with the recursions that BS.1770-4 tabulates for 48 kHz (tables 1 and 2)."""
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585]
    high_pass = [1.0, -2.0, 1.0], [1, -1.99004745483398, 0.99007225036621]
    return lfilter(*high_pass, lfilter(*shelf, sound.astype(float)))


def by_the_book(sound):
    """Integrated loudness, with both gates."""
    weighted = weighted_by_the_book(sound)
    n_block, n_step = 19_200, 4_800
    starts = range(0, max(1, len(weighted) - n_block + 1), n_step)
    power = np.array([np.mean(weighted[start : start + n_block] ** 2) for start in starts])
    level = -0.691 + 10 * np.log10(power)
    gate = -0.691 + 10 * np.log10(power[level > -70].mean()) - 10
    return -0.691 + 10 * np.log10(power[level > gate].mean())


def test_filter_is_that_of_the_standard():
    sound = noise(1.3)
    np.testing.assert_allclose(_k_weighted(sound, RATE_HZ), weighted_by_the_book(sound), atol=1e-5)


def decaying(frequency_hz, seconds):
    return tone(frequency_hz, seconds) * np.exp(-4 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ).astype(np.float32)


@pytest.mark.parametrize(
    "sound",
    [
        noise(0.3),
        noise(3.05),
        decaying(50, 0.35),
        decaying(50, 2),
        decaying(8_000, 2),
        tone(45, 3),
        np.cumsum(noise(2, level=0.01)).astype(np.float32),
        loop(noise(0.1, seed=3), 120, 8),
        tone(440, 2) + np.float32(0.3),
    ],
    ids=["burst", "noise", "kick", "long-kick", "ping", "sub", "brown", "loop", "offset"],
)
def test_loudness_is_that_of_the_standard(sound):
    assert loudness_lufs(sound, RATE_HZ) == pytest.approx(by_the_book(sound), abs=0.02)


def test_ten_decibels_are_ten_units():
    sound = noise(2)
    quieter = loudness_lufs(sound * np.float32(10 ** (-10 / 20)), RATE_HZ)
    assert loudness_lufs(sound, RATE_HZ) - quieter == pytest.approx(10, abs=0.01)


def test_silence_between_sounds_is_gated():
    sound = tone(997, 5)
    with_silence = np.concatenate([sound, np.zeros(5 * RATE_HZ, np.float32)])
    assert loudness_lufs(with_silence, RATE_HZ) == pytest.approx(loudness_lufs(sound, RATE_HZ), abs=0.2)


def test_long_sounds_are_filtered_without_seams():
    hit = noise(0.5, seed=3)
    assert loudness_lufs(loop(hit, 120, 40), RATE_HZ) == pytest.approx(
        loudness_lufs(loop(hit, 120, 4), RATE_HZ), abs=0.05
    )


@pytest.mark.parametrize("n_frames", [1, 100, 4_097, 19_199])
def test_shorter_sounds_than_a_block_have_a_loudness(n_frames):
    loudness = loudness_lufs(noise(1)[:n_frames], RATE_HZ)
    assert loudness is not None
    assert -60 < loudness < 0


def test_inaudible_sound_has_none():
    assert loudness_lufs(noise(1, level=1e-5), RATE_HZ) is None
