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


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["taxonomy", "--use", "nosuch"], "nosuch cannot be read: no such file or directory. An example is printed by"),
        (["taxonomy", "--use", "noise"], "it is no text in UTF-8"),
        (["eval", ".", "--labels", "nosuch.csv"], "no such file or directory. Give a CSV file with the columns"),
        (["eval", ".", "--labels", "noise"], "it is no text in UTF-8. Give a CSV file with the columns"),
        (["demo", "noise"], "Give a folder of yours: earmark demo FOLDER"),
        (["model", "get", "laion-music", "--from", "nosuch"], "There is no file nosuch."),
        (["kit", "new", "--save", " "], "A collection needs a name"),
        (["api", "--rate", "nan"], "--rate takes a number"),
        (["api", "--host", ""], "An empty name is not an address"),
        (["api", "--cors", "their.site"], "Give one such as: --cors https://their.site"),
        (["api", "--cors", "https://their.site/"], "Give one such as: --cors https://their.site"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_value_that_cannot_be_used_is_one_sentence_with_the_next_step(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("noise").write_bytes(b"\xff\xfe\x00")
    result = run("--library", library, *args)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not result.stdout


def test_folders_and_marks_answer_in_json(library: str, shelf: Shelf, tmp_path: Path) -> None:
    copy = tmp_path / "library"
    copytree(library, copy)
    n_files = len(shelf.run("search", "", "--null").stdout_bytes.split(b"\0")) - 1

    def answer(*args: str) -> object:
        return json.loads(run("--library", str(copy), *args, "--json").stdout)

    marks = tmp_path / "marks.json"
    run("--library", str(copy), "rate", "5", str(shelf.kick))
    answered = answer("marks", "export", str(marks))
    assert answered == {"path": str(marks), "n_samples": len(json.loads(marks.read_text())["sounds"])}
    there = {"path": str(shelf.sounds), "n_files": n_files}
    assert answer("relink", str(shelf.sounds), str(shelf.sounds)) == there
    assert answer("folders", "forget", str(shelf.sounds)) == there
