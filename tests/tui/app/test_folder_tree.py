"""The tree of folders, packs among the facets, hidden sounds, and what was heard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from db.library import Library
from db.query.parser import parse_query
from db.types import Root
from tests.db.factories import observed, record
from tests.tui.app.driving import answer, browse, drive, search, to_list, until, write
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.widgets.facets import Facets
from tui.app.widgets.folder_panel import FolderPanel
from tui.workspace.annotations.heard_sounds import HeardSounds
from tui.workspace.listing.facet_lines import OtherCounts, facet_lines
from tui.workspace.listing.folder_tree import FolderTree, count_folders
from tui.workspace.query.query_line import choose_folder

PLACES = ("Vendor/Dusty Breaks/Drums/a.wav", "Vendor/Dusty Breaks/Loops/b.wav", "Vendor/Warm Keys/Loops/c.wav", "d.wav")


@pytest.fixture
def packs(tmp_path: Path) -> Iterator[tuple[Library, Root]]:
    with Library.create(tmp_path / "packs") as library:
        (tmp_path / "Samples").mkdir()
        (tmp_path / "Samples" / "d.wav").touch()  # an empty folder would be an offline drive
        with library.writer() as writer:
            root = writer.add_root(tmp_path / "Samples")
        record(library, root, *map(observed, PLACES))
        yield library, root


def labels(tree: FolderTree, *is_open: str) -> list[str]:
    return [
        f"{'  ' * line.depth}{line.label} {line.n_samples}" for line in tree.lines({(1, one) for one in is_open}, ())
    ]


def test_only_what_is_open_is_listed_and_each_folder_counts_what_is_below(packs: tuple[Library, Root]) -> None:
    library, _ = packs
    tree = count_folders(library, library.folder_table(), ())
    assert labels(tree) == ["▸ Samples 4"]
    assert labels(tree, "", "Vendor") == [
        "▾ Samples 4",
        "  ▾ Vendor 3",
        "    ▸ Dusty Breaks 2",
        "    ▸ Warm Keys 1",
    ]


def test_the_filter_of_a_folder_finds_just_what_is_below_it(packs: tuple[Library, Root]) -> None:
    library, root = packs
    record(library, root, observed("Samples/Vendor/Dusty Breaks/Drums/e.wav"), observed("Vendor 2/Loops/f.wav"))
    table = library.folder_table()
    tree = count_folders(library, table, ())
    opened = {(root.id, folder) for folder in ("", "Vendor", "Vendor/Dusty Breaks", "Samples", "Samples/Vendor")}
    lines = tree.lines(opened, ())
    assert len(lines) == 10
    for line in lines:
        ids = library.filter_ids(parse_query(line.filter).filters)
        assert ids is not None
        assert len(ids) == line.n_samples, line.filter


def test_roots_of_one_name_are_told_apart(packs: tuple[Library, Root], tmp_path: Path) -> None:
    library, _ = packs
    (tmp_path / "SSD" / "Samples").mkdir(parents=True)
    with library.writer() as writer:
        writer.add_root(tmp_path / "SSD" / "Samples")
    tree = count_folders(library, library.folder_table(), ())
    assert [line.label.strip() for line in tree.lines((), ())] == [f"▸ {tmp_path.name}/Samples", "SSD/Samples"]


def test_one_folder_takes_the_place_of_another() -> None:
    assert choose_folder("dusty", "in:/Samples/Drums/") == "dusty in:/Samples/Drums/ "
    assert choose_folder('dusty in:"/My Samples/Old Drums/" ', "in:/Samples/Bass/") == "dusty in:/Samples/Bass/ "
    assert choose_folder("dusty in:/Samples/Bass/ ", "in:/Samples/Bass/") == "dusty "
    assert choose_folder("in:Vengeance", "in:/Samples/") == "in:Vengeance in:/Samples/ "


def test_the_largest_packs_are_listed_and_the_chosen_one(packs: tuple[Library, Root]) -> None:
    library, _ = packs
    table = library.tag_table()
    others = OtherCounts({f"Pack {n:02}": 100 - n for n in range(30)}, {"heard:day": 3, "added:week": 0}, 2)
    lines = facet_lines(table, table.count(), 0, [], 'pack:"Pack 25" heard:day', others)
    shown = [(line.label, line.n_samples, line.filter, line.is_on) for line in lines]
    assert shown[0] == ("packs", 0, "", False)
    assert shown[1] == ("Pack 00", 100, 'pack:"Pack 00"', False)
    assert shown[11] == ("Pack 25", 75, 'pack:"Pack 25"', True)
    assert shown[12][0] == "all 30 packs…"
    assert shown[13:] == [
        ("lately", 0, "", False),
        ("heard today", 3, "heard:day", True),
        ("hidden", 2, "hidden:yes", False),
    ]


def test_folders_are_opened_chosen_and_left_by_keys(packs: tuple[Library, Root], state_file: Path) -> None:
    library, _ = packs

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        everything = len(screen.sounds.ids)
        panel = screen.query_one(FolderPanel)
        await pilot.press("F")
        await until(pilot, lambda: panel.has_focus and len(panel.lines) > 1)
        assert not screen.query_one(Facets).display
        await pilot.press("down", "enter")
        await until(pilot, lambda: 0 < len(screen.sounds.ids) < everything)
        line = panel.lines[1]
        assert len(screen.sounds.ids) == line.n_samples
        assert app.state.query.strip() == line.filter
        assert panel.current is not None
        await until(pilot, lambda: panel.current and panel.current.is_on)
        await pilot.press("enter")
        await until(pilot, lambda: len(screen.sounds.ids) == everything)
        await pilot.press("left", "left")
        await until(pilot, lambda: len(panel.lines) == 1 and panel.cursor == 0)
        await pilot.press("right", "F")
        assert screen.sounds.has_focus
        assert not panel.display
        await pilot.press("g")
        await until(pilot, lambda: screen.query_one(Facets).has_focus)

    drive(make_app(library, state_file), script)


def test_a_click_on_the_triangle_opens_and_a_click_on_the_name_filters(
    packs: tuple[Library, Root], state_file: Path
) -> None:
    library, _ = packs

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        panel = screen.query_one(FolderPanel)
        await pilot.press("F")
        await until(pilot, lambda: panel.has_focus and len(panel.lines) > 1)
        await pilot.click("#tree", offset=(4, 0))
        await until(pilot, lambda: len(panel.lines) == 1)
        await pilot.click("#tree", offset=(9, 0))
        await until(pilot, lambda: app.state.query.startswith("in:"))

    drive(make_app(library, state_file), script)


def test_a_pack_is_picked_from_all_of_them(packs: tuple[Library, Root], state_file: Path) -> None:
    library, _ = packs

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        screen.ask_pack()
        await answer(app, pilot, "warm")
        await until(pilot, lambda: app.state.query.strip() == 'pack:"Warm Keys"')
        await until(pilot, lambda: len(screen.sounds.ids) == 1)

    drive(make_app(library, state_file), script)


def test_hidden_sounds_leave_the_list_and_come_back(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        before = screen.sounds.ids.tolist()
        assert app.context.facts == f"{len(before)} sounds"
        await pilot.press("H")
        await until(pilot, lambda: screen.sounds.ids.tolist() == before[1:])
        await until(pilot, lambda: app.context.facts == f"{len(before) - 1} sounds")
        assert screen.sounds.cursor == 0
        await until(pilot, lambda: any(line.filter == "hidden:yes" for line in screen.query_one(Facets).lines))
        await pilot.press("z")
        await until(pilot, lambda: screen.sounds.ids.tolist() == before)
        await until(pilot, lambda: app.context.facts == f"{len(before)} sounds")
        await pilot.press("Z")
        await until(pilot, lambda: screen.sounds.ids.tolist() == before[1:])
        await search(app, pilot, "hidden:yes")
        assert screen.sounds.ids.tolist() == before[:1]
        screen.sounds.focus()
        await pilot.press("H")
        await until(pilot, lambda: library.annotations(before[:1]) == {})

    drive(make_app(library, state_file), script)


def test_what_was_played_long_enough_is_heard(packs: tuple[Library, Root]) -> None:
    library, _ = packs
    now = 0.0
    sounds = HeardSounds(library, lambda: now)
    sounds.began(1, 2.0)
    now += 0.1  # passed by
    sounds.began(2, 0.05)
    now += 0.1  # to its end
    sounds.began(3, 2.0)
    now += 5
    sounds.ended()
    sounds.ended()
    assert sounds.has_any
    sounds.store()
    assert set(library.hearings([1, 2, 3, 4])) == {2, 3}
    assert not sounds.has_any


def test_what_was_heard_waits_for_another_process(packs: tuple[Library, Root]) -> None:
    library, _ = packs
    now = 0.0
    sounds = HeardSounds(library, lambda: now)
    sounds.began(1, 2.0)
    now += 5
    sounds.ended()
    with Library.open(library.folder) as other, other.writer():
        sounds.store()
        assert sounds.has_any
    sounds.store()
    assert set(library.hearings([1])) == {1}


def test_a_sound_that_is_listened_to_is_noted(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        current = screen.sounds.current_id
        assert current is not None
        app.context.heard._clock = iter(range(100)).__next__  # a second passes between two looks
        await pilot.press("right", "left")
        await pilot.pause()
        app._keep_heard()
        await until(pilot, lambda: library.hearings([current]))
        assert browse(app).sounds.current_id == current
        await write(pilot, "")

    drive(make_app(library, state_file), script)
