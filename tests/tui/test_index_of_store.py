"""``earmark index s3://...``: sounds of an object store, from the command line to an export."""

import json
from pathlib import Path

import pytest
from fsspec import AbstractFileSystem

from tests.sounds import kick, write_sound
from tests.tui.conftest import run


@pytest.fixture
def store(memory_store: AbstractFileSystem, tmp_path: Path) -> AbstractFileSystem:
    memory_store.pipe("/bucket/drums/boomstick.wav", write_sound(tmp_path / "kick.wav", kick()).read_bytes())
    return memory_store


def earmark(tmp_path: Path, *arguments: str) -> tuple[int, str, str]:
    result = run("--library", str(tmp_path / "library"), *arguments)
    return result.exit_code, result.stdout, result.stderr


def test_a_sound_of_a_store_is_found_and_exported(store: AbstractFileSystem, tmp_path: Path) -> None:
    code, out, _ = earmark(tmp_path, "index", "memory://bucket/drums/", "--json")
    assert (code, json.loads(out)["n_new"]) == (0, 1)
    place = tmp_path / "data/earmark/remote/memory/bucket/drums/boomstick.wav"
    assert earmark(tmp_path, "search", "boomstick", "--paths")[1].splitlines() == [str(place)]
    assert not place.exists()
    assert earmark(tmp_path, "export", "boomstick", str(tmp_path / "out"))[0] == 0
    assert (tmp_path / "out" / "boomstick.wav").read_bytes() == (tmp_path / "kick.wav").read_bytes()


def test_a_store_that_went_away_is_named_by_its_address(store: AbstractFileSystem, tmp_path: Path) -> None:
    earmark(tmp_path, "index", "memory://bucket/drums")
    store.store.clear()
    code, out, said = earmark(tmp_path, "index", "--json")
    assert (code, json.loads(out)["n_offline_roots"], json.loads(out)["n_removed"]) == (0, 1, 0)
    assert "memory://bucket/drums does not answer" in said


def test_a_mistyped_address_leaves_no_library_behind(store: AbstractFileSystem, tmp_path: Path) -> None:
    for wrong in ("memory://bucket/drum", "memory://bucket/../drums", "nosuch://bucket"):
        code, _, said = earmark(tmp_path, "index", wrong)
        assert code == 2
        assert said.count("\n") == 1
    assert not (tmp_path / "library").exists()


def test_plans_leave_sounds_of_a_store_alone(store: AbstractFileSystem, tmp_path: Path) -> None:
    earmark(tmp_path, "index", "memory://bucket/drums")
    said = earmark(tmp_path, "organize", "plan", "{type}/{name}", "-o", str(tmp_path / "plan.json"))
    assert "Nothing to do" in said[1] + said[2]
