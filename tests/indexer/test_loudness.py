"""Loudness against the figures of the standard."""

import numpy as np
import pytest

from indexer.loudness import _k_weighted, loudness_lufs
from tests.sounds import RATE_HZ, loop, noise, tone

_FULL_SCALE_997_HZ_LUFS = -3.01  # BS.1770-4, annex 1


def test_full_scale_sine_reads_as_the_standard_says():
    assert loudness_lufs(tone(997, 5, level=1), RATE_HZ) == pytest.approx(_FULL_SCALE_997_HZ_LUFS, abs=0.02)


def test_filter_is_that_of_the_standard():
    """Compare with the recursion that BS.1770-4 tabulates for 48 kHz (tables 1 and 2)."""
    sound = noise(0.8)
    shelved = recursion(
        sound, [1.53512485958697, -2.69169618940638, 1.19839281085285], -1.69065929318241, 0.73248077421585
    )
    expected = recursion(shelved, [1.0, -2.0, 1.0], -1.99004745483398, 0.99007225036621)
    np.testing.assert_allclose(_k_weighted(sound, RATE_HZ), expected, atol=1e-5)


def recursion(sound, top, a1, a2):
    """Filter by the difference equation of a second-order section."""
    x1 = x2 = y1 = y2 = 0.0
    filtered = np.empty(len(sound))
    for place, x0 in enumerate(sound.astype(float)):
        y0 = top[0] * x0 + top[1] * x1 + top[2] * x2 - a1 * y1 - a2 * y2
        filtered[place] = y0
        x2, x1, y2, y1 = x1, x0, y1, y0
    return filtered


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
