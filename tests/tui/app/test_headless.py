"""The parts of the app that know nothing of Textual."""

import itertools
from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from db.errors import UsageError
from db.query.parser import parse_query
from db.read.facets import TagTable
from db.types import Collection, Source, TagKey, TagName
from db.write.records import TagEdit
from indexer.search.request import SearchRequest
from tests.tui.app.shelf import Shelf
from tests.tui.samples import make_sample
from tui.app.keys import PRESETS, load_keys
from tui.app.launch import known_ids
from tui.app.screens.map import _best
from tui.app.widgets.braille import to_cells, to_text, wave_dots
from tui.app.widgets.folder_input import complete_folder
from tui.app.widgets.query_input import complete
from tui.serve import is_own_page
from tui.workspace.annotations.edits import EditHistory
from tui.workspace.indexing.dropped_paths import dropped_file
from tui.workspace.latest_job_runner import LatestJobRunner
from tui.workspace.listing.columns import COLUMNS, FAMILIES, Row, fit
from tui.workspace.listing.details import detail_lines
from tui.workspace.listing.facet_lines import FacetLine, count_facets, count_unsure, facet_lines
from tui.workspace.query.query_line import filter_text, toggle_filter
from tui.workspace.session import Session
from tui.workspace.state.app_state import AppState, load_state, save_state
from tui.workspace.state.blend_state import Corner, blend_at, blend_path, pad_weights
from tui.workspace.state.map_state import make_map


def test_without_a_description_everything_is_listed_in_order(session: Session) -> None:
    found = session.find(SearchRequest())
    assert found.scores is None
    assert len(found.ids) == found.n_searched == session.library.stats().n_samples
    lengths = session.find(SearchRequest(order="-length"))
    seconds = [row.sample.features.duration_seconds for row in session.rows(lengths.ids.tolist()).values()]
    assert len(seconds) == len(found.ids)
    by_id = session.rows(lengths.ids.tolist())
    ordered = [by_id[sample_id].sample.features.duration_seconds for sample_id in lengths.ids.tolist()]
    assert ordered == sorted(ordered, reverse=True)


def test_a_description_ranks_and_a_sort_keeps_each_score_at_its_sound(session: Session) -> None:
    ranked = session.find(SearchRequest("noise"))
    assert ranked.scores is not None
    assert (np.diff(ranked.scores) <= 1e-4).all()
    ordered = session.find(SearchRequest("noise", order="name"))
    assert ordered.scores is not None
    assert dict(zip(ordered.ids, ordered.scores, strict=True)) == dict(zip(ranked.ids, ranked.scores, strict=True))


def test_words_for_what_is_measured_order_by_it_alone_and_beside_an_example(session: Session) -> None:
    def first_lengths(request: SearchRequest) -> float:
        ids = session.find(request).ids[:5]
        return float(session.library.measurements(ids, ("audible_seconds",)).sum())

    liked = (int(session.find(SearchRequest("kick")).ids[0]),)
    for likes in ((), liked):
        assert first_lengths(SearchRequest("short", likes=likes)) < first_lengths(SearchRequest("long", likes=likes))
    assert session.find(SearchRequest("kick")).ids.tolist() != session.find(SearchRequest("long kick")).ids.tolist()


def test_more_like_this_puts_the_sound_first_and_less_like_leaves_it_out(session: Session) -> None:
    first = int(session.find(SearchRequest()).ids[3])
    assert session.find(SearchRequest(likes=(first,))).ids[0] == first
    assert first not in session.find(SearchRequest("noise", dislikes=(first,))).ids


def test_a_file_from_outside_finds_its_own_content(session: Session, shelf: Shelf) -> None:
    file = min(shelf.sounds.rglob("*.wav"))
    found = session.find(SearchRequest(likes=(file,)))
    assert session.library.find_sample_id(file) in found.ids[:3]  # some of the demo sounds are all but the same


def test_facets_stand_under_their_families_and_show_what_is_on(session: Session) -> None:
    table = session.tag_table()
    lines = facet_lines(table, table.count(), 0, [Collection("My Kit", 3)], "type:melodic")
    headings = [line.label for line in lines if not line.filter]
    assert headings[0] == "type"
    assert headings[-1] == "collections"
    assert lines[-1].filter == 'collection:"My Kit"'
    (place,) = [place for place, line in enumerate(lines) if line.filter == "type:melodic"]
    assert lines[place].is_on
    children = list(itertools.takewhile(lambda line: line.depth == 1, lines[place + 1 :]))
    assert children
    assert lines[place].n_samples >= max(line.n_samples for line in children)


def test_a_sound_whose_type_is_not_sure_shows_the_likeliest(session: Session) -> None:
    library = session.library
    (sample,) = library.samples(library.sorted_ids()[:1].tolist())
    denied = [
        TagKey(sample.id, TagName("type", tag.name, tag.parent), Source.USER)
        for tag in library.tags_from(list(Source), [sample.id])[sample.id]
        if tag.facet == "type"
    ]
    with library.edits() as edits:
        edits.edit_tags(TagEdit("No type", dict.fromkeys(denied, 0.0)))
    assert session.rows([sample.id])[sample.id].guess is None
    session.warm_up()
    row = session.rows([sample.id])[sample.id]
    assert row.guess is not None
    assert COLUMNS["type"].text(row) == f"{row.guess.name}?"
    assert COLUMNS["confidence"].text(row) == f"{row.guess.confidence:.0%}"
    assert f"{row.guess.name}?" in dict(detail_lines(row.sample, row.guess))["type"]
    unsure = library.filter_ids(parse_query("type:unsure").filters)
    assert unsure is not None
    assert sample.id in unsure
    n_unsure = count_unsure(library, parse_query("type:kick").filters)
    lines = facet_lines(session.tag_table(), session.tag_table().count(), n_unsure, [], "type:unsure")
    assert FacetLine("unsure", len(unsure), "type:unsure", 0, is_on=True) in lines


@pytest.mark.parametrize(("n_pads", "expected"), [(3, ("kick", "snare")), (10, FAMILIES)])
def test_a_map_is_coloured_by_family_or_by_type_where_one_family_fills_it(
    n_pads: int, expected: tuple[str, ...]
) -> None:
    tags = (TagName("type", "kick", "drums"), TagName("type", "snare", "drums"), TagName("type", "pad", "melodic"))
    of_sounds = np.repeat(np.arange(3, dtype=np.int32), (14, 10, n_pads))
    ids = np.arange(1, len(of_sounds) + 2)  # the last one has no type
    places = np.linspace(-1, 1, 2 * len(ids), dtype=np.float32).reshape(-1, 2)
    made = make_map(TagTable(tags, of_sounds, ids[:-1]), ids, places)
    assert made.group_names == expected
    assert made.types[-1] == -1
    assert made.groups[-1] == len(expected)
    regions = made.regions()
    assert [region.name for region in regions] == ["kick", "snare", "pad"][: 2 + (n_pads > 4)]
    assert made.group_names[regions[0].group] == ("drums" if expected is FAMILIES else "kick")
    assert -1 <= regions[0].x < 0 < regions[-1].x + 0.5


def test_another_type_can_be_gone_to_while_one_is_chosen(session: Session) -> None:
    table, library = session.tag_table(), session.library
    first, second = [tag.name for tag in table.tags if tag.facet == "type"][:2]
    query = toggle_filter("len:<60", filter_text("type", first))
    filters = parse_query(query).filters
    counts = count_facets(table, library, filters, library.filter_ids(filters))
    free = table.count(library.filter_ids(parse_query("len:<60").filters))
    is_type = [tag.facet == "type" for tag in table.tags]
    assert counts[is_type].tolist() == free[is_type].tolist()
    assert counts.sum() < free.sum()
    assert toggle_filter(query, filter_text("type", second)).split() == [
        "len:<60",
        *filter_text("type", second).split(),
    ]


def test_a_collection_is_listed_in_its_own_order(session: Session) -> None:
    ids = session.library.sorted_ids()[[7, 2, 5]].tolist()
    EditHistory(session.library).collect(ids, "My Walk")
    assert session.find(SearchRequest('collection:"My Walk"')).ids.tolist() == ids
    assert session.find(SearchRequest('collection:"My Walk" -len:>60')).ids.tolist() == ids
    assert session.find(SearchRequest('collection:"My Walk"', order="name")).ids.tolist() != ids


def test_a_taught_tag_is_listed_with_the_surest_first(session: Session) -> None:
    tag = TagName("user", "odd")
    ids = session.library.sorted_ids()[[7, 2, 5]].tolist()
    marks: dict[TagKey, float | None] = {
        TagKey(sample_id, tag, Source.TAUGHT): 0.9 - 0.1 * place for place, sample_id in enumerate(ids)
    }
    with session.library.edits() as edits:
        edits.edit_tags(TagEdit("taught", marks))
    assert session.find(SearchRequest("tag:odd")).ids.tolist() == ids
    assert session.find(SearchRequest("tag:odd", order="added")).ids.tolist() == sorted(ids)
    assert _best(session.find(SearchRequest("tag:odd"))).tolist() == ids  # the map lights all of them
    assert len(_best(session.find(SearchRequest("odd")))) < len(session.library.sorted_ids())


@pytest.mark.parametrize("line", ["", "dusty", 'dusty tag:kick in:"My Pack" '])
@pytest.mark.parametrize("text", ["type:snare", 'type:"closed hi-hat"'])
def test_toggling_a_filter_twice_changes_nothing(line: str, text: str) -> None:
    once = toggle_filter(line, text)
    assert str(parse_query(once)) != str(parse_query(line))
    assert str(parse_query(toggle_filter(once, text))) == str(parse_query(line))


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("dusty ty", "dusty type:"),
        ("type:ki", "type:kick"),
        ("-type:clo", '-type:"closed hi-hat"'),
        ("type:kick", None),
        ("warm -kic", "warm -kick"),
        ("ki", None),
        ("dusty ", None),
        ("foo:ba", None),
        ("", None),
    ],
)
def test_the_last_word_is_completed(line: str, completed: str | None) -> None:
    known = {"type": ("kick", "closed hi-hat"), "": ("kick",)}
    assert complete(line, lambda name: known.get(name, ())) == completed


def test_folders_are_completed_from_the_disk(tmp_path: Path) -> None:
    (tmp_path / "Samples").mkdir()
    (tmp_path / ".hidden").mkdir()
    assert complete_folder(f"{tmp_path}/Sa") == f"{tmp_path}/Samples/"
    assert complete_folder(f"{tmp_path}/x") is None
    assert complete_folder("") is None


def test_dropped_files_are_known_however_the_terminal_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "my kick.wav"
    file.touch()
    escaped = str(file).replace(" ", "\\ ")
    for line in (f"'{file}'", f'"{file}"', str(file), escaped, file.as_uri(), f" {file} "):
        assert dropped_file(line) == file
    for line in ("kick", "", "/", str(tmp_path / "gone.wav")):
        assert dropped_file(line) is None


@pytest.mark.parametrize("width", [20, 40, 77, 137, 300])
def test_columns_fill_the_width_and_the_name_always_stays(width: int) -> None:
    fitted = fit(list(COLUMNS), width)
    assert "name" in [column.key for column, _ in fitted]
    assert sum(cells for _, cells in fitted) + 2 * (len(fitted) - 1) <= max(width, 16)


def test_columns_show_hostile_names_harmlessly() -> None:
    row = Row(make_sample("/packs/\x1b[31mred [Am].wav"))
    assert COLUMNS["name"].text(row) == "[31mred [Am].wav"


def test_the_state_survives_and_damage_costs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    state = AppState(volume=0.5, query="dusty", has_autoplay=False)
    state.remember_query("one")
    state.remember_query("two")
    state.remember_query("one")
    save_state(file, state)
    assert load_state(file) == state
    assert state.history == ["one", "two"]
    file.write_text('{"volume": "loud", "query": "kept", "columns": [1], "unknown": 1}')
    assert load_state(file) == AppState(query="kept")
    file.write_text("not json")
    assert load_state(file) == AppState()


def test_keys_come_from_a_preset_and_from_the_user(tmp_path: Path) -> None:
    file, known = tmp_path / "keys.toml", known_ids
    assert load_keys(file, known).keymap() == {}
    file.write_text('preset = "vim"\n[keys]\n"play.loop" = "o"\n')
    keys = load_keys(file, known)
    assert keys.keymap() == {**PRESETS["vim"], "play.loop": "o"}
    assert keys.keymap("default") == {"play.loop": "o"}
    for wrong in ('preset = "emacs"', "[keys]\nx = 1", "[", '[keys]\n"play.lop" = "o"'):
        file.write_text(wrong)
        with pytest.raises(UsageError, match=r"keys\.toml"):
            load_keys(file, known)


def test_presets_speak_of_keys_that_there_are() -> None:
    for preset in PRESETS.values():
        assert set(preset) <= known_ids()


@pytest.mark.parametrize("n_corners", [1, 2, 3, 4])
def test_pad_weights_share_out_one_and_corners_are_pure(n_corners: int) -> None:
    for x in (0, 0.3, 1):
        for y in (0, 0.7, 1):
            weights = pad_weights(n_corners, x, y)
            assert len(weights) == n_corners
            assert sum(weights) == pytest.approx(1)
            assert min(weights) >= 0
    assert pad_weights(n_corners, 0, 0)[0] == 1


def test_a_blend_of_sounds_finds_its_corners(session: Session) -> None:
    a, b = session.find(SearchRequest()).ids[[0, 5]].tolist()
    corners = [Corner(sample_id=a), Corner(words=""), Corner(sample_id=b)]
    assert blend_at(session, corners, 0, 0).ids[0] == a
    assert blend_at(session, corners, 1, 0).ids[0] == b
    path = blend_path(session, corners, seed=None)
    assert (path.ids[0], path.ids[-1]) == (a, b)
    assert len(set(path.ids.tolist())) == len(path.ids)


def test_a_blend_without_corners_says_what_it_takes(session: Session) -> None:
    with pytest.raises(UsageError, match="two corners"):
        blend_at(session, [Corner()], 0, 0)
    with pytest.raises(UsageError, match="two corners"):
        blend_path(session, [Corner(words="kick")], None)


def test_braille_dots_stand_where_they_are_drawn() -> None:
    dots = np.zeros((4, 2), np.bool_)
    dots[0, 0] = dots[3, 1] = True
    assert to_text(to_cells(dots)[0]) == "\u2881"


def test_a_waveform_is_symmetric_and_full_where_it_is_loud() -> None:
    dots = wave_dots(np.array([0, 1, 0], np.float32), 6, 2)
    assert (dots == dots[::-1]).all()
    assert dots.sum(axis=0).max() == 8
    assert dots.sum(axis=0).min() >= 1


def test_only_the_own_page_may_talk_to_the_served_app() -> None:
    assert is_own_page("127.0.0.1:8000", None, 8000)
    assert is_own_page("localhost:8000", "http://localhost:8000", 8000)
    assert not is_own_page("127.0.0.1:8000", "https://elsewhere.example", 8000)
    assert not is_own_page("rebound.example:8000", None, 8000)
    assert not is_own_page(None, None, 8000)


def test_a_job_that_waits_gives_way_to_a_later_one() -> None:
    errors: list[Exception] = []
    runner = LatestJobRunner("test", errors.append)
    overtaken: list[bool] = []
    begun, ended = Event(), Event()

    def first(_: Callable[[], bool]) -> None:
        begun.set()
        overtaken.append(runner.is_overtaken_within(60))

    def last(_: Callable[[], bool]) -> None:
        overtaken.append(runner.is_overtaken_within(0))
        ended.set()

    runner.submit(first)
    assert begun.wait(10)
    runner.submit(last)
    assert ended.wait(10)
    runner.close()
    assert overtaken == [True, False]
    assert not errors
