"""The lean set-up is the whole one without the large model's packages; ``make test-lean`` runs it."""

import tomllib
from pathlib import Path

import pytest

from db.errors import ModelError
from indexer.encoders.laion.engines import base
from indexer.encoders.registry import known_models

LARGE = ("torch>", "torchvision", "transformers", "laion-clap", "librosa", "tokenizers", "huggingface-hub")


def test_the_group_is_all_dependencies_but_those_of_the_large_model() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    dependencies = project["project"]["dependencies"]
    assert project["dependency-groups"]["lean"] == [each for each in dependencies if not each.startswith(LARGE)]
    assert sum(each.startswith(LARGE) for each in dependencies) == len(LARGE)


def test_the_large_model_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "find_spec", lambda _: None)
    model = known_models(tmp_path)[1]
    for use in (lambda: model.fetch(None, lambda *_: None, lambda _: None), lambda: model.load(1), model.start):
        with pytest.raises(ModelError, match="python -m pip install torch tokenizers huggingface-hub transformers"):
            use()
