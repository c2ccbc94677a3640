"""Correcting sounds where one listens to them: types, tempo and key, the same again, back and forth."""

from pathlib import Path
from threading import Event

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from db.library import Library
from db.types import Sample, Source
from tests.tui.app.driving import answer, browse, drive, search, status, to_list, until, write
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.modals.pick import Choice, PickModal, narrowed
from tui.app.widgets.facets import Facets


def sample(library: Library, sample_id: int) -> Sample:
    return library.samples([sample_id])[0]


def type_of(library: Library, sample_id: int) -> str:
    return next((tag.name for tag in sample(library, sample_id).tags if tag.facet == "type"), "")


async def picked(app: EarmarkApp, pilot: Pilot[None], key: str, letters: str) -> None:
    """Press a key that asks, type letters, take what is marked."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, PickModal) and app.screen.query(OptionList))
    await write(pilot, letters)
    await pilot.press("enter")
    await until(pilot, lambda: not app.screen.is_modal)


def test_letters_narrow_the_types_and_enter_takes_what_is_marked(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        sound = screen.sounds.current_id
        assert sound is not None
        await picked(app, pilot, "t", "ki")
        await until(pilot, lambda: type_of(library, sound) == "kick")
        assert "ki" not in {tag.name for tag in library.tag_table().tags}
        await picked(app, pilot, "t", "mine alone")
        await until(pilot, lambda: "mine alone" in {tag.name for tag in sample(library, sound).tags})

    drive(make_app(library, state_file), script)


def test_what_begins_with_the_letters_comes_before_what_has_them_inside() -> None:
    choices = [
        Choice(name, name, note) for name, note in (("open hi-hat", ""), ("hat", ""), ("chat", ""), ("x", "hat"))
    ]
    assert [choice.value for choice in narrowed(choices, "hat")] == ["hat", "open hi-hat", "chat", "x"]
    assert narrowed(choices, "  ") == choices
    assert narrowed(choices, "nothing") == []


def test_letters_that_nothing_matches_are_answered(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        asked = PickModal("Style", [Choice("trap", "trap")])
        await app.push_screen(asked)
        hint = asked.query_one(".hint", Static)
        before = str(hint.render())
        await write(pilot, "qq")
        await until(pilot, lambda: str(hint.render()).startswith("Nothing matches"))
        await pilot.press("enter")
        assert app.screen is asked
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: str(hint.render()) == before)

    drive(make_app(library, state_file), script)


def test_a_tag_is_removed_by_choosing_from_those_that_the_sound_has(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        sound = screen.sounds.current_id
        assert sound is not None
        await picked(app, pilot, "t", "dusty")
        await until(pilot, lambda: (row := screen.sounds.current_row) and "dusty" in {t.name for t in row.sample.tags})
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, PickModal) and app.screen._shown)
        assert isinstance(app.screen, PickModal)
        names = [choice.value for choice in app.screen._shown]
        assert "dusty" in names[: len(sample(library, sound).tags)]
        await write(pilot, "dus")
        await pilot.press("enter")
        await until(pilot, lambda: "dusty" not in {tag.name for tag in sample(library, sound).tags})

    drive(make_app(library, state_file), script)


def test_a_tempo_is_halved_doubled_typed_and_left_to_the_analysis_in_two_keys(
    library: Library, state_file: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await search(app, pilot, "bpm:>1")
        sound = screen.sounds.current_id
        assert sound is not None
        first = sample(library, sound).bpm
        assert first is not None
        assert first.number is not None

        def is_now(bpm: float) -> bool:
            reading = sample(library, sound).bpm
            return reading is not None and reading.number is not None and abs(reading.number - bpm) < 0.01

        for keys, expected in (("h", first.number / 2), ("d", first.number), ("a", first.number)):
            await pilot.press("m")
            await until(pilot, lambda: isinstance(app.screen, PickModal) and app.screen._shown)
            await pilot.press(keys)
            await until(pilot, lambda expected=expected: is_now(expected))
            await until(pilot, lambda: browse(app).sounds.current_id == sound)
        assert sample(library, sound).bpm == first
        await picked(app, pilot, "m", "93.5")
        await until(pilot, lambda: is_now(93.5))
        await pilot.press("z")
        await until(pilot, lambda: sample(library, sound).bpm == first)
        await pilot.press("Z")
        await until(pilot, lambda: is_now(93.5))

    drive(make_app(library, state_file), script)


def test_a_key_is_typed_and_undone(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        sound = screen.sounds.current_id
        assert sound is not None
        before = sample(library, sound).key
        await picked(app, pilot, "K", "f#m")
        await until(pilot, lambda: (key := sample(library, sound).key) and key.text == "F#m")
        key = sample(library, sound).key
        assert key is not None
        assert key.source == Source.USER
        await pilot.press("z")
        await until(pilot, lambda: sample(library, sound).key == before)

    drive(make_app(library, state_file), script)


def test_what_is_no_tempo_is_a_sentence_in_the_status_line(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await picked(app, pilot, "m", "fast")
        await until(pilot, lambda: "'fast' is not a tempo" in status(app) or "bpm: takes" in status(app))

    drive(make_app(library, state_file), script)


def test_the_same_again_goes_on_to_the_next_sound(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        ids = screen.sounds.ids[:4].tolist()
        await pilot.press("full_stop")
        await until(pilot, lambda: "Nothing to repeat yet" in status(app))
        await pilot.press("home")
        await picked(app, pilot, "t", "shaker")
        await pilot.press("down", "full_stop", "full_stop", "full_stop")
        await until(pilot, lambda: all(type_of(library, sound) == "shaker" for sound in ids))
        assert screen.sounds.cursor == 4

    drive(make_app(library, state_file), script)


def test_every_edit_goes_on_to_the_next_sound_where_that_is_switched_on(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        ids = screen.sounds.ids[:3].tolist()
        await pilot.press("A", "3", "4")
        await picked(app, pilot, "t", "kick")
        await until(pilot, lambda: type_of(library, ids[2]) == "kick")
        assert [library.annotations(ids)[key].stars for key in ids[:2]] == [3, 4]
        assert screen.sounds.cursor == 3
        assert app.state.has_advance

    drive(make_app(library, state_file), script)


def test_rows_in_sight_come_though_an_edit_overtakes_their_request(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        sounds, is_free = screen.sounds, Event()
        ids = sounds.ids[:10].tolist()
        screen._fetcher.submit(lambda _: is_free.wait(10) and None)
        sounds.show(sounds.ids, None, {})
        await until(pilot, lambda: sounds._rows._asked and screen._fetcher._waiting)
        screen.refresh_rows(ids[:1])
        await pilot.pause()
        is_free.set()
        await until(pilot, lambda: all(sounds.row(sample_id) for sample_id in ids), seconds=5)

    drive(make_app(library, state_file), script)


def test_an_edit_is_drawn_though_a_request_for_rows_overtakes_it(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        sounds, is_free = screen.sounds, Event()
        changed, other = sounds.ids[:2].tolist()
        await until(pilot, lambda: sounds.row(changed) and sounds.row(other))
        screen._fetcher.submit(lambda _: is_free.wait(10) and None)
        app.context.edits.rate([changed], 4)
        screen.refresh_rows([changed])
        await pilot.pause()
        screen.refresh_rows([other])
        await pilot.pause()
        is_free.set()
        await until(pilot, lambda: (row := sounds.row(changed)) and row.annotation.stars == 4, seconds=5)

    drive(make_app(library, state_file), script)


def test_likes_and_dislikes_are_undone_and_redone(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("s")
        await until(pilot, lambda: screen.examples.likes and len(app.context.edits._done) == 1)
        await until(pilot, lambda: screen.shown_generation == screen._generation)
        await pilot.press("down", "down", "d")
        await until(pilot, lambda: screen.examples.dislikes and len(app.context.edits._done) == 2)
        await pilot.press("z")
        await until(pilot, lambda: screen.examples.likes and not screen.examples.dislikes)
        await pilot.press("z")
        await until(pilot, lambda: not screen.examples.likes)
        await pilot.press("Z")
        await until(pilot, lambda: screen.examples.likes and not screen.examples.dislikes)

    drive(make_app(library, state_file), script)


def test_tags_and_collections_are_renamed_from_the_facets(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await picked(app, pilot, "t", "dusty")
        await pilot.press("f")
        facets = screen.query_one(Facets)
        await until(pilot, lambda: {"dusty", "Favourites"} <= {line.label for line in facets.lines})
        for old, new in (("dusty", "dirty"), ("Favourites", "Best")):
            facets.focus()
            facets.cursor = [line.label for line in facets.lines].index(old)
            await pilot.press("R")
            await until(pilot, lambda: app.screen.is_modal and isinstance(app.focused, Input))
            await pilot.press("ctrl+u")
            await answer(app, pilot, new)
            await until(pilot, lambda new=new: new in {line.label for line in facets.lines})
        assert [kept.name for kept in library.collections()] == ["Best"]
        await pilot.press("z", "z")
        await until(pilot, lambda: {"dusty", "Favourites"} <= {line.label for line in facets.lines})

    drive(make_app(library, state_file), script)
