"""Regions of the waveform, and slices, in the app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile as sf
from textual.events import MouseDown, MouseMove, MouseUp
from textual.pilot import Pilot
from textual.widgets._footer import FooterKey

from db.library import Library
from db.types import Sample
from indexer.ingest.pipeline import index
from indexer.slicing.cuts import Cuts, find_cuts
from tests.sounds import RATE_HZ, kick, loop, write_sound
from tests.tui.app.driving import SMALL, browse, drive, to_list, until
from tests.tui.app.shelf import ENCODER, make_app
from tui.app.app import EarmarkApp
from tui.app.keys import Keys
from tui.app.player.player import Span
from tui.app.screens.browse import BrowseScreen
from tui.workspace.state.app_state import AppState, save_state

BEATS = tuple(beat / 2 for beat in range(8))


class Slicing:
    """Finds the beats of the loop without a process and without librosa."""

    def find_onsets(self, *_: object) -> tuple[float, ...]:
        return BEATS

    def find_cuts(self, sample: Sample, path: Path, by: str) -> Cuts:
        return find_cuts(sample, path, by)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _slicing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BrowseScreen, "slicing", Slicing())


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Give a library of one loop of four seconds."""
    sounds = tmp_path / "Packs"
    sounds.mkdir()
    write_sound(sounds / "beat 120bpm loop.wav", loop(kick(), 120, 8), subtype="PCM_24")
    write_sound(sounds / "beat two.wav", loop(kick(), 100, 2))
    monkeypatch.setattr("indexer.ingest.decode_and_embed.os.cpu_count", lambda: 1)
    with Library.create(tmp_path / "library") as library:
        index(library, [sounds], ENCODER)
        yield library


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    save_state(tmp_path / "state.json", AppState(sort="name", has_autoplay=False))
    return tmp_path / "state.json"


async def begin(app: EarmarkApp, pilot: Pilot[None]) -> BrowseScreen:
    screen = await to_list(app, pilot)
    await until(pilot, lambda: screen._loaded)
    await pilot.press("M")
    await until(pilot, lambda: screen.waveform.region_marked and screen.waveform.region_marked.onsets)
    return screen


async def write_to(app: EarmarkApp, pilot: Pilot[None], target: Path, title: str) -> None:
    """Answer where to, accept the plan, and wait until it is written."""
    await until(pilot, lambda: app.screen.is_modal and title in str(app.screen.query_one(".title").render()))
    app.focused.value = str(target)
    await pilot.press("enter")
    await until(pilot, lambda: app.screen.query("#plan"))
    await pilot.press("enter")
    await until(pilot, lambda: not app.screen.is_modal and "exported to" in str(browse(app).status.render()))


def test_a_region_is_marked_from_onset_to_onset_and_exported(
    library: Library, state_file: Path, tmp_path: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await begin(app, pilot)
        await pilot.press("shift+right", "tab", *["shift+left"] * 4)
        marked = screen.waveform.region_marked
        assert (marked.start, marked.end) == (0.5, 2.0)
        assert "0.500 to 2.000 s" in str(screen.status.render())
        await pilot.press("e")
        await write_to(app, pilot, tmp_path / "out" / "my part.wav", "Export the region to")
        await pilot.press("escape")
        assert screen.waveform.region_marked is None
        assert app.focused is screen.sounds

    drive(make_app(library, state_file), script)
    info = sf.info(tmp_path / "out" / "my part.wav")
    assert info.frames == pytest.approx(1.5 * RATE_HZ, abs=200)
    assert info.subtype == "PCM_24"


def test_the_keys_of_a_region_and_help_fit_into_80_columns(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await begin(app, pilot)
        await until(pilot, lambda: "Leave" in {key.description for key in screen.query(FooterKey)})
        keys = list(screen.query(FooterKey))
        assert [key.description for key in keys] == ["Move", "Onset", "Other edge", "Play", "Export", "Leave", "Help"]
        assert max(key.region.right for key in keys) <= SMALL[0]

    drive(make_app(library, state_file), script, SMALL)


def test_the_keys_for_onsets_wait_until_there_are_some(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Slicing, "find_onsets", lambda *_: ())

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await until(pilot, lambda: screen._loaded)
        await pilot.press("M", "shift+right", "right")
        assert 0 < screen.waveform.region_marked.start < 0.1

    drive(make_app(library, state_file), script)


def test_a_region_is_heard_in_a_loop_and_follows_its_edges(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot)
        await pilot.press("shift+right", "space")
        await until(pilot, lambda: app.player.now.is_playing)
        voice = app.player.mixer.voice
        assert voice.loops
        assert voice.first == pytest.approx(RATE_HZ / 2, abs=100)
        await pilot.press("right", "tab", "left")
        assert voice.first > RATE_HZ / 2 + 100
        assert voice.last < 4 * RATE_HZ - 100
        await pilot.press("space")
        await until(pilot, lambda: not app.player.now.is_playing)

    drive(make_app(library, state_file), script)


def test_the_keys_of_vim_move_the_edges(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await begin(app, pilot)
        await pilot.press("L", "l", "k")
        assert 0.5 < screen.waveform.region_marked.start < 0.6
        assert screen.waveform.seen_share == 0.5

    drive(make_app(library, state_file, Keys("vim")), script)


def test_the_mouse_marks_too_and_zoom_goes_to_the_edge(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await begin(app, pilot)
        wave = screen.waveform
        width = wave.size.width
        mouse = {"y": 1, "delta_x": 0, "delta_y": 0, "button": 1, "shift": False, "meta": False, "ctrl": False}
        for event, x in ((MouseDown, width // 8), (MouseMove, width // 2), (MouseUp, width // 2)):
            wave.post_message(event(wave, x, **mouse))
        await until(pilot, lambda: wave.region_marked.end < 4)
        assert (wave.region_marked.start, wave.region_marked.end) == (0.5, 2.0)  # onsets near them
        await pilot.press("up", "up")
        assert wave.seen_share == 0.25
        assert 0 <= wave.column_at(0.5) < width

    drive(make_app(library, state_file), script)


def test_another_sound_ends_it(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await begin(app, pilot)
        screen.sounds.action_move(1)
        await until(pilot, lambda: screen.waveform.region_marked is None and screen._loaded)
        await pilot.press("M")
        await until(pilot, lambda: screen.waveform.region_marked)
        await pilot.press("M")
        assert screen.waveform.region_marked is None

    drive(make_app(library, state_file), script)


def test_a_loop_is_sliced_into_a_kit(library: Library, state_file: Path, tmp_path: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await pilot.press("S")
        await until(pilot, lambda: app.screen.is_modal and "by" in str(app.screen.query_one(".title").render()))
        await pilot.press("b", "enter")
        await until(pilot, lambda: "into" in str(app.screen.query_one(".title").render()))
        await pilot.press("s", "f", "z", "enter")
        await write_to(app, pilot, tmp_path / "Beat", "Slice beat 120bpm loop.wav to")

    drive(make_app(library, state_file), script)
    names = sorted(path.name for path in (tmp_path / "Beat").iterdir())
    assert len([name for name in names if name.endswith(".wav")]) == 8
    assert {"Beat.sfz", "beat 120bpm loop.mid"} < set(names)


def test_what_cannot_be_sliced_is_said(library: Library, state_file: Path, tmp_path: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("S")
        await until(pilot, lambda: app.screen.is_modal and app.focused)
        await pilot.press("1", "0", "0", "enter")
        await until(pilot, lambda: "into" in str(app.screen.query_one(".title").render()))
        await pilot.press("enter")
        await until(pilot, lambda: "to" in str(app.screen.query_one(".title").render()) and app.focused)
        await pilot.press("enter")
        await until(pilot, lambda: any("number of equal parts" in toast.message for toast in app._notifications))
        assert not screen.is_modal

    drive(make_app(library, state_file), script)


def test_a_place_goes_to_the_zero_crossing_before_it(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await begin(app, pilot)
        moved = app.player.on_zero_crossing(0.613)
        assert 0.61 < moved <= 0.613
        frames = app.player._clip.frames
        assert frames[int(moved * RATE_HZ), 0] * frames[int(moved * RATE_HZ) - 1, 0] <= 0
        assert screen._span(screen.waveform.region_marked) == Span(0.0, pytest.approx(4.0, abs=0.01))

    drive(make_app(library, state_file), script)
