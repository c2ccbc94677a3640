"""The user's word on tempo, key and pitch."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tui.conftest import Shelf, run


def info(library: str, path: Path) -> dict[str, Any]:
    return dict(json.loads(run("info", str(path), "--json", "--library", library).stdout))


def test_a_tempo_is_doubled_said_and_left_to_the_analysis_again(library: str, shelf: Shelf) -> None:
    kick = str(shelf.kick)
    found = info(library, shelf.kick)["bpm"]
    assert (found["value"], found["half_and_double"]) == (120.0, [60.0, 240.0])
    for value, expected, source in (("double", 240.0, "user"), ("half", 120.0, "user"), ("93.5", 93.5, "user")):
        assert run("set", "bpm", value, kick, "--library", library).stderr == "1 sound changed.\n"
        said = info(library, shelf.kick)["bpm"]
        assert (said["value"], said["source"]) == (expected, source)
    assert json.loads(run("set", "bpm", "auto", kick, "--json", "--library", library).stdout) == {"n_changed": 1}
    assert info(library, shelf.kick)["bpm"] == found


def test_key_and_pitch_are_said_of_many(library: str, shelf: Shelf) -> None:
    run("set", "key", "Bbmin", "--where", "len:<60", "--library", library)
    run("set", "pitch", "A1", str(shelf.kick), "--library", library)
    assert info(library, shelf.kick)["key"] == {"value": "A#m", "source": "user", "confidence": 1.0}
    assert info(library, shelf.kick)["pitch"]["value"] == pytest.approx(55.0)
    assert "A1, 55 Hz  (user, 100%)" in run("info", str(shelf.kick), "--library", library).stdout


@pytest.mark.parametrize(
    ("args", "exit_code"),
    [
        (["bpm", "fast"], 2),
        (["bpm", "<120"], 2),
        (["bpm", "100..120"], 2),
        (["bpm", "-3"], 2),
        (["key", "H"], 2),
        (["key", "half"], 2),
        (["pitch", "foo"], 2),
        (["mood", "dark"], 2),
    ],
)
def test_what_is_no_value_is_refused_and_changes_nothing(
    library: str, shelf: Shelf, args: list[str], exit_code: int
) -> None:
    before = info(library, shelf.kick)
    result = run("set", *args[:1], "--library", library, "--", *args[1:], str(shelf.kick))
    assert result.exit_code == exit_code
    assert result.stderr
    assert "Traceback" not in result.stderr
    assert info(library, shelf.kick) == before
