"""What the user keeps of sounds: stars, notes, collections, tags, places on the map."""

import threading
import time

import numpy as np
import pytest

from db.errors import LibraryBusyError, QueryError, UsageError
from db.library import Library
from db.query.parser import parse_query
from db.read.orders import ORDERS, natural_key, sort_places
from db.types import Annotation, Collection, Root, Source, Tag
from tests.db.conftest import ONLY_IN_FOLDERS
from tests.db.factories import ENCODER, FEATURES, get_id, observed, record


@pytest.fixture
def ids(library: Library, root: Root) -> list[int]:
    """Ids of b.wav, a.wav and C.wav, in this order."""
    kick = Tag("type", "kick", Source.MODEL, 0.9, "drums")
    record(library, root, observed("b.wav", tags=(kick,)), observed("a.wav"), observed("pack/C.wav", tags=(kick,)))
    return [get_id(library, root, name) for name in ("b.wav", "a.wav", "pack/C.wav")]


def matching(library: Library, line: str) -> list[int]:
    found = library.filter_ids(parse_query(line).filters)
    assert found is not None
    return found.tolist()


def test_stars_and_notes_are_kept_filtered_and_forgotten(library: Library, ids: list[int]) -> None:
    with library.edits() as edits:
        edits.set_annotations({ids[0]: Annotation(4, "for the bridge"), ids[1]: Annotation(2)})
        edits.set_annotations({ids[1]: Annotation()})
    assert library.annotations(ids) == {ids[0]: Annotation(4, "for the bridge")}
    assert matching(library, "stars:>=3") == [ids[0]]


def test_changes_of_one_value_leave_the_others(library: Library, ids: list[int]) -> None:
    with library.edits() as edits:
        assert edits.change_annotations(ids[:2], stars=4) == 2
        assert edits.change_annotations(ids[:1], note="for the bridge") == 1
        assert edits.change_annotations(ids[:1], is_hidden=True) == 1
        assert edits.change_annotations(ids[:1], is_hidden=True) == 0
        assert edits.change_annotations(ids[1:2], stars=0) == 1
    assert library.annotations(ids) == {ids[0]: Annotation(4, "for the bridge", is_hidden=True)}


def test_threads_that_change_one_sound_and_one_collection_lose_nothing(library: Library, ids: list[int]) -> None:
    def change(number: int) -> None:
        with library.edits() as edits:
            edits.add_to_collection("Kit", [ids[number]])
            if number:
                edits.change_annotations(ids[:1], **({"stars": 5} if number == 1 else {"note": "mine"}))

    threads = [threading.Thread(target=change, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.annotations(ids) == {ids[0]: Annotation(5, "mine")}
    assert sorted(library.collection_ids("kit")) == sorted(ids)


def test_a_collection_grows_at_its_end_and_shrinks(library: Library, ids: list[int]) -> None:
    with library.edits() as edits:
        assert edits.add_to_collection("Kit", [ids[2], ids[0]]) == 2
        assert edits.add_to_collection("KIT", ids) == 1
        assert edits.add_to_collection("Nothing", []) == 0
        assert library.collection_ids("kit") == [ids[2], ids[0], ids[1]]
        assert edits.remove_from_collection("kit", [ids[0], 999]) == 1
        assert edits.remove_from_collection("kit", []) == 0
        assert library.collection_ids("Kit") == [ids[2], ids[1]]
        assert edits.remove_from_collection("kit", ids) == 2
    assert library.collections() == []


def test_what_was_used_lately_is_filtered_and_sorted(library: Library, ids: list[int]) -> None:
    now = int(time.time())
    with library.edits() as edits:
        edits.note_use(ids[:2], now - 40 * 86_400)
        edits.note_use([ids[1], 999], now - 3600)
    assert library.uses(ids) == {ids[0]: now - 40 * 86_400, ids[1]: now - 3600}
    assert [matching(library, f"used:{within}") for within in ("day", "Week", "39d")] == [[ids[1]]] * 3
    assert matching(library, "used:year") == matching(library, "used:ever") == sorted(ids[:2])
    assert matching(library, "-used:ever") == [ids[2]]
    assert library.sorted_ids("used", is_descending=True).tolist() == [ids[1], ids[0], ids[2]]
    for wrong in ("used:0d", "heard:soon", "added:1e9", "used:"):
        with pytest.raises(QueryError, match="takes a time"):
            parse_query(wrong)


def test_what_was_heard_lately_is_filtered_and_sorted_and_changes_nothing(library: Library, ids: list[int]) -> None:
    now, before = int(time.time()), library.generation()
    with library.edits() as edits:
        edits.note_hearings({ids[0]: now - 3 * 3600, ids[1]: now, 999: now})
    assert library.hearings(ids) == {ids[0]: now - 3 * 3600, ids[1]: now}
    assert library.generation() == before
    assert matching(library, "heard:<2h") == matching(library, "heard:hour") == [ids[1]]
    assert matching(library, "heard:>2h") == [ids[0]]
    assert matching(library, "heard:2h..4h") == [ids[0]]
    assert matching(library, "-heard:ever") == [ids[2]]
    assert library.sorted_ids("heard", is_descending=True).tolist() == [ids[1], ids[0], ids[2]]


def test_what_came_in_lately_is_filtered(library: Library, ids: list[int]) -> None:
    assert matching(library, "added:<7d") == matching(library, "added:day") == sorted(ids)
    assert matching(library, "added:>1d") == []
    line = str(parse_query("added:week -heard:<12h used:>=1y"))
    assert parse_query(line).filters == parse_query("added:week -heard:<12h used:>=1y").filters


def test_a_collection_keeps_its_order_and_goes_when_it_is_empty(library: Library, ids: list[int]) -> None:
    with library.edits() as edits:
        edits.set_collection("My Kit", [ids[2], ids[0]])
    assert library.collection_ids("my kit") == [ids[2], ids[0]]
    assert [(kept.name, kept.n_samples) for kept in library.collections()] == [("My Kit", 2)]
    assert matching(library, 'collection:"My Kit"') == sorted([ids[2], ids[0]])
    with library.edits() as edits:
        edits.set_collection("My Kit", [])
    assert library.collections() == []


def test_a_collection_keeps_its_name_and_is_renamed(library: Library, ids: list[int]) -> None:
    with library.edits() as edits:
        edits.set_collection("Café É", ids[:2])
        edits.set_collection("CAFé É", ids[:1])
        edits.set_collection("Kit", ids)
        with pytest.raises(UsageError, match="a collection KIT already"):
            edits.rename_collection("Café É", "KIT")
    assert [(one.name, one.n_samples) for one in library.collections()] == [("Café É", 1), ("Kit", len(ids))]
    with library.edits() as edits:
        edits.rename_collection("Café É", "café é")
        edits.rename_collection("kit", "KIT")
        edits.set_collection("KIT", [])
    assert library.collections() == [Collection("café é", 1)]
    assert library.collection_ids("CAFé é") == ids[:1]


def test_marks_tell_what_one_source_says(library: Library, ids: list[int]) -> None:
    not_kick = Tag("type", "kick", Source.USER, 0.0, "drums")
    with library.edits() as edits:
        edits.set_tags({ids[0]: (not_kick,)}, [Source.USER])
    assert library.tags_from([Source.USER], ids[:2]) == {ids[0]: (not_kick,), ids[1]: ()}
    assert library.samples([ids[0]])[0].tags == ()


def test_counting_tags_over_all_and_over_a_part(library: Library, ids: list[int]) -> None:
    table = library.tag_table()
    assert [(tag.name, tag.parent) for tag in table.tags] == [("kick", "drums")]
    assert table.count().tolist() == [2]
    assert table.count(np.array(ids[:2])).tolist() == [1]
    assert table.count(np.array([], np.int64)).tolist() == [0]


def test_sounds_are_sorted_by_name_whatever_its_case(library: Library, ids: list[int]) -> None:
    b, a, c = ids
    assert library.sorted_ids("name").tolist() == [a, b, c]
    assert library.sorted_ids("name", is_descending=True).tolist() == [c, b, a]
    assert library.sorted_ids("type").tolist() == [b, c, a]


def test_numbers_in_names_are_sorted_as_numbers() -> None:
    names = ["kick 10.wav", "Kick 2.wav", "kick 02b.wav", "kick.wav", "KICK 1.wav", "10.wav", "9.wav"]
    expected = ["9.wav", "10.wav", "KICK 1.wav", "Kick 2.wav", "kick 02b.wav", "kick 10.wav", "kick.wav"]
    assert sorted(names, key=natural_key) == expected


def test_sounds_without_a_value_come_last_either_way() -> None:
    ranks = np.array([2, -1, 1])
    assert sort_places([(ranks, False)]).tolist() == [2, 0, 1]
    assert sort_places([(ranks, True)]).tolist() == [0, 2, 1]
    assert sort_places([(np.zeros(3, np.int64), True), (ranks, False)]).tolist() == [2, 0, 1]


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_lists_every_sound(library: Library, ids: list[int], order: str) -> None:
    assert sorted(library.sorted_ids(order).tolist()) == sorted(ids)


def test_places_on_the_map_are_those_last_given(library: Library, ids: list[int]) -> None:
    with library.edits() as edits:
        edits.set_map_points(ENCODER, np.array(ids), np.zeros((3, 2), np.float32))
        edits.set_map_points(ENCODER, np.array(ids[:1]), np.array([[0.25, -1]], np.float32))
    found, places = library.map_points(ENCODER)
    assert found.tolist() == sorted(ids)
    assert places[found == ids[0]].tolist() == [[0.25, -1.0]]


@ONLY_IN_FOLDERS
def test_edits_go_on_while_the_same_process_writes(library: Library, root: Root, ids: list[int]) -> None:
    with library.writer() as writer:
        thread = threading.Thread(target=_star, args=(library, ids[0]))
        thread.start()
        thread.join()
        writer.store(root.id, ENCODER, [observed("new.wav", features=FEATURES)], [], set())
        with pytest.raises(LibraryBusyError), library.writer():
            pass
    assert library.annotations(ids)[ids[0]].stars == 5
    with library.writer() as writer:
        writer.set_annotations({})


def _star(library: Library, sample_id: int) -> None:
    with library.edits() as edits:
        edits.set_annotations({sample_id: Annotation(5)})
