from pathlib import Path

import numpy as np
import pytest
from scipy import signal

from training import robots, voices
from training.sound import SAMPLE_RATE_HZ
from training.speech import ESPEAK_RATE_HZ, is_installed, linear_prediction, to_48k, vocode

needs_espeak = pytest.mark.skipif(not is_installed(), reason="espeak-ng is for training only")


def a_vowel(seconds: float = 0.6, hz: float = 140.0) -> np.ndarray:
    """Hum through two formants, with a silence in the middle third."""
    t = np.arange(round(seconds * ESPEAK_RATE_HZ)) / ESPEAK_RATE_HZ
    wave = signal.sawtooth(2 * np.pi * hz * t)
    for formant_hz in (700, 1200):
        b, a = signal.iirpeak(formant_hz, 8, fs=ESPEAK_RATE_HZ)
        wave = wave + 6 * signal.lfilter(b, a, wave)
    wave[len(wave) // 3 : 2 * len(wave) // 3] = 0.0
    return (wave / np.max(np.abs(wave))).astype(np.float32)


def test_linear_prediction_finds_the_filter_that_shaped_noise() -> None:
    poles = [1.0, -1.5, 0.8]
    noise = np.random.default_rng(0).standard_normal((1, 8192))
    coefficients, gains = linear_prediction(signal.lfilter([1.0], poles, noise), order=2)
    assert np.allclose(coefficients[0], poles, atol=0.05)
    assert np.isclose(gains[0], 1.0, atol=0.1)


def test_linear_prediction_of_silence_is_silence() -> None:
    coefficients, gains = linear_prediction(np.zeros((2, 512)), order=8)
    assert np.isfinite(coefficients).all()
    assert np.all(gains < 1e-3)


def test_a_carrier_takes_on_loudness_and_formants_of_the_speech() -> None:
    speech = a_vowel()
    carrier = signal.sawtooth(2 * np.pi * 90 * np.arange(len(speech)) / ESPEAK_RATE_HZ)
    spoken = vocode(speech, carrier, np.zeros(len(speech)))
    third = len(speech) // 3
    silent = spoken[third + 600 : 2 * third - 600]
    assert len(spoken) == len(speech)
    assert np.sqrt(np.mean(silent**2)) < 0.02 * np.sqrt(np.mean(spoken[:third] ** 2))
    hz, power = signal.welch(spoken[:third], ESPEAK_RATE_HZ, nperseg=512)
    assert 500 < hz[np.argmax(power * (hz > 300))] < 1400


def test_speech_at_48_khz_is_faster_by_the_interval() -> None:
    octave_up = to_48k(a_vowel(1.0), 12.0)
    assert abs(len(octave_up) - SAMPLE_RATE_HZ / 2) < 10


@pytest.mark.parametrize("effect", robots.EFFECTS)
@pytest.mark.parametrize("seed", range(5))
def test_robot_effects_keep_a_voice_finite_and_audible(effect: robots.Effect, seed: int) -> None:
    wave, word = effect(np.random.default_rng(seed), to_48k(a_vowel()))
    assert word
    assert np.isfinite(wave).all()
    assert np.max(np.abs(wave)) > 0.1


def test_a_missing_espeak_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "is_installed", lambda: False)
    with pytest.raises(RuntimeError, match="apt-get install espeak-ng"):
        next(voices.sounds(tmp_path, 1, 0))


@needs_espeak
@pytest.mark.parametrize("way", voices.SHARES, ids=lambda way: way.__name__)
def test_every_way_of_using_a_voice_is_valid_and_repeatable(way: voices.Way) -> None:
    first, second = (way(np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.waveform, second.waveform)
    assert np.isfinite(first.waveform).all()
    assert 0.03 <= len(first.waveform) / SAMPLE_RATE_HZ <= 8.0
    assert first.family in {"vocal", "loop"}
    assert first.kind not in first.aliases
