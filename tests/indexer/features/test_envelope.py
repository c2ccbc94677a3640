"""Measurements of sounds whose answers are known."""

import numpy as np
import pytest

from indexer.audio.original import Original
from indexer.features.envelope import measure
from tests.sounds import RATE_HZ, decaying, hat, kick, loop, noise, tone


def original(n_frames: int = RATE_HZ, **changes) -> Original:
    values = {"n_channels": 1, "sample_rate_hz": RATE_HZ, "bit_depth": 16, "format": "wav", "peak": 0.5}
    return Original(n_frames=n_frames, **(values | changes))


def features_of(waveform):
    return measure(waveform, RATE_HZ, original(len(waveform)))


def with_silence(waveform, seconds=0.2):
    silence = np.zeros(round(seconds * RATE_HZ), np.float32)
    return np.concatenate([silence, waveform, silence])


def test_duration_is_that_of_the_file_and_not_of_the_waveform():
    features = measure(tone(), RATE_HZ, original(n_frames=88_200, sample_rate_hz=44_100))
    assert (features.duration_seconds, features.sample_rate_hz) == (2.0, 44_100)


def test_peak_is_that_of_the_loudest_channel():
    assert measure(tone(), RATE_HZ, original(peak=0.5)).peak_dbfs == pytest.approx(-6.02, abs=0.01)


def test_loudness_adds_the_power_of_the_channels():
    mono = measure(tone(), RATE_HZ, original(power_over_mono=1.0)).loudness_lufs
    same_on_two = measure(tone(), RATE_HZ, original(power_over_mono=2.0)).loudness_lufs
    assert same_on_two - mono == pytest.approx(3.01, abs=0.01)


@pytest.mark.parametrize("frequency_hz", [100, 440, 5_000, 15_000])
def test_brightness_of_a_sine_is_its_frequency(frequency_hz):
    assert features_of(tone(frequency_hz)).brightness_hz == pytest.approx(frequency_hz, rel=0.02)


def test_brightness_of_white_noise_is_half_of_the_band():
    assert features_of(noise()).brightness_hz == pytest.approx(RATE_HZ / 4, rel=0.03)


def test_brightness_ignores_a_constant_offset():
    assert features_of(tone(5_000) + np.float32(0.4)).brightness_hz == pytest.approx(5_000, rel=0.02)


def test_the_low_end_is_the_share_of_the_power_below_150_hz():
    low, high = tone(60), tone(1_000)
    assert features_of(low).low_share > 0.99
    assert features_of(high).low_share < 0.01
    assert features_of(low + high).low_share == pytest.approx(0.5, abs=0.02)
    assert features_of(np.zeros(RATE_HZ, np.float32)).low_share is None


def test_level_changes_neither_brightness_nor_times_nor_onsets():
    loud, quiet = features_of(kick()), features_of(kick() * np.float32(0.01))
    assert quiet.brightness_hz == pytest.approx(loud.brightness_hz, rel=1e-4)
    assert (quiet.attack_ms, quiet.decay_ms, quiet.n_onsets) == (loud.attack_ms, loud.decay_ms, loud.n_onsets)


@pytest.mark.parametrize("rise_seconds", [0.05, 0.2, 0.8])
def test_attack_is_the_time_from_a_tenth_to_nine_tenths(rise_seconds):
    times = np.arange(RATE_HZ) / RATE_HZ
    swell = tone(2_000, 1) * np.minimum(1, times / rise_seconds).astype(np.float32)
    assert features_of(swell).attack_ms == pytest.approx(800 * rise_seconds, abs=10)


@pytest.mark.parametrize("sound", [kick(), hat(), noise()], ids=["kick", "hat", "steady noise"])
def test_sounds_that_start_at_once_have_a_short_attack(sound):
    assert features_of(with_silence(sound)).attack_ms <= 6


@pytest.mark.parametrize("offset", [-0.3, 0.02, 0.2])
@pytest.mark.parametrize("sound", [kick(), hat(), decaying(tone(700, 0.6), 0.3)], ids=["kick", "hat", "note"])
def test_a_constant_offset_changes_no_time(sound, offset):
    plain, shifted = (features_of(with_silence(sound) + np.float32(level)) for level in (0, offset))
    assert shifted.attack_ms == plain.attack_ms
    assert shifted.decay_ms == pytest.approx(plain.decay_ms, abs=5)
    assert shifted.silence_before_ms == pytest.approx(plain.silence_before_ms, abs=1)
    assert shifted.silence_after_ms == pytest.approx(plain.silence_after_ms, abs=10)


def test_silence_lasts_until_the_sound_comes_within_60_db_of_its_peak():
    features = features_of(np.concatenate([with_silence(tone(500, 0.3), 0.25), np.zeros(RATE_HZ // 2, np.float32)]))
    assert features.silence_before_ms == pytest.approx(250, abs=1)
    assert features.silence_after_ms == pytest.approx(750, abs=1)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 96_000])
def test_times_do_not_depend_on_the_rate(rate_hz):
    times = np.arange(rate_hz) / rate_hz
    sound = np.where(times < 0.5, 0, np.exp(-20 * (times - 0.5)) * np.sin(2000 * times)).astype(np.float32)
    features = measure(sound, rate_hz, original(rate_hz, sample_rate_hz=rate_hz))
    assert features.silence_before_ms == pytest.approx(500, abs=1.5)
    assert features.decay_ms == pytest.approx(115, abs=2)


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.5])
def test_decay_is_the_time_to_minus_20_db(seconds):
    assert features_of(decaying(tone(1_000, 1), seconds)).decay_ms == pytest.approx(1000 * seconds, abs=3)


def test_decay_of_a_sound_that_is_cut_off_is_unknown():
    assert features_of(tone()).decay_ms is None


@pytest.mark.parametrize("hit", [kick(), hat(), decaying(tone(700, 0.3), 0.1)], ids=["kick", "hat", "blip"])
@pytest.mark.parametrize("bpm", [80, 120, 174])
def test_every_hit_of_a_loop_is_an_onset(hit, bpm):
    assert features_of(loop(hit, bpm, 8)).n_onsets == 8


@pytest.mark.parametrize(
    "sound",
    [kick(), hat(), tone(), noise(3), tone(60, 2), with_silence(tone()), with_silence(noise())],
    ids=["kick", "hat", "tone", "noise", "sub", "gated tone", "gated noise"],
)
def test_one_event_is_one_onset(sound):
    assert features_of(sound).n_onsets == 1


@pytest.mark.parametrize("n_frames", [2, 47, 511, 512, 513, 1_023, 1_024, 1_025, 5_000])
def test_shortest_sounds_can_be_measured(n_frames):
    features = features_of(noise(1)[:n_frames])
    assert np.isfinite([features.loudness_lufs, features.brightness_hz, features.attack_ms]).all()


def test_long_sounds_are_measured_in_bounded_steps():
    features = features_of(loop(hat(), 120, 60))
    assert features.n_onsets == 60


def test_inaudible_values_are_none_and_not_infinite():
    features = measure(np.zeros(1_000, np.float32), RATE_HZ, original(peak=0.0))
    assert (features.peak_dbfs, features.loudness_lufs, features.brightness_hz, features.attack_ms) == (None,) * 4
    assert features.n_onsets == 0
