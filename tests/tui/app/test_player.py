"""Playback on the backend that keeps time and makes no sound."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from db.errors import SoundError
from indexer.audio.frame_reader import PcmReader
from tests.tui.app.shelf import silent
from tests.tui.samples import FEATURES
from tui.app.player.clip import RATE_HZ, Clip, Frames, open_clip
from tui.app.player.mixer import Mixer, Voice
from tui.app.player.output import DeviceOutput, Output, Render, open_output
from tui.app.player.player import Loaded, Player, matched_gain
from tui.app.player.spectrum import N_BANDS, N_COLUMNS, spectrum


def tone(path: Path, seconds: float = 1.0, rate_hz: int = RATE_HZ, n_channels: int = 1) -> Path:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate_hz)) / rate_hz)
    sf.write(path, np.repeat(wave[:, None], n_channels, axis=1), rate_hz)
    return path


def wait_for(is_true: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


class FakeOutput:
    """Asks for frames when a test does."""

    name = "fake"
    fault: str | None = None

    def listen(self, render: Render, heard: list[Frames]) -> Output:
        self.ask = lambda n_frames: heard.append(render(n_frames))
        return self

    def close(self) -> None:
        pass


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


@pytest.mark.parametrize(("rate_hz", "n_channels"), [(48_000, 1), (44_100, 2), (96_000, 4)])
def test_a_clip_is_stereo_at_the_rate_of_the_output(rate_hz: int, n_channels: int, tmp_path: Path) -> None:
    clip = whole(tone(tmp_path / "tone.wav", 0.5, rate_hz, n_channels))
    assert clip.duration_seconds == pytest.approx(0.5, abs=0.001)
    level = 1.0 if n_channels == 4 else 0.5
    assert np.abs(clip.read(0, RATE_HZ)).max() == pytest.approx(level, abs=0.02)
    assert clip.peaks(8).min() > 0.45


@pytest.mark.parametrize("n_claimed", [0, 4_800])
def test_a_sound_is_played_whole_whatever_its_header_tells(
    n_claimed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_pcm = PcmReader.__init__

    def open_claiming(self: PcmReader, *args: Any) -> None:
        open_pcm(self, *args)
        self.n_frames = n_claimed

    monkeypatch.setattr(PcmReader, "__init__", open_claiming)
    clip = whole(tone(tmp_path / "tone.wav", 2.5))
    assert clip.duration_seconds == 2.5
    assert np.abs(clip.frames[-RATE_HZ:]).max() == pytest.approx(0.5, abs=0.02)


def test_of_a_sound_of_no_known_length_the_beginning_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.app.player.clip._MAX_FRAMES", RATE_HZ)
    assert whole(tone(tmp_path / "tone.wav", 2.5)).duration_seconds == 1


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


def test_the_clock_of_a_silent_output_is_real_and_asks_for_every_frame(player: Player, tmp_path: Path) -> None:
    player.play(tone(tmp_path / "tone.wav", 5))
    wait_for(lambda: player.now.position_seconds > 0)
    began, first, rendered = time.monotonic(), player.now.position_seconds, player.mixer.n_rendered
    time.sleep(0.5)
    passed = time.monotonic() - began
    assert player.now.position_seconds - first == pytest.approx(passed, abs=0.15)
    assert (player.mixer.n_rendered - rendered) / RATE_HZ == pytest.approx(passed, abs=0.15)


@pytest.mark.parametrize("at_seconds", [0.0, 0.25, 1.5])
def test_the_first_frame_heard_is_the_one_that_was_asked_for(at_seconds: float, tmp_path: Path) -> None:
    ramp = np.linspace(0, 1, 2 * RATE_HZ, dtype=np.float32)
    sf.write(tmp_path / "ramp.wav", ramp, RATE_HZ, subtype="FLOAT")
    heard: list[Frames] = []
    output = FakeOutput()
    player = Player(lambda render: output.listen(render, heard))
    player.play(tmp_path / "ramp.wav", at_seconds=at_seconds)
    wait_for(lambda: player.mixer.voice is not None)
    output.ask(4800)
    player.close()
    after_fade = heard[0][480:, 0]
    first = int(at_seconds * RATE_HZ) + 480
    assert after_fade == pytest.approx(ramp[first : first + len(after_fade)], abs=1e-4)


def test_a_stopped_sound_is_silent_and_starts_again_from_its_start(player: Player, tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.wav", 5)
    player.play(path, at_seconds=2)
    wait_for(lambda: player.now.position_seconds > 2)
    player.stop()
    wait_for(lambda: not player.mixer.render(480).any())
    assert (player.now.is_playing, player.now.position_seconds) == (False, 0.0)
    player.play(path)
    wait_for(lambda: player.now.is_playing)
    assert player.now.position_seconds < 1


def test_a_sound_ends_by_itself_and_a_loop_does_not(player: Player, tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.wav", 0.2)
    player.play(path)
    wait_for(lambda: player.start_seconds is not None)
    wait_for(lambda: not player.now.is_playing)
    player.is_looping = True
    player.play(path)
    time.sleep(0.6)
    assert player.now.is_playing
    assert player.now.position_seconds <= 0.2


def test_the_volume_stays_between_silence_and_full(player: Player, tmp_path: Path) -> None:
    player.volume = 3
    assert player.volume == 1
    player.volume = -1
    assert player.volume == 0
    player.play(tone(tmp_path / "tone.wav", 5))
    wait_for(lambda: player.now.is_playing)
    assert not player.mixer.render(4800).any()


def test_another_output_takes_over(player: Player, tmp_path: Path) -> None:
    before = player.output
    player.reopen()
    assert player.output is not before
    player.play(tone(tmp_path / "tone.wav", 2))
    wait_for(lambda: player.now.position_seconds > 0.1)


def test_of_outputs_that_are_opened_at_once_one_is_left() -> None:
    opened: list[FakeOutput] = []
    closed: list[FakeOutput] = []

    class SlowOutput(FakeOutput):
        def close(self) -> None:
            closed.append(self)

    def open_slowly(_: Render) -> Output:
        time.sleep(0.02)
        opened.append(SlowOutput())
        return opened[-1]

    player = Player(open_slowly)
    threads = [Thread(target=call) for call in (lambda: player.output, player.reopen, player.reopen)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [output for output in opened if output not in closed] == [player.output]
    player.close()
    assert sorted(map(id, closed)) == sorted(map(id, opened))


def test_without_a_sound_card_the_clock_runs_and_says_why_nothing_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoCard(DeviceOutput):
        def __init__(self, render: Render, device: str | None = None, *, is_silent: bool = False) -> None:
            if not is_silent:
                raise OSError("no device")
            super().__init__(render, device, is_silent=is_silent)

    monkeypatch.setattr("tui.app.player.output.DeviceOutput", NoCard)
    n_asked: list[int] = []

    def render(n_frames: int) -> Frames:
        n_asked.append(n_frames)
        return np.zeros((n_frames, 2), np.float32)

    output = open_output(render, "unplugged since")
    try:
        wait_for(lambda: sum(n_asked) > 4800)
        assert output.fault == "no sound card"
    finally:
        output.close()


def test_a_spectrum_shows_what_sounds_when_and_brightness_rises_with_it() -> None:
    time = np.arange(RATE_HZ) / RATE_HZ
    low, high = np.sin(2 * np.pi * 80 * time), 0.1 * np.sin(2 * np.pi * 6000 * time)
    frames = np.repeat(np.concatenate([low, high]).astype(np.float32)[:, None], 2, axis=1)
    levels, brightness = spectrum(frames)
    assert levels.shape == (N_COLUMNS, N_BANDS)
    assert levels[N_COLUMNS // 4].argmax() < N_BANDS // 4 < 3 * N_BANDS // 4 < levels[3 * N_COLUMNS // 4].argmax()
    assert brightness[N_COLUMNS // 4] < 0.25
    assert brightness[3 * N_COLUMNS // 4] > 0.75
    assert 0.6 < levels[3 * N_COLUMNS // 4].max() < 0.72  # 20 dB below the loudest, of a range of 60
    assert not spectrum(frames[:0])[0].any()
