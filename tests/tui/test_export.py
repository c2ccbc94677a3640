"""``earmark export`` and ``earmark exports``."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from db.errors import SoundError
from indexer.export import run
from tests.tui.conftest import Shelf
from tests.tui.conftest import run as earmark


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_query_is_exported_listed_and_undone(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "out"
    args = ["export", "boomstick", str(target), "-k", "2", "--profile", "m8"]
    planned = shelf.run(*args, "--dry-run")
    assert "will become" in planned.stdout
    assert "without metadata chunks" in planned.stdout
    assert not target.exists()
    done = json.loads(shelf.run(*args, "--json").stdout)
    assert (done["n_written"], done["n_present"], done["failed"]) == (2, 0, [])
    assert "2 exported before" in shelf.run(*args).stderr
    assert json.loads(shelf.run("exports", "list", "--json").stdout)[-1]["target"] == str(target)
    assert "2 files" in shelf.run("exports", "list").stdout
    assert json.loads(shelf.run("exports", "undo", "--json").stdout)["n_removed"] == 2
    assert not target.exists()


def test_files_are_exported_to_the_last_folder(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "out"
    shelf.run("export", "--files", str(shelf.kick), str(target), "--trim", "--number")
    assert names(target) == ["01 dusty_boomstick_120bpm.wav"]
    shelf.run("export", "--files", str(shelf.kick), "--link")
    assert names(target) == ["01 dusty_boomstick_120bpm.wav", "dusty_boomstick_120bpm.wav"]


def test_a_blend_keeps_its_order(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.run("export", "--blend", "4", str(shelf.kick), "bright bell", str(tmp_path / "out")).exit_code == 0
    assert [name[:3] for name in names(tmp_path / "out")] == ["01 ", "02 ", "03 ", "04 "]


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (["a", "b", "c"], "in quotes", 2),
        (["kick", "OUT", "--profile", "nope"], "no profile nope", 2),
        (["kick", "OUT", "--profile", "m8", "--link"], "another format", 2),
        (["--files", "OUT"], "Give files", 2),
        (["--files", "KICK", "OUT.OGG"], "There is no file", 2),
        (["kick", ""], "An empty name is not a folder", 2),
        (["type:nothing", "OUT"], "Nothing found", 1),
    ],
)
def test_what_cannot_be_exported_is_a_sentence(
    args: list[str], said: str, code: int, shelf: Shelf, tmp_path: Path
) -> None:
    words = {"OUT": str(tmp_path / "out"), "OUT.OGG": str(tmp_path / "out.OGG"), "KICK": str(shelf.kick)}
    done = shelf.run("export", *[words.get(arg, arg) for arg in args])
    assert said in done.stderr
    assert done.exit_code == code
    assert list(tmp_path.iterdir()) == []


def test_tempo_and_key_are_asked_for(shelf: Shelf, tmp_path: Path) -> None:
    (loop, *_) = shelf.run("search", "form:loop", "--paths").stdout.splitlines()
    args = ["export", "--files", loop, str(tmp_path / "out"), "--bpm", "100", "--key", "Am", "--dry-run"]
    try:
        shelf.run("set", "bpm", "120", loop)
        shelf.run("set", "key", "Em", loop)
        (planned,) = json.loads(shelf.run(*args, "--json").stdout)["files"]
    finally:
        shelf.run("set", "bpm", "auto", loop)
        shelf.run("set", "key", "auto", loop)
    assert planned["reasons"][-2:] == ["120 to 100 bpm", "Em by +5 to Am"]
    assert "not a key" in shelf.run(*args, "--key", "Hxm").stderr


def test_a_kit_is_written_with_its_sounds(shelf: Shelf, tmp_path: Path) -> None:
    done = shelf.run("kit", "new", "--slots", "kick,snare", "--export", str(tmp_path / "Kit"), "--as", "sfz")
    assert "2 sounds exported" in done.stderr
    found = names(tmp_path / "Kit")
    assert [name[:3] for name in found[:2]] == ["01 ", "02 "]
    assert found[2] == "Kit.sfz"
    assert "no kit format" in shelf.run("export", "kick", str(tmp_path), "--as", "rex").stderr


def test_a_kit_tells_which_sound_could_not_be_written(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> None:
        raise SoundError("gone", "It was gone before it could be read.")

    monkeypatch.setattr(run._Writer, "_write", unreadable)
    done = shelf.run("kit", "new", "--slots", "kick", "--lock", f"kick={shelf.kick}", "--export", str(tmp_path))
    assert ": It was gone before it could be read." in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--as", "sfz"], "need a folder for the sounds: --export DIR"),
        (["--slots", "kick", "--lock", "kick=nowhere.wav"], "nowhere.wav is not in the library."),
        (["--slots", "kick", "--lock", "snare=nowhere.wav"], "a slot of --slots that is free"),
    ],
)
def test_a_kit_that_cannot_be_made_is_a_sentence(args: list[str], said: str, shelf: Shelf) -> None:
    done = shelf.run("kit", "new", *args)
    assert said in done.stderr
    assert done.exit_code == 2


def test_profiles_are_listed(shelf: Shelf) -> None:
    assert "Dirtywave M8" in shelf.run("exports", "profiles").stdout


def test_a_collection_of_any_name_is_exported_beside_the_last_export(shelf: Shelf, tmp_path: Path) -> None:
    library = tmp_path / "library"
    copytree(shelf.library, library)
    earmark("--library", str(library), "export", "--files", str(shelf.kick), str(tmp_path / "out" / "first"))
    for name, folder in (("Drums/Kicks", "Drums_Kicks"), ("..", "sound"), ("n" * 300, "n" * 100)):
        earmark("--library", str(library), "collection", "add", name, str(shelf.kick))
        done = earmark("--library", str(library), "collection", "export", name, "--json")
        target = Path(json.loads(done.stdout)["target"])
        assert (target.parent, target.name[:100]) == (tmp_path / "out", folder)
        assert len(names(target)) == 1
    undo = ("--library", str(library), "exports", "undo", str(json.loads(done.stdout)["export"]), "--json")
    assert [earmark(*undo).exit_code, earmark(*undo).exit_code] == [0, 1]


def test_an_empty_name_is_no_sound(shelf: Shelf) -> None:
    refused = shelf.run("info", "")
    assert refused.exit_code == 2
    assert "a variable in the command may be unset" in refused.stderr
