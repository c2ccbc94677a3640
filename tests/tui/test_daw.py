"""``earmark daw``."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.tui.conftest import Shelf, run


@pytest.fixture
def library(shelf: Shelf, tmp_path: Path) -> Path:
    """Return a copy of the library that a test may change."""
    return Path(shutil.copytree(shelf.library, tmp_path / "library"))


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_collections_follow_what_changes(library: Path, shelf: Shelf, tmp_path: Path) -> None:
    def earmark(*args: str) -> Any:
        done = run("--library", str(library), *args, "--json")
        return json.loads(done.stdout) if done.exit_code in {0, 3} else done.stderr

    target = tmp_path / "out"
    a, b, c = (hit["paths"][0] for hit in earmark("search", "bright bell", "-k", "3")["hits"])
    earmark("collection", "add", "My Kit: 1", a, b)
    earmark("collection", "add", "Best", c)
    (done,) = earmark("daw", "collections", str(target))
    assert (done["n_written"], done["kept"]) == (5, [])
    links = {name: str((target / name).readlink()) for name in names(target) if "/" in name}
    assert sorted(links.values()) == sorted([a, b, c])
    assert {name.partition("/")[0] for name in names(target)} == {"Best", "Best.m3u8", "My Kit_ 1", "My Kit_ 1.m3u8"}
    assert earmark("daw", "update")[0]["n_same"] == 5
    earmark("collection", "remove", "My Kit: 1", a)
    earmark("collection", "delete", "Best")
    (done,) = earmark("daw", "update")
    assert (done["n_written"], done["n_same"], done["n_removed"]) == (1, 1, 3)
    assert [links[name] for name in names(target) if "/" in name] == [b]
    assert earmark("daw", "list") == [{"path": str(target), "kind": "collections", "n_files": 2}]
    assert earmark("daw", "remove", str(target))[0]["n_removed"] == 2
    assert names(target) == []
    assert "Nothing is kept in sync" in run("--library", str(library), "daw", "update").stderr


def test_a_drive_that_is_away_stops_no_other(library: Path, shelf: Shelf, tmp_path: Path) -> None:
    def earmark(*args: str) -> Any:
        return run("--library", str(library), *args, "--json")

    earmark("collection", "add", "Best", str(shelf.kick))
    for name in ("stick", "there"):
        earmark("daw", "collections", str(tmp_path / name))
    (tmp_path / "stick").rename(tmp_path / "away")
    done = earmark("daw", "update")
    first, second = json.loads(done.stdout)
    assert (first["problem"], first["n_same"]) == ("It is missing now. Is its drive connected?", 0)
    assert (second["problem"], second["n_same"]) == (None, 2)
    assert done.exit_code == 3
    assert not (tmp_path / "stick").exists()
    (tmp_path / "away").rename(tmp_path / "stick")
    assert [one["n_same"] for one in json.loads(earmark("daw", "update").stdout)] == [2, 2]


def test_a_database_for_reaper_holds_what_a_query_finds(library: Path, shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "drums"
    args = ["--library", str(library), "daw", "reaper", "type:drums", "--to", str(target)]
    assert "1 file written" in run(*args).stderr
    content = target.with_name("drums.ReaperFileList").read_text(errors="surrogateescape")
    n_drums = len(
        json.loads(run("--library", str(library), "search", "type:drums", "-k", "999", "--json").stdout)["hits"]
    )
    assert content.count("FILE ") == content.count("DATA ") == n_drums > 3
    assert "1 up to date" in run("--library", str(library), "daw", "update").stderr
    target.with_name("drums.ReaperFileList").write_text("edited by Reaper")
    done = run(*args)
    assert "is left alone" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (["collections", "SOUNDS/x"], "is a folder of the library", 2),
        (["collections", "KICK"], "is a file", 2),
        (["collections", "KICK/x"], "is a file", 2),
        (["reaper", "--to", "KICK/x/y"], "is a file", 2),
        (["collections", "OUT", "Nope"], "no collection Nope", 2),
        (["reaper"], "Name a file", 2),
        (["reaper", "type:nothing", "--to", "OUT"], "Nothing found", 1),
        (["remove", "OUT"], "Nothing is kept in sync at", 2),
        (["list"], "Nothing is kept in sync yet", 1),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    args: list[str], said: str, code: int, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    places = {"OUT": tmp_path / "out", "KICK": shelf.kick, "SOUNDS": shelf.sounds}
    named = {place: str(path) for place, path in places.items()}
    given = [arg.partition("/") for arg in args]
    done = shelf.run("daw", *[named.get(place, place) + slash + rest for place, slash, rest in given])
    assert said in done.stderr
    assert done.exit_code == code
    assert not (tmp_path / "out").exists()
