"""Playback on the backend that keeps time and makes no sound."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from db.errors import SoundError
from tests.tui.app.shelf import silent
from tests.tui.samples import FEATURES
from tui.app.player.clip import RATE_HZ, Clip, open_clip
from tui.app.player.mixer import Mixer, Voice
from tui.app.player.player import Loaded, Player, matched_gain


def tone(path: Path, seconds: float = 1.0, rate_hz: int = RATE_HZ, n_channels: int = 1) -> Path:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate_hz)) / rate_hz)
    sf.write(path, np.repeat(wave[:, None], n_channels, axis=1), rate_hz)
    return path


def wait_for(is_true: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def whole(path: Path) -> Clip:
    clip, blocks = open_clip(path)
    for _ in blocks:
        pass
    return clip


@pytest.fixture
def loaded() -> list[Loaded]:
    return []


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def player(loaded: list[Loaded], faults: list[str]) -> Iterator[Player]:
    player = Player(silent, loaded.append, lambda _, reason: faults.append(reason))
    yield player
    player.close()


@pytest.mark.parametrize(("rate_hz", "n_channels"), [(48_000, 1), (44_100, 2), (96_000, 3)])
def test_a_clip_is_stereo_at_the_rate_of_the_output(rate_hz: int, n_channels: int, tmp_path: Path) -> None:
    clip = whole(tone(tmp_path / "tone.wav", 0.5, rate_hz, n_channels))
    assert clip.duration_seconds == pytest.approx(0.5, abs=0.001)
    assert np.abs(clip.read(0, RATE_HZ)).max() == pytest.approx(0.5, abs=0.02)
    assert clip.peaks(8).min() > 0.45


def test_what_is_no_sound_says_so(tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"RIFF, but not really")
    os.mkfifo(tmp_path / "pipe.wav")
    for name in ("no.wav", "pipe.wav", "gone.wav"):
        with pytest.raises(SoundError):
            open_clip(tmp_path / name)


def test_a_voice_ends_at_its_end_and_a_loop_goes_round(tmp_path: Path) -> None:
    clip = whole(tone(tmp_path / "tone.wav", 0.1))
    mixer = Mixer()
    mixer.play(Voice(clip))
    mixer.render(RATE_HZ)
    assert mixer.voice is None
    mixer.is_looping = True
    voice = Voice(clip)
    mixer.play(voice)
    mixer.render(int(0.25 * RATE_HZ))
    assert mixer.voice is voice
    assert voice.position == pytest.approx(0.05 * RATE_HZ, abs=2)


def test_the_sound_before_fades_within_milliseconds(tmp_path: Path) -> None:
    clip = whole(tone(tmp_path / "tone.wav"))
    mixer = Mixer()
    mixer.play(Voice(clip))
    mixer.render(4800)
    mixer.play(None)
    tail = mixer.render(4800)
    assert np.abs(tail[:100]).max() > 0.1
    assert np.abs(np.diff(tail[:, 0])).max() < 0.05
    assert not tail[480:].any()


def test_the_mix_never_exceeds_full_scale(tmp_path: Path) -> None:
    mixer = Mixer()
    mixer.play(Voice(whole(tone(tmp_path / "tone.wav")), gain=10))
    assert np.abs(mixer.render(RATE_HZ // 2)).max() == 1


def test_playing_starts_moves_seeks_and_stops(player: Player, loaded: list[Loaded], tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.wav", 5)
    player.play(path)
    wait_for(lambda: player.now.is_playing and player.now.position_seconds > 0.1)
    assert player.start_seconds is not None
    assert player.now.path == path
    wait_for(lambda: loaded)
    assert loaded[0].duration_seconds == pytest.approx(5, abs=0.001)
    player.play(path, at_seconds=3)
    wait_for(lambda: player.now.position_seconds > 3)
    player.stop()
    assert not player.now.is_playing


def test_the_latest_of_many_is_the_one_heard(player: Player, tmp_path: Path) -> None:
    paths = [tone(tmp_path / f"{number}.wav", 2) for number in range(12)]
    for path in paths:
        player.play(path)
    wait_for(lambda: player.now.is_playing and player.now.path == paths[-1])


def test_loading_draws_without_playing(player: Player, loaded: list[Loaded], tmp_path: Path) -> None:
    player.load(tone(tmp_path / "tone.wav"))
    wait_for(lambda: loaded)
    assert not player.now.is_playing


def test_a_broken_file_is_told_and_the_next_one_plays(player: Player, faults: list[str], tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"")
    player.play(tmp_path / "no.wav")
    wait_for(lambda: faults)
    player.play(tone(tmp_path / "tone.wav"))
    wait_for(lambda: player.now.is_playing)


def test_sounds_are_matched_in_level_as_far_as_their_peaks_allow() -> None:
    gain_db = 20 * np.log10(matched_gain(FEATURES))  # -9.1 LUFS, peak -0.3 dBFS
    assert gain_db == pytest.approx(-6.9, abs=0.01)
