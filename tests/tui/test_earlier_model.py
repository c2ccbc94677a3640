"""A library of the fifth revision of the built-in model: it works, and the better one is offered."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db.engines.sqlite import FILE_NAME
from indexer.encoders.registry import BUILT_IN, EARLIER
from tests.sounds import write_demo_sounds
from tests.tui.conftest import run

Ask = Callable[..., Any]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Make a library whose vectors are said to be those of the fifth revision."""
    for path in write_demo_sounds(tmp_path / "sounds")[4:]:
        path.unlink()
    assert run("--library", str(tmp_path / "library"), "index", str(tmp_path / "sounds")).exit_code == 0
    now, before = BUILT_IN.info, EARLIER.info
    assert now is not None
    assert before is not None
    with closing(sqlite3.connect(tmp_path / "library" / FILE_NAME)) as database, database:
        database.execute(
            "UPDATE encoders SET revision = ?, fingerprint = ? WHERE fingerprint = ?",
            (before.revision, before.fingerprint, now.fingerprint),
        )
        database.execute("UPDATE meta SET value = ? WHERE name = 'encoder'", (before.fingerprint,))
    return tmp_path


@pytest.fixture
def ask(place: Path) -> Ask:
    def ask(*args: str) -> Any:
        result = run("--library", str(place / "library"), *args, "--json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return ask


def test_it_is_searched_and_the_better_model_is_offered(place: Path, ask: Ask) -> None:
    assert len(ask("search", "kick")["hits"]) == 4
    assert len(ask("similar", str(next((place / "sounds").rglob("*.wav"))))["hits"]) == 3
    assert ask("index")["n_unchanged"] == 4
    checks = {check["name"]: check for check in ask("doctor")["checks"]}
    assert "earmark model use compact" in checks["better model"]["detail"]
    assert [model["name"] for model in ask("model", "list")["models"] if model["is_active"]] == ["compact-5"]


def test_new_sounds_need_the_better_model_which_embeds_all_of_them(place: Path, ask: Ask) -> None:
    (place / "sounds" / "more").mkdir()
    for path in write_demo_sounds(place / "sounds" / "more")[:-1]:
        path.unlink()
    refused = run("--library", str(place / "library"), "index")
    assert refused.exit_code != 0, refused.output
    assert "earmark model use compact" in refused.stderr
    assert len(ask("search", "kick")["hits"]) == 4
    ask("model", "use", "compact")
    assert len(ask("search", "kick")["hits"]) == 5
    assert "better model" not in {check["name"] for check in ask("doctor")["checks"]}
