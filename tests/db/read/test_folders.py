"""Where sounds lie: folders, packs, and paths in a query."""

import numpy as np

from db.library import Library
from db.query.parser import parse_query
from db.types import Root
from tests.db.factories import observed, record

PLACES = ("Vendor/Dusty Breaks/Drums/a.wav", "Vendor/Dusty Breaks/Loops/b.wav", "Vendor/Warm Keys/Loops/c.wav", "d.wav")


def names(library: Library, line: str) -> list[str]:
    ids = library.filter_ids(parse_query(line).filters)
    assert ids is not None
    return [sample.paths[0].name for sample in library.samples(ids.tolist())]


def test_files_are_counted_by_folder_and_by_pack(library: Library, root: Root) -> None:
    record(library, root, *map(observed, PLACES))
    table = library.folder_table()
    counts = {one.path: n for one, n in zip(table.folders, table.count().tolist(), strict=True)}
    assert counts == {
        "": 1,
        "Vendor/Dusty Breaks/Drums": 1,
        "Vendor/Dusty Breaks/Loops": 1,
        "Vendor/Warm Keys/Loops": 1,
    }
    assert table.count_packs() == {root.path.parent.name: 1, "Dusty Breaks": 2, "Warm Keys": 1}
    within = library.filter_ids(parse_query("in:Loops").filters)
    assert table.count_packs(within) == {"Dusty Breaks": 1, "Warm Keys": 1}
    assert table.count_packs(np.empty(0, np.int64)) == {}


def test_a_pack_is_a_filter_and_a_sort_order(library: Library, root: Root) -> None:
    record(library, root, *map(observed, PLACES))
    assert names(library, 'pack:"dusty breaks"') == ["a.wav", "b.wav"]
    assert names(library, "pack:keys") == ["c.wav"]
    assert names(library, '-pack:"Dusty Breaks"') == ["c.wav", "d.wav"]
    assert names(library, "pack:nowhere") == []
    samples = library.samples(library.sorted_ids("pack").tolist())
    assert [sample.pack for sample in samples] == sorted([sample.pack for sample in samples], key=str.casefold)
    assert {sample.pack for sample in samples} == {"Dusty Breaks", "Warm Keys", root.path.parent.name}


def test_a_part_with_slashes_is_looked_for_in_the_whole_path(library: Library, root: Root) -> None:
    record(library, root, *map(observed, PLACES), observed("Loops/e.wav"), observed("More Loops/f.wav"))
    assert names(library, 'in:"dusty breaks/drums"') == ["a.wav"]
    assert names(library, "in:/Loops/") == ["b.wav", "c.wav", "e.wav"]
    assert names(library, f"in:/{root.path.name}/Loops/") == ["e.wav"]
    assert names(library, f'in:"{root.path}/Vendor"') == ["a.wav", "b.wav", "c.wav"]
    assert names(library, f"in:~/{root.path.name}/Loops/") == ["e.wav"]
    assert names(library, f"in:{root.path}/") == ["a.wav", "b.wav", "c.wav", "d.wav", "e.wav", "f.wav"]
    assert names(library, "-in:/Loops/ in:Loops") == ["f.wav"]


def test_packs_follow_the_folders(library: Library, root: Root) -> None:
    record(library, root, observed("Red/kick.wav", "kick"))
    (sample,) = library.samples([1])
    assert sample.pack == "Red"
    assert sample.added_at > 0
    record(library, root, observed("Blue/kick.wav", "kick"))
    (sample,) = library.samples([1])
    assert dict(zip([path.parent.name for path in sample.paths], sample.packs, strict=True)) == {
        "Red": "Red",
        "Blue": "Blue",
    }
