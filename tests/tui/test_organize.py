"""``earmark organize``."""

import json
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import Result

from db.library import Library
from tests.trees import tree_hash
from tests.tui.conftest import Shelf, run


class Own:
    """Sounds and a library that a test may change."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self.sounds = copytree(shelf.sounds, folder / "Packs")
        self.library = copytree(shelf.library, folder / "library")
        self.plan_file = folder / "a.plan"
        self.run("relink", str(shelf.sounds), str(self.sounds))

    def run(self, *args: str) -> Result:
        return run("--library", str(self.library), *args)

    def plan(self, *args: str) -> Result:
        return self.run("organize", "plan", *args, "-o", str(self.plan_file))


@pytest.fixture
def own(shelf: Shelf, tmp_path: Path) -> Own:
    return Own(shelf, tmp_path)


def test_a_plan_is_shown_applied_listed_and_undone(own: Own) -> None:
    before = tree_hash(own.sounds)
    planned = own.plan("{type}/{name}", "--where", "boomstick", "-k", "1")
    assert planned.exit_code == 0
    assert "dusty_boomstick_120bpm.wav  < dusty_boomstick_120bpm.wav" in planned.stdout
    assert "2 files to move" in planned.stderr
    assert "Nothing was moved" in planned.stderr
    asked = own.run("organize", "apply", str(own.plan_file))
    assert (asked.exit_code, tree_hash(own.sounds)) == (2, before)
    assert f"To run without asking: earmark organize apply {own.plan_file} --yes" in asked.stderr
    done = own.run("organize", "apply", str(own.plan_file), "--yes", "--json")
    shape = json.loads(done.stdout)
    assert (shape["n_done"], shape["refused"], shape["run"]) == (2, [], 1)
    assert Path(shape["backup"]).exists()
    assert not (own.sounds / "dusty_boomstick_120bpm.wav").exists()
    summary = json.loads(own.run("index", "--json").stdout)
    assert (summary["n_moved"], summary["n_removed"], summary["n_embedded"]) == (0, 0, 0)
    assert "2 moved" in own.run("organize", "history").stdout
    (entry,) = json.loads(own.run("organize", "history", "--json").stdout)
    assert [step["state"] for step in entry["steps"]] == ["done", "done"]
    asked = own.run("organize", "undo")
    assert asked.exit_code == 2
    assert "Run 1, 2 files" in asked.stderr
    assert "To run without asking: earmark organize undo 1 --yes" in asked.stderr
    assert not (own.sounds / "dusty_boomstick_120bpm.wav").exists()
    assert json.loads(own.run("organize", "undo", "--yes", "--json").stdout)["n_done"] == 2
    assert tree_hash(own.sounds) == before
    assert "2 undone" in own.run("organize", "history").stdout


def test_words_and_stars_stay_with_a_moved_sound(own: Own) -> None:
    kick = own.sounds / "dusty_boomstick_120bpm.wav"
    own.run("rate", "5", str(kick))
    own.run("tag", "add", "mine", str(kick))
    own.plan("{stars}/{tag}/{name}", "--where", "tag:mine")
    assert own.run("organize", "apply", str(own.plan_file), "--yes").exit_code == 0
    (hit,) = json.loads(own.run("search", "tag:mine stars:5", "--json").stdout)["hits"]
    assert str(own.sounds / "5 stars" / "mine" / kick.name) in hit["paths"]


def test_duplicates_go_to_a_folder(own: Own, tmp_path: Path) -> None:
    planned = own.plan("--duplicates", "--to", str(tmp_path / "old"), "--prefer", str(own.sounds / "Again"), "--json")
    (step,) = json.loads(planned.stdout)["steps"]
    assert (step["move"], step["keeps"]) == (
        str(own.sounds / "dusty_boomstick_120bpm.wav"),
        str(own.sounds / "Again" / "same.wav"),
    )
    assert own.run("organize", "apply", str(own.plan_file), "--yes").exit_code == 0
    assert (tmp_path / "old" / "Packs" / "dusty_boomstick_120bpm.wav").exists()
    shown = own.run("organize", "plan", "--duplicates")
    assert (shown.exit_code, "Nothing to do" in shown.stderr) == (1, True)


def test_filters_say_which_duplicates_may_be_removed(own: Own) -> None:
    def planned(*args: str) -> list[str]:
        steps = json.loads(own.run("organize", "plan", "--duplicates", "--json", *args).stdout)["steps"]
        return [Path(step["remove"]).name for step in steps]

    prefer = ("--prefer", str(own.sounds / "Again"))
    assert planned("--where", "name:boomstick", *prefer) == ["dusty_boomstick_120bpm.wav"]
    assert planned("--where", "in:Again", *prefer) == []
    refused = own.run("organize", "plan", "--duplicates", "--where", "dusty kick")
    assert (refused.exit_code, "has other words" in refused.stderr) == (2, True)


def test_duplicates_are_shown_as_going_to_the_trash(own: Own) -> None:
    shown = own.run("organize", "plan", "--duplicates")
    assert "to the trash  1" in shown.stdout
    assert "(kept: " in shown.stdout


def test_what_is_refused_is_named(own: Own) -> None:
    own.plan("{type|other}/{name}", "--where", "boomstick", "-k", "1")
    (own.sounds / "Again" / "same.wav").unlink()
    done = own.run("organize", "apply", str(own.plan_file), "--yes")
    assert done.exit_code == 3
    assert "1 file refused: it is missing now (same.wav)" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["plan"], "Give a template"),
        (["plan", "{name}", "--copy", "--link"], "Give a template"),
        (["plan", "{name}", "--duplicates"], "Give a template"),
        (["plan", "{typ}/{name}"], "Do you mean {type}?"),
        (["plan", "{name}", "--to", "PLAN"], "is a file"),
        (["plan", "{name}", "--to", "PLAN/x"], "is a file"),
        (["plan", "{name}", "--where", "bpm:x"], "bpm:120"),
        (["apply", "PLAN"], "is not a plan"),
        (["apply", "nowhere"], "cannot be read"),
        (["undo"], "There is nothing to undo"),
        (["undo", "7"], "There is no run 7"),
    ],
)
def test_bad_input_is_a_sentence(own: Own, args: list[str], said: str) -> None:
    own.plan_file.write_text("no plan")
    done = own.run("organize", *[arg.replace("PLAN", str(own.plan_file)) for arg in args])
    assert said in done.stderr
    assert done.exit_code == 2


def test_a_library_that_is_written_is_waited_for_and_left_alone(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.workspace.organize._WAIT_SECONDS", 0.0)
    own.plan("{type|other}/{name}")
    before = tree_hash(own.sounds)
    with Library.open(own.library) as library, library.writer():
        done = own.run("organize", "apply", str(own.plan_file), "--yes")
    assert (done.exit_code, "already writing" in done.stderr) == (3, True)
    assert tree_hash(own.sounds) == before


def test_folders_that_are_left_empty_are_removed(own: Own) -> None:
    planned = own.plan("{type|other}/{name}", "--remove-empty")
    assert "empty folders are removed" in planned.stderr
    done = own.run("organize", "apply", str(own.plan_file), "--yes")
    assert "1 empty folder removed" in done.stderr
    assert not (own.sounds / "Again").exists()


def test_what_to_type_next_can_be_typed(own: Own, tmp_path: Path) -> None:
    own.plan_file = tmp_path / "my plan"
    assert f"earmark organize apply '{own.plan_file}'" in own.plan("{type|other}/{name}").stderr


def test_a_folder_that_the_library_takes_in_is_named(own: Own, tmp_path: Path) -> None:
    said = own.plan("{type|other}/{name}", "--to", str(tmp_path / "new")).stderr
    assert f"{tmp_path / 'new'} becomes a folder of the library" in " ".join(said.split())
    assert "becomes" not in own.plan("{type|other}/{name}").stderr


def test_an_empty_history_says_so(own: Own) -> None:
    done = own.run("organize", "history")
    assert (done.exit_code, "There are no runs yet" in done.stderr) == (1, True)


def test_fields_are_listed() -> None:
    assert "{bpm}" in run("organize", "fields").stdout
    assert json.loads(run("organize", "fields", "--json").stdout)["type"]


def test_a_journal_that_cannot_be_read_is_said(own: Own) -> None:
    own.plan("{type}/{name}", "--where", "boomstick", "-k", "1")
    (own.library / "organize" / "7.jsonl").mkdir(parents=True)
    said = "7.jsonl cannot be read: is a directory."
    done = own.run("organize", "apply", str(own.plan_file), "--yes")
    assert (done.exit_code, said in done.stderr) == (0, True)
    assert said in own.run("organize", "history").stderr
    again = own.run("organize", "apply", str(own.plan_file), "--yes", "--json")
    assert [each["reason"] for each in json.loads(again.stdout)["unreadable"]] == ["is a directory"]


def test_who_waits_for_another_earmark_is_told_so(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.workspace.organize._WAIT_SECONDS", 0.02)
    monkeypatch.setattr("tui.workspace.organize._LOOK_SECONDS", 0.01)
    own.plan("{type|other}/{name}")
    with Library.open(own.library) as other, other.writer():
        refused = own.run("organize", "apply", str(own.plan_file), "--yes")
    assert refused.exit_code == 3
    assert refused.stderr.count("Another earmark is writing the library. Waiting for it.") == 1
    assert own.run("organize", "apply", str(own.plan_file), "--yes").exit_code == 0
