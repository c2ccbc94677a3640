"""``earmark model`` with a fetched model: its sounds, its words, and never those of another."""

import json
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db.library import Library
from db.types import EncoderInfo
from indexer.encoders.registry import BUILT_IN, find_model, load_text_encoder
from tests.laion import convert_small
from tests.sounds import write_demo_sounds
from tests.tui.conftest import run


@dataclass(frozen=True)
class Prepared:
    """A library of eight sounds, embedded by the built-in model and then by a fetched one.

    Attributes:
        n_embedded: Vectors made by each ``model use`` on the way: laion-630k, compact, laion-630k.
    """

    models: Path
    library: Path
    n_embedded: tuple[int, ...]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    place = tmp_path_factory.mktemp("fetched")
    models, library = place / "models", place / "library"
    convert_small(models / "laion-630k", place)
    for path in write_demo_sounds(place / "sounds")[8:]:
        path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARMARK_MODELS", str(models))
        in_library(library, "index", str(place / "sounds"))
        names = ("laion-630k", "compact", "laion-630k")
        return Prepared(
            models, library, tuple(in_library(library, "model", "use", name)["n_embedded"] for name in names)
        )


@pytest.fixture
def models(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EARMARK_MODELS", str(prepared.models))
    return prepared.models


@pytest.fixture
def library(prepared: Prepared, models: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared.library, tmp_path / "library"))


def in_library(library: Path, *args: str) -> dict[str, Any]:
    result = run("--library", str(library), *args, "--json")
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def laion_info(models: Path) -> EncoderInfo:
    info = find_model("laion-630k", models).info
    assert info is not None
    return info


def test_switching_embeds_what_is_missing_and_the_way_back_costs_nothing(
    prepared: Prepared, library: Path, models: Path
) -> None:
    assert prepared.n_embedded == (8, 0, 0)
    with Library.open(library) as opened:
        counts = {encoder.fingerprint: encoder.n_vectors for encoder in opened.encoders()}
    assert BUILT_IN.info is not None
    assert counts == {BUILT_IN.info.fingerprint: 8, laion_info(models).fingerprint: 8}


def test_searches_use_the_words_of_the_model_in_use(library: Path, models: Path) -> None:
    (first, *_) = in_library(library, "search", "snare drum")["hits"]  # kept with the model: no process starts
    with Library.open(library) as opened:
        vectors = opened.vectors(laion_info(models))
        assert vectors.n == 8
        from indexer.search.request import SearchRequest
        from indexer.search.service import SearchService

        encoder = load_text_encoder(find_model("laion-630k", models))
        cosines = SearchService(opened, encoder).search(SearchRequest("snare drum")).cosines
    assert cosines is not None
    assert round(float(cosines[0]), 4) == first["cosine"]
    assert len(set(cosines.round(4))) > 1


def test_words_of_one_model_never_meet_sounds_of_another(library: Path, models: Path) -> None:
    compact = load_text_encoder()
    with Library.open(library) as opened:
        words = compact.embed_text(["kick"])[0]
        with pytest.raises(ValueError, match="vector of length 32"):
            opened.vectors(laion_info(models)).search(words, 3)
        assert opened.vectors(compact.info).dim == len(words)


def test_the_list_and_the_doctor_tell_of_it(library: Path, models: Path) -> None:
    entries = {entry["name"]: entry for entry in in_library(library, "model", "list")["models"]}
    assert entries["laion-630k"]["is_active"]
    assert entries["compact"]["is_present"]
    assert not entries["laion-music"]["is_present"]
    assert entries["laion-music"]["fingerprint"] is None
    checks = {check["name"]: check for check in in_library(library, "doctor")["checks"]}
    assert "computed by earmark's own engine" in checks["laion-630k"]["detail"]
    assert "vectors were those of" in checks["laion-630k"]["detail"]
    assert "recorded at first use" in checks["laion-630k"]["detail"]
    assert checks["model"]["is_ok"]


def test_a_library_whose_model_is_gone_says_how_to_get_it(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARMARK_MODELS", str(tmp_path / "empty"))
    result = run("--library", str(library), "search", "kick")
    assert result.exit_code == 3
    assert "earmark model get laion-630k" in result.stderr


def test_precision_and_engine_are_kept_with_the_model(library: Path, models: Path) -> None:
    used = in_library(library, "model", "use", "laion-630k", "--precision", "float32", "--engine", "transformers")
    assert used["n_embedded"] == 0  # another engine, the same vectors
    choices = json.loads((models / "laion-630k" / "choices.json").read_text("utf-8"))
    assert choices == {"precision": "float32", "engine": "transformers"}
    (check,) = [c for c in in_library(library, "doctor")["checks"] if c["name"] == "laion-630k"]
    assert "computed by transformers" in check["detail"]
    in_library(library, "model", "use", "laion-630k", "--engine", "earmark")
    for args, sentence in (
        (("laion-630k", "--precision", "int4"), "no precision 'int4'"),
        (("laion-630k", "--engine", "clap"), "no engine 'clap'"),
        (("compact", "--engine", "transformers"), "has no choice of engine"),
        (("laion-music",), "earmark model get laion-music"),
    ):
        result = run("--library", str(library), "model", "use", *args)
        assert result.exit_code in {2, 3}
        assert sentence in result.stderr


def test_a_model_that_is_broken_answers_with_a_reason(
    library: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Path(shutil.copytree(models, tmp_path / "broken"))
    (broken / "laion-630k" / "vocab.json").write_text('{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4}')
    (broken / "laion-630k" / "merges.txt").write_text("#version: 0.2\n")
    monkeypatch.setenv("EARMARK_MODELS", str(broken))
    result = run("--library", str(library), "search", "kick")
    assert result.exit_code == 3
    assert "5 entries where the model has 300" in result.stderr


def test_getting_without_a_network_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setenv("EARMARK_MODELS", str(tmp_path))
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    result = run("model", "get", "laion-music")
    assert result.exit_code == 3
    assert "did not give vocab.json" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_getting_a_file_that_is_no_checkpoint_is_one_sentence(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "music_audioset_epoch_15_esc_90.14.pt"
    file.write_text("Not Found")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(models / "laion-630k" / name, tmp_path / name)
    result = run("model", "get", "--from", str(file))
    assert result.exit_code == 3
    assert "earmark" in result.stderr
    assert "Traceback" not in result.stderr


def test_texts_already_read_are_not_read_again(models: Path) -> None:
    encoder = load_text_encoder(find_model("laion-630k", models))
    first = encoder.embed_text(["an odd wish", "a 808 kick drum", "an odd wish"])
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(encoder.embed_text(["an odd wish"])[0], first[0])
    assert encoder.embed_text([]).shape == (0, 32)
