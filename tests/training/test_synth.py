"""The laws of the synthesis blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from training.recipes.dsp import times, white_noise
from training.recipes.synth import (
    FilterKind,
    breakpoints,
    echo,
    harmonics,
    mix,
    note_hz,
    ramp,
    sweep,
    wander,
    warp,
)


@settings(deadline=None)  # a busy machine is no failure
@given(st.floats(0.0, 115.0))
def test_twelve_semitones_double_the_frequency(midi: float) -> None:
    assert note_hz(midi + 12.0) == pytest.approx(2.0 * note_hz(midi))


def test_a440_is_midi_69() -> None:
    assert note_hz(69.0) == 440.0


@pytest.mark.parametrize("kind", ["lowpass", "highpass", "bandpass"])
@pytest.mark.parametrize("n_sections", [1, 2])
def test_a_sweep_that_stands_still_is_a_plain_filter(kind: FilterKind, n_sections: int) -> None:
    impulse = np.zeros(48_000)
    impulse[0] = 1.0
    response = np.abs(np.fft.rfft(sweep(impulse, kind, np.full(48_000, 900.0), 0.71, n_sections)))
    passes = {"lowpass": 20, "highpass": 15_000, "bandpass": 900}[kind]
    stops = {"lowpass": 15_000, "highpass": 20, "bandpass": 20_000}[kind]
    assert response[passes] == pytest.approx(1.0, abs=0.02)
    assert response[stops] < 0.1


def test_a_resonant_sweep_to_a_very_low_cutoff_stays_bounded() -> None:
    t = times(3.0)
    x = white_noise(np.random.default_rng(2), len(t))
    swept = sweep(x, "lowpass", np.maximum(3_000.0 * np.exp(-t / 0.05), 30.0), 6.0, n_sections=2)
    assert np.abs(swept[-24_000:]).max() < 3.0


def test_a_sweep_follows_its_cutoff() -> None:
    t = times(1.0)
    x = white_noise(np.random.default_rng(1), len(t))
    opened = sweep(x, "lowpass", ramp(t, 100.0, 15_000.0))
    head, tail = (signal.welch(part, 48_000)[1] for part in (opened[:12_000], opened[-12_000:]))
    assert tail[100:].sum() > 100 * head[100:].sum()


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(0, 1_000), st.floats(0.1, 40.0), st.floats(0.1, 10.0))
def test_wandering_stays_within_its_depth(seed: int, rate_hz: float, depth: float) -> None:
    path = wander(np.random.default_rng(seed), times(0.5), rate_hz, depth)
    assert len(path) == 24_000
    assert np.abs(path).max() <= depth + 1e-9


def test_breakpoints_and_ramps_meet_their_ends() -> None:
    t = times(1.0)
    assert breakpoints(t, (0.0, 2.0), (0.5, 4.0), (1.0, 0.0))[24_000] == pytest.approx(4.0)
    np.testing.assert_allclose(ramp(t, 100.0, 1_600.0, 2.0)[[0, -1]], [100.0, 1_600.0])


def test_playing_at_speed_one_changes_nothing_and_backwards_reverses() -> None:
    x = np.arange(100.0)
    np.testing.assert_allclose(warp(x, np.r_[0.0, np.ones(99)]), x)
    np.testing.assert_allclose(warp(x, np.r_[99.0, -np.ones(99)]), x[::-1])


def test_mixing_adds_at_the_given_times_and_cuts_at_the_given_length() -> None:
    one = np.ones(480)
    whole = mix((0.0, one), (0.005, one))
    assert len(whole) == 720
    assert list(whole[[0, 300, 600]]) == [1.0, 2.0, 1.0]
    assert len(mix((0.0, one), (2.0, one), seconds=0.5)) == 24_000


def test_echoes_fall_by_the_feedback() -> None:
    repeated = echo(np.array([1.0, 0.0]), 0.01, 0.5, 3)
    np.testing.assert_allclose(repeated[[0, 480, 960, 1440]], [1.0, 0.5, 0.25, 0.125])


def test_harmonics_above_hearing_are_left_out() -> None:
    t = times(0.5)
    np.testing.assert_allclose(harmonics(15_000.0, t, (1.0, 1.0, 1.0)), harmonics(15_000.0, t, (1.0,)))
