"""What is written: rate, depth, channels, length and level."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from indexer.export.audio_shape import AudioShape, differences, read_shape, target_shape
from indexer.export.convert import AS_IT_SOUNDS, Processing, convert
from indexer.export.profile import AS_IT_IS, BUILT_IN, Profile, read_profile
from indexer.export.source_reader import SourceReader

RATE_HZ = 44_100


def tone(seconds: float = 0.2, level: float = 0.5, n_channels: int = 1) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)
    return np.repeat(wave[:, None], n_channels, axis=1).astype(np.float32)


def source(path: Path, frames: np.ndarray, subtype: str = "PCM_24") -> Path:
    sf.write(path, frames, RATE_HZ, subtype)
    return path


def converted(path: Path, bits: int = 16, **options: Any) -> tuple[np.ndarray, int]:
    target = path.with_name("out.wav")
    with SourceReader() as reader:
        convert(reader, path, target, AudioShape("wav", RATE_HZ, bits, 1, 1.0), Processing(**options))
    frames, rate_hz = sf.read(target, dtype="float32", always_2d=True)
    return frames, rate_hz


@pytest.mark.parametrize("name", sorted(path.stem for path in BUILT_IN.glob("*.toml") if path.stem != "copy"))
def test_every_profile_writes_what_it_says(name: str, tmp_path: Path) -> None:
    profile = read_profile(name, tmp_path)
    path = source(tmp_path / "in.wav", tone(n_channels=2))
    before = read_shape(path)
    after = target_shape(before, profile)
    with SourceReader() as reader:
        convert(reader, path, tmp_path / "out", after, AS_IT_SOUNDS)
    info = sf.info(tmp_path / "out")
    assert (info.format, info.samplerate) == ("AIFF" if profile.format == "aiff" else "WAV", after.rate_hz)
    assert info.channels == min(2, profile.max_channels or 2)
    assert info.subtype == {16: "PCM_16", 24: "PCM_24"}[after.bits or 0]
    assert info.frames == pytest.approx(before.seconds * after.rate_hz, abs=1)
    assert read_shape(tmp_path / "out").bits == after.bits


def test_a_plain_wave_file_has_no_other_chunks(tmp_path: Path) -> None:
    path = source(tmp_path / "in.wav", tone())
    converted(path)
    content = (tmp_path / "out.wav").read_bytes()
    assert content[12:16] == b"fmt "
    assert content[36:40] == b"data"


def test_sixteen_bits_are_dithered_unless_they_were_sixteen(tmp_path: Path) -> None:
    quiet = tone(level=0.4 * 2**-15)  # less than half a step: without dither nothing would be left
    assert np.abs(converted(source(tmp_path / "a.wav", quiet))[0]).max() > 0
    (tmp_path / "out.wav").unlink()
    sixteen = np.round(tone() * 2**15) / 2**15
    assert np.array_equal(converted(source(tmp_path / "b.wav", sixteen, "PCM_16"))[0], sixteen.astype(np.float32))


def test_mono_of_opposite_channels_is_one_of_them(tmp_path: Path) -> None:
    frames = tone(n_channels=2) * np.array([1, -1], np.float32)
    mono, _ = converted(source(tmp_path / "a.wav", frames), bits=24)
    assert np.abs(mono).max() == pytest.approx(0.5, abs=0.01)


def test_silence_before_the_sound_goes_and_its_attack_stays(tmp_path: Path) -> None:
    frames = np.concatenate([np.zeros((4410, 1), np.float32), tone()])
    trimmed, _ = converted(source(tmp_path / "a.wav", frames), trims=True)
    assert len(trimmed) == pytest.approx(len(tone()) + 44, abs=3)


def test_what_is_too_long_is_cut_with_a_fade(tmp_path: Path) -> None:
    frames, _ = converted(source(tmp_path / "a.wav", tone(1.0)), max_seconds=0.5, bits=24)
    assert len(frames) == 22_050
    assert np.abs(frames[-20:]).max() < 0.05
    assert np.abs(frames[-900:-500]).max() > 0.45


@pytest.mark.parametrize(
    ("level", "normalize", "peak"), [(0.1, "peak", 0.966), (0.1, None, 0.1), (3.0, None, 0.966), (0.9, "lufs", 0.305)]
)
def test_levels(level: float, normalize: str | None, peak: float, tmp_path: Path) -> None:
    frames, _ = converted(source(tmp_path / "a.wav", tone(1.0, level), "FLOAT"), normalize=normalize)
    assert np.abs(frames).max() == pytest.approx(peak, rel=0.03)


def test_what_is_loud_stays_loud_in_floating_point(tmp_path: Path) -> None:
    frames, _ = converted(source(tmp_path / "a.wav", tone(level=3.0), "FLOAT"), bits=32)
    assert np.abs(frames).max() == pytest.approx(3, rel=0.01)


def test_a_loop_is_stretched_to_the_frame_and_transposed(tmp_path: Path) -> None:
    frames, _ = converted(source(tmp_path / "a.wav", tone(1.0)), tempo_factor=1.25, semitones=3)
    assert len(frames) == 35_280
    spectrum = np.abs(np.fft.rfft(frames[:, 0]))
    assert spectrum.argmax() * RATE_HZ / len(frames) == pytest.approx(440 * 2**0.25, rel=0.01)


def test_differences_are_said_in_few_words() -> None:
    before = AudioShape("flac", 96_000, 24, 2, 30.0)
    profile = Profile(name="x", title="X", format="wav", rate_hz=44_100, bits=16, max_channels=1, max_seconds=12)
    said = differences(before, target_shape(before, profile))
    assert said == ["flac to wav", "44.1 kHz", "16 bit with dither", "mono", "cut at 12 s"]
    assert differences(before, target_shape(before, AS_IT_IS)) == []
