"""A new encoder is one file and one entry in the registry; every command then knows it."""

import json
from pathlib import Path

import pytest
import soundfile

from indexer.encoders import registry
from tests.indexer.encoders.tiny_model import INFO, TinyModel
from tests.sounds import RATE_HZ, tone
from tests.tui.conftest import run


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    known = registry.known_models
    monkeypatch.setattr(registry, "known_models", lambda folder: (*known(folder), TinyModel()))
    (tmp_path / "sounds").mkdir()
    for name, hz in {"a": 100, "b": 5_000}.items():
        soundfile.write(tmp_path / "sounds" / f"{name}.wav", tone(hz, 0.2), RATE_HZ)
    return str(tmp_path / "library")


def test_a_library_is_embedded_and_searched_with_it(library: str, tmp_path: Path) -> None:
    assert run("--library", library, "index", str(tmp_path / "sounds")).exit_code == 0
    assert run("--library", library, "model", "use", "tiny").exit_code == 0
    for words, name in (("low", "a.wav"), ("high", "b.wav")):
        hits = json.loads(run("--library", library, "search", words, "--json").stdout)["hits"]
        assert hits[0]["path"].endswith(name)
    listed = json.loads(run("--library", library, "model", "list", "--json").stdout)["models"]
    assert [model["name"] for model in listed if model["is_active"]] == [INFO.name]


def test_the_registry_loads_it_in_this_process_too() -> None:
    assert TinyModel().load(1).embed_text(["low"]).shape == (1, 3)
    assert TinyModel().is_present
    assert TinyModel().origin() is None
