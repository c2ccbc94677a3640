import numpy as np
import pytest

from indexer.audio.waveform import Waveform
from indexer.features.loop_classifier import SURE_OF_TEMPO
from indexer.features.tempo import estimate_tempo
from indexer.features.tempo_octave import other_octaves
from tests.sounds import RATE_HZ, decaying, kick, noise, tone


def loop(bpm: float, n_beats: int, tail_seconds: float = 0.0) -> Waveform:
    """Make a beat: a kick on each beat, a snare of noise on every second, hats between."""
    step = 60 / bpm / 2 * RATE_HZ
    beat = np.zeros(round(step * 2 * n_beats), np.float32)
    hat = decaying(noise(0.05, 0.03), 0.02)
    snare = decaying(noise(0.15, 0.2, seed=1), 0.08)
    for half in range(2 * n_beats):
        hit = hat if half % 2 else snare if half % 4 == 2 else kick()[: int(0.2 * RATE_HZ)]
        start = round(half * step)
        part = hit[: len(beat) - start]
        beat[start : start + len(part)] += part
    return np.concatenate([beat, np.zeros(round(tail_seconds * RATE_HZ), np.float32)])


@pytest.mark.parametrize("bpm", [90, 107.5, 120, 133, 140])
@pytest.mark.parametrize("n_beats", [8, 16])
def test_the_tempo_of_a_whole_loop_is_exact(bpm: float, n_beats: int) -> None:
    reading = estimate_tempo(loop(bpm, n_beats), RATE_HZ)
    assert reading is not None
    assert reading.number == pytest.approx(bpm, abs=0.05)
    assert reading.confidence > 0.5


def test_a_tail_costs_the_confidence_and_not_the_tempo() -> None:
    reading = estimate_tempo(loop(120, 16, tail_seconds=1.3), RATE_HZ)
    assert reading is not None
    assert reading.number == pytest.approx(120, rel=0.03)
    assert reading.confidence < 0.5


@pytest.mark.parametrize(
    ("bpm", "n_bars"), [(174, 1), (61, 2), (97, 3), (140, 8), (88, 6), (179, 16), (72, 12), (60, 16)]
)
def test_loops_of_any_length_have_a_tempo(bpm: float, n_bars: int) -> None:
    reading = estimate_tempo(loop(bpm, 4 * n_bars), RATE_HZ)
    assert reading is not None
    octaves = [*other_octaves(bpm), bpm]  # such a plain beat may be counted in half or double as well
    assert min(abs(reading.number - octave) for octave in octaves) < 0.05
    assert reading.confidence >= SURE_OF_TEMPO


def hits_at_random(seconds: float, n: int, seed: int) -> Waveform:
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE_HZ), np.float32)
    for start in rng.integers(0, len(sound), n):
        part = decaying(noise(0.15, 0.2, seed=1), 0.06)[: len(sound) - start]
        sound[start : start + len(part)] += part
    return sound


@pytest.mark.parametrize(
    "sound",
    [
        *(hits_at_random(4, 25, seed) for seed in range(4)),
        hits_at_random(32, 120, 5),
        noise(16, 0.2),
        noise(20, 0.2) * np.sin(2 * np.pi * 0.13 * np.arange(20 * RATE_HZ) / RATE_HZ).astype(np.float32),
        tone(110, 24),
    ],
    ids=["hits", "hits 2", "hits 3", "hits 4", "long hits", "rain", "waves", "drone"],
)
def test_what_repeats_nothing_has_no_sure_tempo_though_its_length_fits_one(sound: Waveform) -> None:
    reading = estimate_tempo(sound, RATE_HZ)
    assert reading is None or reading.confidence < SURE_OF_TEMPO


def test_a_loop_that_was_trimmed_has_no_sure_wrong_tempo() -> None:
    beat = loop(124, 8)
    reading = estimate_tempo(beat[: int(len(beat) * 0.93)], RATE_HZ)
    assert reading is None or reading.confidence < SURE_OF_TEMPO


@pytest.mark.parametrize("waveform", [kick(), np.zeros(3 * RATE_HZ, np.float32), np.zeros(80 * RATE_HZ, np.float32)])
def test_what_has_no_pulse_has_no_tempo(waveform: Waveform) -> None:
    assert estimate_tempo(waveform, RATE_HZ) is None


def test_level_does_not_matter() -> None:
    beat = loop(120, 8)
    assert estimate_tempo(beat, RATE_HZ) == estimate_tempo((beat * 0.01).astype(np.float32), RATE_HZ)
    assert estimate_tempo(tone(seconds=0.5), RATE_HZ) is None
