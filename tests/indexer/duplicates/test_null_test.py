"""What is one sound in two files, and what only sounds alike."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr

from db.measurements import Features
from indexer.audio.waveform import Waveform
from indexer.duplicates.groups import DuplicateClass
from indexer.duplicates.null_test import DIFFERENT, Comparison, compare
from indexer.duplicates.prepare import prepare
from indexer.duplicates.verdict import proof_of
from tests.db.factories import FEATURES
from tests.sounds import RATE_HZ, decaying, kick, noise, tone

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(frames: Waveform, name: str = "sound.wav", rate_hz: int = RATE_HZ, **how: object) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))} {name}"
        sf.write(path, frames, rate_hz, **{"subtype": "PCM_24", **how})
        return path

    return write


def hit(seed: int = 0) -> Waveform:
    """Make a drum: a body that is always the same, and a rattle that never is."""
    body = kick()
    return (0.5 * body + decaying(noise(len(body) / RATE_HZ, 0.2, seed)[: len(body)], 0.1)).astype(np.float32)


def compared(one: Path, other: Path) -> Comparison:
    return compare(prepare(one), prepare(other))


def is_same(found: Comparison, one: Features = FEATURES, other: Features = FEATURES) -> bool:
    return proof_of(found, one, other) is not None


def test_another_level_is_the_same_sound_and_its_figures_are_told(write: Write) -> None:
    found = compared(write(hit()), write(0.5 * hit()))
    assert found.residual_db < -60
    assert found.gain_db == pytest.approx(-6.02, abs=0.01)
    proof = proof_of(found, FEATURES, FEATURES)
    assert proof is not None
    assert (proof.duplicate_class, proof.differs) == (DuplicateClass.SOUND, ("level",))
    assert proof.text.endswith("dB, -6.0 dB")


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 96_000])
def test_another_rate_is_the_same_sound(write: Write, rate_hz: int) -> None:
    found = compared(write(hit()), write(soxr.resample(hit(), RATE_HZ, rate_hz), rate_hz=rate_hz))
    assert found.residual_db < -20
    assert is_same(found)


@pytest.mark.parametrize("name", ["sound.mp3", "sound.ogg"])
def test_a_lossy_copy_is_the_same_sound(write: Write, name: str) -> None:
    subtype = {"mp3": "MPEG_LAYER_III", "ogg": "VORBIS"}[name[-3:]]
    found = compared(write(hit()), write(hit(), name, subtype=subtype))
    assert -40 < found.residual_db < -10.5
    assert is_same(found, other=replace(FEATURES, bit_depth=None))
    assert not is_same(found)  # of two lossless files so much is another take


def test_a_copy_that_begins_later_is_found_to_a_fraction_of_a_frame(write: Write) -> None:
    late = np.concatenate([np.zeros(1001, np.float32), hit() * 0.9])
    frames = soxr.resample(np.concatenate([late, late]), RATE_HZ, 44_100)  # not on the grid of either rate
    found = compared(write(np.concatenate([hit(), np.zeros(1001, np.float32), hit()])), write(frames, rate_hz=44_100))
    assert found.residual_db < -40


def test_a_cut_copy_shares_a_part_and_half_a_loop_is_another_loop(write: Write) -> None:
    steady = noise(2.0)
    whole, cut, half = write(steady), write(steady[: int(0.7 * len(steady))]), write(steady[: len(steady) // 2])
    found = compared(whole, cut)
    assert found.shared == (pytest.approx(0.7, abs=0.03), pytest.approx(1.0, abs=0.01))
    assert is_same(found)
    assert not is_same(compared(whole, half))


def test_a_faded_copy_is_the_same_sound(write: Write) -> None:
    faded = noise(2.0)
    faded[-19_200:] *= np.linspace(1, 0, 19_200)
    assert is_same(compared(write(noise(2.0)), write(faded)))


def test_half_a_loop_of_strokes_that_die_away_is_another_loop(write: Write) -> None:
    seconds = np.arange(RATE_HZ // 2) / RATE_HZ
    stroke = 0.4 * np.sin(2 * np.pi * (50 + 100 * np.exp(-seconds * 30)) * seconds) * np.exp(-seconds * 8)
    assert not is_same(compared(write(np.tile(stroke, 4)), write(np.tile(stroke, 2))))


def test_what_is_laid_over_a_sound_makes_another_one(write: Write) -> None:
    alone, clap = hit(), decaying(noise(0.06, 0.3, 7), 0.03)
    layered = alone.copy()
    layered[2_000 : 2_000 + len(clap)] += clap
    assert not is_same(compared(write(alone), write(layered)))


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_click_that_is_laid_over_a_loop_makes_another_one(write: Write, place: float) -> None:
    loop = np.concatenate([hit(number) for number in range(8)])
    clicked = loop.copy()
    click = 0.2 * decaying(noise(0.005, 1.0, 7), 0.002)
    start = int(place * len(loop))
    clicked[start : start + len(click)] += click
    found = compared(write(loop), write(0.7 * clicked))
    assert (found.residual_db < -60, found.odd) == (True, 0.0)  # one moment of hundreds
    assert found.worst > 0.05
    assert not is_same(found)
    assert is_same(compared(write(loop), write(0.7 * loop)))


def test_a_loop_with_another_end_is_another_loop(write: Write) -> None:
    beats = [hit(number) for number in range(4)]
    with_fill = [*beats[:3], hit(9)]
    assert not is_same(compared(write(np.concatenate(beats)), write(np.concatenate(with_fill))))


def test_mono_is_found_in_stereo(write: Write) -> None:
    left, right = hit(1), hit(2)
    stereo = np.stack([left, right], axis=1)
    for mono in ((left + right) / 2, left, right):
        assert compared(write(stereo), write(mono)).residual_db < -40
    assert is_same(compared(write(left), write(np.stack([left, left], axis=1))))


def test_stereo_with_another_side_is_another_sound(write: Write) -> None:
    left, right = hit(1), hit(2)
    one, other = (np.stack(pair, axis=1) for pair in ((left, right), (right, left)))
    assert not is_same(compared(write(one), write(other)))


def test_a_silent_side_is_known_and_left_and_right_are_not_one(write: Write) -> None:
    mono, silence = hit(1), np.zeros_like(hit(1))
    left, right = (np.stack(pair, axis=1) for pair in ((mono, silence), (silence, mono)))
    found = compared(write(mono), write(left))
    assert (found.residual_db < -80, found.has_silent_channel) == (True, (False, True))
    assert found.reversed().has_silent_channel == (True, False)
    assert abs(found.gain_db) < 0.01
    assert compared(write(left), write(right)) == DIFFERENT


def test_the_same_audio_with_other_silence_is_known_by_its_hash(write: Write) -> None:
    values = np.round(hit() * 2**15).astype(np.int16)
    late = np.concatenate([np.zeros(999, np.int16), values, np.zeros(12_345, np.int16)])
    found = compared(write(values, subtype="PCM_16"), write(late, "sound.flac"))
    assert found.is_same_audio
    proof = proof_of(found, FEATURES, FEATURES)
    assert proof is not None
    assert proof.duplicate_class is DuplicateClass.AUDIO


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (hit(1), hit(2)),  # round robins
        (hit(1), 0.3 * hit(2)),  # velocities
        (decaying(tone(440), 0.3), decaying(tone(466.16), 0.3)),  # neighbouring notes
        (decaying(noise(seed=1), 0.1), decaying(noise(seed=2), 0.1)),  # two closed hi-hats
        (kick(), hit(1)),
    ],
)
def test_what_only_sounds_alike_is_not_the_same(write: Write, one: Waveform, other: Waveform) -> None:
    assert not is_same(compared(write(one), write(other)))


def test_a_comparison_can_be_turned_round(write: Write) -> None:
    one, other = write(hit()), write(np.concatenate([hit(), 0.5 * hit(5)]) * 0.5)
    there, back = compared(one, other), compared(other, one).reversed()
    assert there.gain_db == pytest.approx(back.gain_db, abs=0.1)
    assert there.shared == pytest.approx(back.shared, abs=0.01)


def test_a_long_sound_is_compared_as_a_whole_at_a_lower_rate(write: Write) -> None:
    long = noise(70.0)
    one, other = long.copy(), long.copy()
    other[RATE_HZ * 20 :] = noise(50.0, seed=9)
    prepared = prepare(write(one, subtype="PCM_16"))
    assert prepared.rate_hz == 12_000
    assert not is_same(compare(prepared, prepare(write(other, subtype="PCM_16"))))


def test_nothing_is_compared_with_silence(write: Write) -> None:
    assert not is_same(compared(write(np.zeros(4800, np.float32)), write(hit())))
    assert not is_same(compared(write(hit()), write(np.full(4800, 1e-7, np.float32), subtype="FLOAT")))
