from pathlib import Path

import numpy as np
import pytest
import soundfile

from training.recordings import sounds


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """Write a low and a high hit at 44.1 kHz."""
    time = np.arange(22_050) / 44_100
    for name, hz in (("kick-01", 60), ("hihat-open-01", 9000)):
        soundfile.write(tmp_path / f"{name}.flac", np.sin(2 * np.pi * hz * time) * np.exp(-9 * time), 44_100)
    return tmp_path


def test_recordings_are_what_their_names_say(kit: Path) -> None:
    made = list(sounds(kit, 40, seed=1))
    assert {sound.kind for sound in made} == {"kick drum", "open hi-hat"}
    for sound in made:
        spectrum = np.abs(np.fft.rfft(sound.waveform))
        hz = spectrum.argmax() * 48_000 / len(sound.waveform)
        assert (hz < 200) == (sound.kind == "kick drum")


def test_every_variation_is_a_sound_of_its_own(kit: Path) -> None:
    made = [sound.waveform for sound in sounds(kit, 40, seed=1)]
    assert len({waveform.tobytes() for waveform in made}) == 40
    for waveform in made:
        assert np.isfinite(waveform).all()
        assert np.abs(waveform).max() == pytest.approx(1.0, abs=1e-5)
        assert 0.02 <= len(waveform) / 48_000 <= 2


def test_the_same_seed_makes_the_same_sounds(kit: Path) -> None:
    first, second = (list(sounds(kit, 5, seed=3)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.waveform, other.waveform)


def test_a_folder_names_what_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "acoustic-guitar").mkdir()
    note = np.sin(np.arange(22_050) * 0.05) * np.linspace(1, 0, 22_050)
    soundfile.write(tmp_path / "acoustic-guitar" / "C3.wav", np.stack([note, note], 1), 44_100)
    assert {(sound.kind, sound.family) for sound in sounds(tmp_path, 5, seed=1)} == {("guitar", "melodic")}
