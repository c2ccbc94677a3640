import numpy as np
import pytest

from db.keys import PITCH_CLASSES
from indexer.audio.waveform import Waveform
from indexer.features.pitch_and_key import estimate_key
from tests.sounds import RATE_HZ, decaying, noise


def note(midi: int, seconds: float = 1.0) -> Waveform:
    """Make a tone of eight harmonics."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    frequency_hz = 440 * 2 ** ((midi - 69) / 12)
    partials = [np.sin(2 * np.pi * frequency_hz * n * times + n) / n**1.2 for n in range(1, 9)]
    return (0.1 * np.sum(partials, axis=0) * np.exp(-times)).astype(np.float32)


def key(waveform: Waveform) -> str | None:
    reading = estimate_key(waveform, RATE_HZ)
    return None if reading is None else reading.text


@pytest.mark.parametrize("midi", range(36, 84, 5))
def test_a_note_has_its_root(midi: int) -> None:
    assert key(note(midi)) == PITCH_CLASSES[midi % 12]


@pytest.mark.parametrize("root", range(48, 60))
@pytest.mark.parametrize(("third", "mode"), [(4, ""), (3, "m")])
def test_a_chord_has_its_key(root: int, third: int, mode: str) -> None:
    assert key(note(root) + note(root + third) + note(root + 7)) == PITCH_CLASSES[root % 12] + mode


@pytest.mark.parametrize(
    "waveform",
    [noise(1.0), decaying(noise(0.5), 0.1), note(60, 0.1), np.zeros(RATE_HZ, np.float32)],
    ids=["noise", "burst", "too short", "silence"],
)
def test_what_holds_no_pitch_has_no_key(waveform: Waveform) -> None:
    assert key(waveform) is None


def test_level_does_not_matter() -> None:
    assert estimate_key(note(57), RATE_HZ) == estimate_key((note(57) * 0.001).astype(np.float32), RATE_HZ)
