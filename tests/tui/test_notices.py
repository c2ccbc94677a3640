"""Every command that works on the hits of a query says how it was understood, as search does."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from tests.tui.conftest import Shelf, run


@pytest.fixture(scope="module")
def library(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> str:
    copy = tmp_path_factory.mktemp("notices") / "library"
    copytree(shelf.library, copy)
    return str(copy)


COMMANDS = (
    ("export", "QUERY", "hats", "--dry-run"),
    ("slice", "QUERY", "--out", "slices", "--dry-run", "-k", "1", "--by", "2"),
    ("organize", "plan", "{type|other}/{name}", "--where", "QUERY"),
    ("daw", "reaper", "QUERY", "--to", "sounds"),
    ("kit", "instrument", "QUERY", "notes", "--dry-run"),
    ("kit", "new", "QUERY"),
    ("rate", "2", "--where", "QUERY"),
    ("hide", "--where", "QUERY"),
    ("unhide", "--where", "QUERY"),
    ("set", "bpm", "120", "--where", "QUERY"),
    ("tag", "add", "dusty", "--where", "QUERY"),
    ("collection", "add", "Odd", "--where", "QUERY"),
)


def _with(args: tuple[str, ...], query: str) -> list[str]:
    return [query if arg == "QUERY" else arg for arg in args]


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: " ".join(args[:2]))
def test_a_mistyped_word_is_named(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--library", library, *_with(args, "snaare"))
    assert "Unknown word 'snaare'. Did you mean snare?" in result.stderr
    if args[:2] != ("kit", "new"):
        assert "These are merely the nearest sounds." in result.stderr
    assert "Unknown" not in run("--library", library, *_with(args, "snare")).stderr


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: " ".join(args[:2]))
def test_a_type_that_does_not_exist_is_named(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--library", library, *_with(args, "type:snaare"))
    assert result.exit_code == 1
    assert "There is no type 'snaare'. Did you mean snare?" in result.stderr


@pytest.mark.parametrize(
    "args",
    [("tags", "--where"), ("blend", "kick", "snare", "--where"), ("organize", "plan", "--duplicates", "--where")],
    ids=lambda args: args[0],
)
def test_words_are_refused_where_only_filters_count(shelf: Shelf, args: tuple[str, ...]) -> None:
    result = shelf.run(*args, "dusty")
    assert result.exit_code == 2
    assert "Only filters are allowed here" in result.stderr


@pytest.mark.parametrize("query", ["*", "~", "!!"])
def test_signs_alone_describe_nothing(shelf: Shelf, query: str) -> None:
    result = shelf.run("search", query, "--json")
    assert json.loads(result.stdout)["relevance"] == 0
    assert "Nothing here sounds clearly like that." in result.stderr


def test_a_file_named_twice_is_one_sound(library: str, shelf: Shelf) -> None:
    result = run("--library", library, "rate", "4", str(shelf.kick), str(shelf.kick), "--json")
    assert json.loads(result.stdout) == {"n_changed": 1}


def test_all_paths_of_the_library_and_of_a_facet_are_printed(shelf: Shelf) -> None:
    everything = shelf.run("search", "", "--null").stdout_bytes.split(b"\0")
    for place in ([], ["type"]):
        found = shelf.run("tags", *place, "--null").stdout_bytes.split(b"\0")
        assert sorted(found) == sorted(everything)
        assert len(found) > 5
