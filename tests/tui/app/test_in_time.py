"""The project's tempo and key in the app: loops are heard, drawn and exported in them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from textual.pilot import Pilot

from db.library import Library
from indexer.ingest.pipeline import index
from tests.sounds import RATE_HZ, kick, loop, tone, write_sound
from tests.tui.app.driving import answer, answered, browse, drive, to_list, until, write
from tests.tui.app.shelf import ENCODER, make_app
from tui.app.app import EarmarkApp
from tui.app.player.clip import Change, Clip, open_clip
from tui.app.player.count_in import N_BEATS, count_in
from tui.app.player.mixer import Mixer, Voice
from tui.app.player.stretch import compute
from tui.app.player.stretch_process import StretchProcess
from tui.app.widgets.now_playing import NowPlaying
from tui.workspace.state.app_state import AppState, load_state, save_state


@pytest.fixture(autouse=True)
def _here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch in the process of the test: another one takes a while to start."""
    if "process" not in request.node.name:
        monkeypatch.setattr(StretchProcess, "start", lambda _: None)
        monkeypatch.setattr(StretchProcess, "compute", lambda _, frames, change: compute(frames, change))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Give a library of two loops and a tone."""
    sounds = tmp_path / "Packs"
    sounds.mkdir()
    write_sound(sounds / "a beat 120bpm loop.wav", loop(kick(), 120, 8))
    write_sound(sounds / "b beat 100bpm loop.wav", loop(kick(), 100, 8))
    write_sound(sounds / "c bell.wav", tone(880.0, 0.5))
    monkeypatch.setattr("indexer.ingest.decode_and_embed.os.cpu_count", lambda: 1)
    with Library.create(tmp_path / "library") as library:
        index(library, [sounds], ENCODER)
        yield library


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    save_state(tmp_path / "state.json", AppState(sort="name"))
    return tmp_path / "state.json"


def whole(path: Path, change: Change) -> tuple[Clip, list[int]]:
    clip, blocks = open_clip(path, change)
    return clip, [clip.n_ready for _ in blocks]


@pytest.mark.parametrize("change", [Change(1.25), Change(0.8, 3), Change(1.0, -5)])
def test_a_stretched_clip_has_its_strokes_where_the_tempo_puts_them(change: Change, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "loop.wav", loop(kick(), 120, 12))
    clip, ready = whole(path, change)
    n_beat = RATE_HZ / 2 / change.tempo_factor
    assert clip.n_ready == round(12 * RATE_HZ / 2 / change.tempo_factor)
    levels = np.abs(clip.frames).max(axis=1)
    for beat in range(1, 12):
        before, after = (levels[round(beat * n_beat + shift) :][: RATE_HZ // 100].max() for shift in (-1_500, 0))
        assert after > 4 * before
    first = next(n for n in ready if n)
    assert first < clip.n_ready / 4  # it can be heard long before all of it is there


def test_another_process_computes_the_same_and_its_death_is_no_matter() -> None:
    stretching, frames, change = StretchProcess(), np.repeat(tone(220.0, 0.5)[:, None], 2, axis=1), Change(0.9, 2)
    try:
        expected = compute(frames, change)
        for _ in range(2):
            assert np.array_equal(stretching.compute(frames, change), expected)
            stretching._child.kill()
            stretching._child.wait()
    finally:
        stretching.close()
    assert np.array_equal(stretching.compute(frames, change), expected)  # here


def test_parts_of_a_stretched_tone_meet_without_a_gap(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "tone.wav", tone(220.0, 10.0))
    clip, _ = whole(path, Change(0.9))
    inner = clip.frames[RATE_HZ // 4 : -RATE_HZ // 4, 0]
    levels = np.sqrt(np.square(inner[: len(inner) // 480 * 480].reshape(-1, 480)).mean(axis=1))
    assert levels.min() > 0.5 * levels.max()
    assert np.abs(np.diff(inner)).max() < 0.03  # a click would be larger; the tone itself has 0.014


def test_a_count_in_is_heard_before_the_sound(tmp_path: Path) -> None:
    clip, _ = whole(write_sound(tmp_path / "tone.wav", tone(220.0, 1.0)), Change())
    lead = count_in(120.0)
    assert len(lead) == N_BEATS * RATE_HZ // 2
    mixer = Mixer()
    mixer.play(Voice(clip, -len(lead), gain=0.5, lead=lead))
    heard = mixer.render(len(lead) + RATE_HZ // 2)
    clicks = [np.abs(heard[beat * RATE_HZ // 2 :][:1_440]).max() for beat in range(N_BEATS)]
    assert min(clicks) > 0.2
    assert np.abs(heard[RATE_HZ // 4 : RATE_HZ // 2]).max() < 1e-3
    assert np.abs(heard[len(lead) :]).max() == pytest.approx(0.25, abs=0.01)


def test_a_region_is_played_round_and_round(tmp_path: Path) -> None:
    clip, _ = whole(write_sound(tmp_path / "rise.wav", np.linspace(0, 1, RATE_HZ, dtype=np.float32)), Change())
    mixer = Mixer()
    mixer.play(Voice(clip, 24_000, first=24_000, last=28_800, loops=True))
    heard = mixer.render(RATE_HZ)[480:]
    assert heard.min() > 0.49
    assert heard.max() < 0.61
    assert mixer.voice is not None


def test_loops_are_heard_at_the_tempo_that_is_set_once(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await until(pilot, lambda: screen._loaded)
        assert screen._loaded.duration_seconds == pytest.approx(4.0, abs=0.01)
        await pilot.press("p")
        await answer(app, pilot, "160")
        await until(pilot, lambda: screen._loaded and screen._loaded.change.tempo_factor > 1)
        assert screen._loaded.duration_seconds == pytest.approx(3.0, abs=0.01)
        line = screen.query_one(NowPlaying)
        await until(pilot, lambda: "120 to 160 bpm" in str(line.query_one("#heard").render()))
        assert "160 bpm" in str(line.query_one("#project").render())
        await pilot.press("down")  # stretched ahead
        await until(pilot, lambda: screen._loaded and "b beat" in screen._loaded.path.name)
        assert screen._loaded.duration_seconds == pytest.approx(4.8 * 100 / 80, abs=0.01)  # half the tempo is nearer
        await pilot.press("u")
        await until(pilot, lambda: screen._loaded and screen._loaded.duration_seconds < 5)
        assert screen._loaded.duration_seconds == pytest.approx(4.8, abs=0.01)
        await pilot.press("u", "C")

    drive(make_app(library, state_file), script)
    state = load_state(state_file)
    assert (state.project_bpm, state.has_original, state.has_count_in) == (160, False, True)


def test_it_is_typed_into_the_query_line_too(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: browse(app).sounds.current_row)
        await write(pilot, "bpm 128")
        await pilot.press("enter")
        await answered(app, pilot, "")
        assert app.state.project_bpm == 128
        await write(pilot, "key Am")
        await pilot.press("enter")
        await answered(app, pilot, "")
        assert app.state.project_key == "Am"
        assert "128 bpm Am" in str(browse(app).status.render())

    drive(make_app(library, state_file), script)


def test_what_is_no_tempo_is_said(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("u")
        assert "p sets them" in str(screen.status.render())
        await pilot.press("p")
        await answer(app, pilot, "quick")
        assert "is neither a tempo nor a key" in str(screen.status.render())

    drive(make_app(library, state_file), script)


def test_an_export_offers_the_same_tempo(library: Library, state_file: Path, tmp_path: Path) -> None:
    save_state(state_file, AppState(sort="name", has_autoplay=False, project_bpm=160.0))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("e")
        await until(pilot, lambda: app.screen.is_modal and app.focused)
        await pilot.press("enter")  # the first of the list
        await until(pilot, lambda: "Export 1 sound to" in str(app.screen.query_one(".title").render()))
        app.focused.value = str(tmp_path / "out")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query("#plan"))
        await pilot.press("enter")
        await until(pilot, lambda: "exported to" in str(screen.status.render()))

    drive(make_app(library, state_file), script)
    (written,) = (tmp_path / "out").glob("*.wav")
    assert sf.info(written).duration == pytest.approx(3.0, abs=0.001)
