"""The folders of a library, from the command line."""

import json
from pathlib import Path
from shutil import copytree

from db.library import Library
from tests.tui.conftest import Shelf, run


def test_folders_are_listed_with_those_below(library: str, shelf: Shelf) -> None:
    n_files = Library.open(Path(library)).stats().n_files
    lines = run("--library", library, "folders", "list", "--tree").stdout.splitlines()
    assert lines == [f"{shelf.sounds}  {n_files} files", "  Again  1"]
    [entry] = json.loads(run("--library", library, "folders", "list", "--tree", "--json").stdout)["folders"]
    assert entry == {"path": str(shelf.sounds), "is_online": True, "n_files": n_files, "folders": {"Again": 1}}


def test_a_forgotten_folder_is_out_and_its_files_stay(library: str, shelf: Shelf) -> None:
    result = run("--library", library, "folders", "forget", str(shelf.sounds))
    assert (result.exit_code, "Forgot" in result.stderr) == (0, True)
    assert run("--library", library, "search", "name:boomstick").exit_code == 1
    assert json.loads(run("--library", library, "folders", "list", "--json").stdout) == {"folders": []}
    assert shelf.kick.exists()


def test_a_folder_that_is_none_of_the_library_is_a_usage_error(library: str, shelf: Shelf) -> None:
    result = run("--library", library, "folders", "forget", str(shelf.sounds / "Again"))
    assert (result.exit_code, "folders list" in result.stderr) == (2, True)


def test_a_relinked_folder_is_found_at_its_new_place_and_not_read_again(
    library: str, shelf: Shelf, tmp_path: Path
) -> None:
    copy = copytree(shelf.sounds, tmp_path / "moved")
    result = run("--library", library, "relink", str(shelf.sounds), str(copy))
    assert result.exit_code == 0, result.stderr
    hits = json.loads(run("--library", library, "search", "name:boomstick", "--json").stdout)["hits"]
    assert hits[0]["paths"][0] == str(copy / shelf.kick.name)
    summary = json.loads(run("--library", library, "index", "--json").stdout)
    assert (summary["n_new"], summary["n_moved"], summary["n_embedded"]) == (0, 0, 0)


def test_a_place_without_the_sounds_is_refused(library: str, shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("--library", library, "relink", str(shelf.sounds), str(tmp_path / "empty"))
    assert (result.exit_code, "none of the sounds" in result.stderr) == (2, True)


def test_a_place_that_the_library_knows_is_refused(library: str, shelf: Shelf, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with Library.open(Path(library)) as opened, opened.writer() as writer:
        writer.add_root(other)
    result = run("--library", library, "relink", str(shelf.sounds), str(other))
    assert (result.exit_code, "in the library already" in result.stderr) == (2, True)


def test_packs_are_listed_with_their_files(library: str, shelf: Shelf) -> None:
    n_files = Library.open(Path(library)).stats().n_files
    found = json.loads(run("--library", library, "folders", "packs", "--json").stdout)["packs"]
    assert found[-1] == {"pack": "Again", "n_files": 1}
    assert sum(one["n_files"] for one in found) == n_files
    assert run("--library", library, "folders", "packs").stdout.splitlines()[-1] == "Again  1 file"
    assert (
        run("--library", library, "search", "pack:Again", "--paths").stdout
        == f"{shelf.sounds / 'Again'}/" + next(file.name for file in (shelf.sounds / "Again").iterdir()) + "\n"
    )
