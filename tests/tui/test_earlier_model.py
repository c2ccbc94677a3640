"""A library that an earlier revision of the built-in model has heard: it works, and a better one is offered."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db.engines.sqlite import FILE_NAME
from indexer.demo_sounds import write_demo_sounds
from indexer.encoders.registry import COMPACT, EARLIER
from tests.tui.conftest import run

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library whose vectors are said to be those of the first revision, which knew no timbre."""
    place = tmp_path_factory.mktemp("earlier")
    for path in write_demo_sounds(place / "sounds")[8:]:
        path.unlink()
    assert run("--library", str(place / "library"), "index", str(place / "sounds")).exit_code == 0
    now, before = COMPACT.info, EARLIER[0].info
    assert now is not None
    assert before is not None
    with sqlite3.connect(place / "library" / FILE_NAME) as database:
        database.execute(
            "UPDATE encoders SET revision = ?, fingerprint = ?, dim = ? WHERE fingerprint = ?",
            (before.revision, before.fingerprint, before.dim, now.fingerprint),
        )
        for rowid, vector in database.execute("SELECT rowid, vector FROM embeddings").fetchall():
            heard = np.frombuffer(vector, np.float16)[: before.dim].astype(np.float32)
            shorter = (heard / np.linalg.norm(heard)).astype(np.float16).tobytes()
            database.execute("UPDATE embeddings SET vector = ? WHERE rowid = ?", (shorter, rowid))
        database.execute("UPDATE meta SET value = ? WHERE name = 'encoder'", (before.fingerprint,))
    database.close()
    return place


@pytest.fixture
def ask(place: Path) -> Ask:
    def ask(*args: str) -> Any:
        result = run("--library", str(place / "library"), *args, "--json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return ask


def test_it_is_searched_tagged_and_brought_up_to_date_as_before(place: Path, ask: Ask) -> None:
    assert len(ask("search", "kick")["hits"]) == 8
    assert len(ask("similar", str(next((place / "sounds").rglob("*.wav"))))["hits"]) == 7
    assert ask("index")["n_unchanged"] == 8
    assert ask("tags")


def test_the_doctor_and_the_list_tell_of_the_better_model(ask: Ask) -> None:
    checks = {check["name"]: check for check in ask("doctor")["checks"]}
    assert "earmark model use compact" in checks["better model"]["detail"]
    assert [model["name"] for model in ask("model", "list")["models"] if model["is_active"]] == ["compact-1"]


def test_new_sounds_need_the_better_model_which_hears_all_of_them(place: Path, ask: Ask) -> None:
    (place / "sounds" / "more").mkdir()
    for path in write_demo_sounds(place / "sounds" / "more")[:-1]:  # the last one is not among the first eight
        path.unlink()
    refused = run("--library", str(place / "library"), "index")
    assert refused.exit_code != 0, refused.output
    assert "earmark model use compact" in refused.stderr
    assert len(ask("search", "kick")["hits"]) == 8
    assert ask("model", "use", "compact")["n_embedded"] == 9
    assert "better model" not in {check["name"] for check in ask("doctor")["checks"]}
