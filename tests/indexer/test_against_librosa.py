"""librosa is the reference: slower to import than a whole library is to search, so the workers do without it."""

from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile

from indexer.audio.waveform import SAMPLE_RATE_HZ
from indexer.ingest.observe import read_sound

# librosa's fallback readers import modules that Python 3.13 drops
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def clicks(n: int, seconds: float, rate_hz: int) -> np.ndarray:
    """Make a loop of ``n`` evenly spaced decaying noises."""
    rng = np.random.default_rng(0)
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    return 0.5 * rng.uniform(-1, 1, len(t)) * np.exp(-(t % (seconds / n)) / 0.03)


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000, 96_000])
def test_waveform_is_that_of_librosa(tmp_path: Path, rate_hz: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.stack([clicks(4, 1.0, rate_hz), clicks(3, 1.0, rate_hz)]).T, rate_hz)
    reference, _ = librosa.load(tmp_path / "a.wav", sr=SAMPLE_RATE_HZ, mono=True)
    waveform = read_sound(tmp_path / "a.wav").waveform
    n_common = min(len(waveform), len(reference))
    assert max(len(waveform), len(reference)) - n_common <= 1  # librosa rounds a part of a frame up
    assert np.abs(waveform[:n_common] - reference[:n_common]).max() < 1e-5
