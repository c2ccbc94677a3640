"""Timbre, the part of a sound's vector that words have none of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.audio.waveform import Waveform
from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, N_CHANNELS, N_MELS
from indexer.encoders.compact.model import (
    INFO,
    TEXT_DIM,
    TIMBRE_SHARE,
    CompactEncoder,
)
from indexer.encoders.compact.timbre import DIM, SPECTRA, spectra
from tests.sounds import RATE_HZ, noise, tone


@pytest.fixture(scope="module")
def encoder() -> CompactEncoder:
    return CompactEncoder()


def timbre_of(encoder: CompactEncoder, sound: Waveform) -> np.ndarray:
    return encoder.embed_audio([sound])[0, TEXT_DIM:] / TIMBRE_SHARE**0.5


def test_words_have_none(encoder: CompactEncoder) -> None:
    assert INFO.dim == TEXT_DIM + DIM
    for row in (encoder.embed_text(["dusty punchy snare"])[0], encoder.text_center):
        assert row[:TEXT_DIM].any()
        assert not row[TEXT_DIM:].any()


def test_copies_are_told_without_it(encoder: CompactEncoder) -> None:
    rows = encoder.embed_audio([tone(440, 0.4), noise(0.3)])
    assert rows[:, encoder.traits.duplicate_columns].shape == (2, TEXT_DIM)


def test_it_has_its_share_of_every_vector(encoder: CompactEncoder) -> None:
    rows = encoder.embed_audio([tone(440, 0.4), noise(7.0), noise(0.011, seed=2)])
    np.testing.assert_allclose((rows[:, TEXT_DIM:] ** 2).sum(axis=1), TIMBRE_SHARE, atol=1e-5)


def test_the_nearest_timbre_is_that_of_the_same_sound_a_little_changed(encoder: CompactEncoder) -> None:
    bright, dark = noise(0.5, seed=3), np.convolve(noise(0.5, seed=4), np.full(40, 1 / 40), "same").astype(np.float32)
    fading = noise(0.5, seed=5) * np.exp(-20 * np.arange(RATE_HZ // 2) / RATE_HZ).astype(np.float32)
    again = 0.3 * noise(0.6, seed=6)
    likeness = [timbre_of(encoder, again) @ timbre_of(encoder, other) for other in (bright, dark, fading)]
    assert likeness[0] > 0.5
    assert likeness[0] > max(likeness[1:]) + 0.2


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 501), st.floats(0.0005, 300), st.integers(0, 2**32 - 1))
def test_any_picture_can_be_measured(n_columns: int, seconds: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = -rng.uniform(0, DYNAMIC_RANGE_DB, (N_CHANNELS, N_MELS, n_columns)).astype(np.float32)
    measured = spectra(picture, seconds)
    assert measured.shape == (SPECTRA,)
    assert np.isfinite(measured).all()


def test_a_flat_picture_has_its_level_in_every_part_that_it_reaches() -> None:
    n_parts = (SPECTRA - 1) // N_CHANNELS // 20
    levels = spectra(np.full((N_CHANNELS, N_MELS, 10), -20, np.float32), 0.1)[:-1].reshape(N_CHANNELS, n_parts, 20)
    flat = -20 * np.sqrt(N_MELS)  # what an orthonormal transform makes of a constant
    np.testing.assert_allclose(levels[:, [0, 1, 2, -2, -1], 0], flat, rtol=1e-4)
    np.testing.assert_allclose(levels[:, 3:-2, 0], 4 * flat, rtol=1e-4)  # after its end: the floor, -80 dB
    np.testing.assert_allclose(levels[..., 1:], 0, atol=1e-3)
