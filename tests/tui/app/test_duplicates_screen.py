"""The screen of duplicates: heard, compared and decided."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from db.library import Library
from tests.tui.app.driving import SMALL, drive, until
from tests.tui.app.shelf import make_app
from tests.tui.samples import FEATURES
from tui.app.app import EarmarkApp
from tui.app.player.clip import UNCHANGED
from tui.app.player.player import Loaded, equal_gains
from tui.app.screens.duplicates import DuplicatesScreen
from tui.app.widgets.aligned import align


async def opened(app: EarmarkApp, pilot: Pilot[None]) -> DuplicatesScreen:
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and app.screen._samples)
    assert isinstance(app.screen, DuplicatesScreen)
    return app.screen


def listed(screen: DuplicatesScreen) -> list[list[str]]:
    return [[file.path.name for file in group.files] for group in screen._groups]


def said(screen: DuplicatesScreen, name: str) -> str:
    return str(screen.query_one(f"#{name}").render())


def test_groups_are_listed_and_compared_by_ear(copies: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot)
        assert listed(screen) == [["drum.wav", "late drum.wav", "quiet drum.wav"], ["clap.wav", "clap.wav"]]
        assert "2 groups: 3 files more than needed" in said(screen, "summary")
        assert said(screen, "letter-A").startswith("A drum.wav")
        assert said(screen, "letter-B").startswith("B late drum.wav   null test")
        app.player.is_looping = True
        await until(pilot, lambda: app.player.now.path and app.player.now.path.name == "late drum.wav")
        await pilot.press("B")
        await until(pilot, lambda: app.player.now.path and app.player.now.path.name == "drum.wav")
        await pilot.press("B")
        await until(pilot, lambda: app.player.now.path and app.player.now.path.name == "late drum.wav")
        await pilot.press("left")
        await until(pilot, lambda: not app.player.now.is_playing)
        await pilot.press("down")
        await until(pilot, lambda: said(screen, "letter-B").startswith("B quiet drum.wav"))

    drive(make_app(copies, state_file), script)


def test_what_is_decided_is_stored_shown_and_undone(copies: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: listed(screen)[0][0] == "quiet drum.wav")
        assert "you chose it" in said(screen, "letter-A") or screen._groups[0].reason == "you chose it"
        await pilot.press("n")
        await until(pilot, lambda: listed(screen) == [["clap.wav", "clap.wav"]])
        await until(pilot, lambda: len(copies.duplicate_decisions().apart) == 3)
        await pilot.press("z")
        await until(pilot, lambda: len(listed(screen)) == 2)
        assert copies.duplicate_decisions().apart == frozenset()

    drive(make_app(copies, state_file), script, SMALL)


def test_a_library_without_duplicates_says_so(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f7")
        await until(
            pilot, lambda: isinstance(app.screen, DuplicatesScreen) and "No dupl" in said(app.screen, "summary")
        )
        assert app.screen.query_one("#files", OptionList).option_count == 0
        await pilot.press("enter", "n", "z", "B", "space", "u", "f2")

    drive(make_app(library, state_file), script)


def test_two_sounds_stand_on_one_axis_where_both_begin_at_once() -> None:
    def loaded(seconds: float) -> Loaded:
        ones = np.ones(100, np.float32)
        return Loaded(Path("/x.wav"), UNCHANGED, ones, np.ones((50, 3), np.float32), ones, seconds)

    long, late = align(loaded(2.0), loaded(1.5), (0.0, 0.5))
    assert (long.loaded.duration_seconds, late.loaded.duration_seconds) == (2.5, 2.5)
    assert (long.start_seconds, late.start_seconds) == (0.5, 0.0)
    assert long.loaded.peaks.tolist() == [0.0] * 20 + [1.0] * 80
    assert late.loaded.peaks.tolist() == [1.0] * 60 + [0.0] * 40
    assert late.loaded.spectrum[:, 0].sum() == pytest.approx(30)
    assert long.share(0.0) == pytest.approx(0.2)
    assert late.position(long.share(0.25)) == pytest.approx(0.75)
    assert long.position(0.0) == 0.0


def test_two_sounds_are_played_equally_loud_even_where_one_cannot_be_raised() -> None:
    loud, quiet = replace(FEATURES, loudness_lufs=-8.0), replace(FEATURES, loudness_lufs=-50.0, peak_dbfs=-30.0)
    first, second = equal_gains(loud, quiet)
    assert -8.0 + 20 * np.log10(first) == pytest.approx(-50.0 + 20 * np.log10(second))
    assert second == pytest.approx(10 ** (12 / 20))
