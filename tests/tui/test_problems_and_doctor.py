"""What is wrong with files and with the library: told by the commands ``problems`` and ``doctor``, and repaired."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from db.engines.sqlite import database
from db.library import Library
from tests.db.factories import add_root, observed, record
from tests.tui.conftest import Shelf, run


def test_problems_are_one_line_each_with_the_reason(shelf: Shelf) -> None:
    (line,) = shelf.run("problems").stdout.splitlines()
    (problem,) = json.loads(shelf.run("problems", "--json").stdout)["problems"]
    assert line == f"{shelf.broken}: {problem['message']}"
    assert problem["path"] == str(shelf.broken)


def test_sounds_that_were_read_in_part_are_listed_among_the_problems(tmp_path: Path) -> None:
    caveat = "A damaged part of it was left out."
    with Library.create(tmp_path / "library") as library:
        root = add_root(library, tmp_path / "sounds")
        record(library, root, observed("whole.wav"), replace(observed("part.wav"), caveats=(caveat,)))
    path = str(tmp_path / "sounds" / "part.wav")
    assert run("--library", str(library.folder), "problems").stdout == f"{path}: {caveat}\n"
    listed = json.loads(run("--library", str(library.folder), "problems", "--json").stdout)
    assert listed == {"problems": [], "partly_read": [{"path": path, "caveats": [caveat]}]}


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer"),
        ("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", "held"),
    ],
)
def test_the_doctor_repairs_nothing_but_damage(
    statement: str, reason: str, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.0)
    folder = tmp_path / "library"
    copytree(shelf.library, folder)
    with closing(sqlite3.connect(folder / "earmark.db", isolation_level=None)) as connection:
        connection.executescript(statement)
        refused = run("--library", str(folder), "doctor", "--repair")
    assert refused.exit_code == 3
    assert reason in refused.stderr
    assert len(refused.stderr.splitlines()) == 1  # and no word of a repair
    assert list(folder.glob("earmark.db.before-*")) == []


def test_the_doctor_repairs_a_damaged_library(shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    copytree(shelf.library, folder)
    path = folder / "earmark.db"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'problems'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"?" * size
    path.write_bytes(content)
    repaired = run("--library", str(folder), "doctor", "--repair")
    assert repaired.exit_code == 0
    assert "Rebuilt" in repaired.stderr
    assert next(folder.glob("earmark.db.before-*[0-9]")).read_bytes() == content


def test_a_sound_library_passes_the_doctor(shelf: Shelf) -> None:
    result = shelf.run("doctor", "--deep", "--json")
    report = json.loads(result.stdout)
    assert report["is_ok"], report
    assert {check["name"] for check in report["checks"]} >= {"packages", "library", "model", "analysis"}


def test_a_damaged_library_gets_a_fix(shelf: Shelf, tmp_path: Path) -> None:
    library = tmp_path / "library"
    copytree(shelf.library, library)
    (library / "earmark.db").write_bytes(b"not a database" * 1000)
    result = run("--library", str(library), "doctor")
    assert result.exit_code == 3
    assert "FAULT" in result.stdout
    assert "Fix:" in result.stdout
