"""``earmark collection`` and ``earmark rate``: what the app can do, scriptable."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.conftest import Shelf


@pytest.fixture
def kit(shelf: Shelf) -> Iterator[Shelf]:
    yield shelf
    for name in ("Kit", "Other"):
        shelf.run("collection", "delete", name)
    shelf.run("rate", "0", str(shelf.kick), "--note", "")


def test_a_collection_is_made_shown_renamed_exported_and_deleted(kit: Shelf, tmp_path: Path) -> None:
    assert kit.run("collection", "add", "Kit", str(kit.kick)).stderr == "1 sound added.\n"
    assert json.loads(kit.run("collection", "add", "kit", "--where", "len:<60", "--json").stdout)["n_changed"] > 1
    assert kit.run("collection", "add", "Kit", str(kit.kick)).exit_code == 1
    listed = json.loads(kit.run("collection", "list", "--json").stdout)
    assert [one["name"] for one in listed] == ["Kit"]
    shown = kit.run("collection", "show", "KIT", "--paths").stdout.splitlines()
    assert len(shown) == listed[0]["n_samples"]
    assert Path(shown[0]).name in kit.run("collection", "show", "Kit").stdout
    assert json.loads(kit.run("collection", "remove", "Kit", str(kit.kick), "--json").stdout)["n_changed"] == 1
    kit.run("collection", "rename", "Kit", "Other")
    assert kit.run("collection", "list").stdout.split() == ["Other", str(len(shown) - 1), "sounds"]
    kit.run("collection", "export", "other", str(tmp_path / "out"))
    assert len(list((tmp_path / "out").iterdir())) == len(shown) - 1
    kit.run("collection", "delete", "Other")
    assert kit.run("collection", "list").exit_code == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["show", "Nothing"], "There is no collection Nothing. There are: Kit."),
        (["delete", "Nothing"], "There is no collection"),
        (["rename", "Kit", "Other"], "There is a collection Other already"),
        (["add", " ", "KICK"], "needs a name"),
        (["export", "Nothing", "OUT"], "There is no collection Nothing"),
        (["export", "Kit", ""], "An empty name is not a folder"),
    ],
)
def test_what_cannot_be_done_to_a_collection_is_a_sentence(
    args: list[str], said: str, kit: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kit.run("collection", "add", "Kit", str(kit.kick))
    if "Other" in args:
        kit.run("collection", "add", "Other", str(kit.kick))
    words = {"KICK": str(kit.kick), "OUT": str(tmp_path / "out")}
    done = kit.run("collection", *[words.get(arg, arg) for arg in args])
    assert said in done.stderr
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_names_differ_as_in_the_library_and_are_renamed_in_one_step(kit: Shelf, tmp_path: Path) -> None:
    kit.run("collection", "add", 'Kit "É"', str(kit.kick))
    assert kit.run("collection", "rename", 'kit "É"', "Straße é").stderr == 'Renamed kit "É" to Straße é.\n'
    kit.run("collection", "add", "Straße É", str(kit.kick))
    assert kit.run("collection", "rename", "Straße É", "STRASSE").exit_code == 0
    assert [one["name"] for one in json.loads(kit.run("collection", "list", "--json").stdout)] == [
        "STRASSE",
        "Straße é",
    ]
    assert "1 sound exported" in kit.run("collection", "export", "straße é", str(tmp_path / "out")).stderr
    assert json.loads(kit.run("collection", "rename", "Straße é", "Kit", "--json").stdout) == {"n_changed": 1}
    assert kit.run("collection", "delete", "strasse").stderr == (
        "Deleted strasse, a list of 1 sound; no sound was removed.\n"
    )
    assert json.loads(kit.run("collection", "delete", "KIT", "--json").stdout) == {"n_changed": 1}
    assert kit.run("collection", "list").exit_code == 1


def test_stars_notes_and_collections_are_shown_by_info(kit: Shelf) -> None:
    kit.run("rate", "4", str(kit.kick), "--note", "for the bridge")
    kit.run("collection", "add", "Kit", str(kit.kick))
    shown = kit.run("info", str(kit.kick)).stdout
    assert "★★★★" in shown
    assert "for the bridge" in shown
    known = json.loads(kit.run("info", str(kit.kick), "--json").stdout)
    assert (known["stars"], known["note"], known["collections"]) == (4, "for the bridge", ["Kit"])
    kit.run("rate", "2", str(kit.kick))
    assert json.loads(kit.run("info", str(kit.kick), "--json").stdout)["note"] == "for the bridge"
