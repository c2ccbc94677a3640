"""A kit is a collection whose sounds have slots, which they keep whatever becomes of the collection."""

from pathlib import Path

from db.library import Library
from db.types import Collection
from tests.db.factories import add_root, observed, record


def test_sounds_keep_their_slots_in_a_changed_kit(tmp_path: Path) -> None:
    with Library.create(tmp_path / "library") as library:
        record(library, add_root(library, tmp_path), *[observed(f"{name}.wav", name) for name in "abc"])
        one, two, three = library.sorted_ids().tolist()
        with library.edits() as edits:
            edits.set_collection("Dusty", [two, one], {two: "kick", one: "snare"})
            edits.set_collection("Others", [one, three])
        assert library.collections() == [Collection("Dusty", 2, is_kit=True), Collection("Others", 2)]
        assert list(library.kit_slots("dusty").items()) == [(two, "kick"), (one, "snare")]
        with library.edits() as edits:
            edits.set_collection("Dusty", [one, three, two])
        assert library.collection_ids("Dusty") == [one, three, two]
        assert library.kit_slots("Dusty") == {one: "snare", two: "kick"}
        with library.edits() as edits:
            edits.set_collection("Dusty", [one], {one: "clap"})
        assert library.kit_slots("Dusty") == {one: "clap"}
        assert library.kit_slots("Others") == library.kit_slots("none") == {}
