"""Folders of a library on a server: named there, and mapped by each machine to its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from db.engines.postgres.place import ServerPlace
from db.errors import UsageError
from db.library import Library
from db.query.parser import Filter
from tests.db.factories import get_id, observed, record


@pytest.fixture
def machine(server_library: ServerPlace, tmp_path: Path) -> Callable[[str], Library]:
    """Open the library as another machine does, with local folders of its own."""
    return lambda name: Library.open(ServerPlace(server_library.url, tmp_path / name))


def make_sounds(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"RIFF")
    return folder


def add(library: Library, folder: Path) -> None:
    with library.writer() as writer:
        root = writer.add_root(folder)
    assert root.path == folder


def test_each_machine_has_a_root_in_its_own_place(machine: Callable[[str], Library], tmp_path: Path) -> None:
    here = make_sounds(tmp_path / "here" / "Vengeance", "kick.wav")
    there = make_sounds(tmp_path / "there" / "Vengeance", "kick.wav")
    with machine("one") as one, machine("two") as two:
        add(one, here)
        (root,) = one.roots()
        record(one, root, observed("kick.wav"))
        (elsewhere,) = two.roots()
        assert (elsewhere.id, elsewhere.is_online) == (root.id, False)
        assert elsewhere.path == Path("/not on this machine/Vengeance")
        assert not two.samples([1])[0].is_online
        with two.writer() as writer:
            writer.relink_root(elsewhere, there)
        assert two.samples([1])[0].paths == (there / "kick.wav",)
        assert get_id(two, two.roots()[0], "kick.wav") == 1
        assert one.samples([1])[0].paths == (here / "kick.wav",)
        assert [found.id for name in ("Vengeance", there) if (found := two.find_root(Path(name)))] == [root.id] * 2


def test_a_folder_with_the_same_sounds_is_the_root_of_the_others(
    machine: Callable[[str], Library], tmp_path: Path
) -> None:
    with machine("one") as one, machine("two") as two:
        add(one, make_sounds(tmp_path / "here" / "Vengeance", "Kicks/a.wav"))
        record(one, one.roots()[0], observed("Kicks/a.wav"))
        add(two, make_sounds(tmp_path / "there" / "My Sounds", "Kicks/a.wav"))
        assert [root.path.name for root in two.roots()] == ["My Sounds"]
        assert [root.path.name for root in one.roots()] == ["Vengeance"]
        add(two, make_sounds(tmp_path / "other" / "Vengeance", "snare.wav"))  # the same name, and other sounds
        assert [root.path.name for root in one.roots()] == ["Vengeance", "Vengeance 2"]
        assert [root.path for root in two.roots()][1] == tmp_path / "other" / "Vengeance"


def test_a_wrong_place_is_refused_and_nothing_is_kept_of_it(machine: Callable[[str], Library], tmp_path: Path) -> None:
    with machine("one") as one, machine("two") as two:
        add(one, make_sounds(tmp_path / "here" / "Vengeance", "kick.wav"))
        (root,) = one.roots()
        record(one, root, observed("kick.wav"))
        wrong = make_sounds(tmp_path / "there", "else.wav")
        with (
            two.writer() as writer,
            pytest.raises(UsageError, match="holds none of the sounds of /not on this machine"),
        ):
            writer.relink_root(two.roots()[0], wrong)
        assert not two.roots()[0].is_online
        with machine("two") as again:
            assert not again.roots()[0].is_online


def test_a_root_inside_a_new_one_becomes_part_of_it(machine: Callable[[str], Library], tmp_path: Path) -> None:
    with machine("one") as one:
        inner = make_sounds(tmp_path / "Vengeance" / "Kicks", "a.wav")
        add(one, inner)
        record(one, one.roots()[0], observed("a.wav"))
        add(one, tmp_path / "Vengeance")
        assert [root.path for root in one.roots()] == [tmp_path / "Vengeance"]
        assert one.samples([1])[0].paths == (inner / "a.wav",)
        assert one.name_matches(["kicks"]).keys() == {1}


def test_a_root_whose_folder_says_nothing_is_called_as_the_one_around_it(
    machine: Callable[[str], Library], tmp_path: Path
) -> None:
    with machine("one") as one, machine("two") as two:
        add(one, make_sounds(tmp_path / "sonic-pi" / "samples", "Loops/a.wav"))
        record(one, one.roots()[0], observed("Loops/a.wav"))
        assert two.roots()[0].path.name == "sonic-pi"
        assert two.samples([1])[0].pack == "sonic-pi"
        for part in (f"{tmp_path}/sonic-pi/samples/", "/loops/", "sonic-pi/loops", "sonic-pi"):
            assert one.filter_ids([Filter("in", part)]).tolist() == [1]  # type: ignore[union-attr]
        assert two.filter_ids([Filter("in", f"{tmp_path}/sonic-pi/samples/")]).tolist() == []  # type: ignore[union-attr]
