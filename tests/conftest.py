import shutil
from pathlib import Path

import pytest

from indexer.demo_sounds import write_demo_sounds


@pytest.fixture(scope="session")
def _demo_sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo-sounds")
    write_demo_sounds(folder)
    return folder


@pytest.fixture
def folder(_demo_sounds: Path, tmp_path: Path) -> Path:
    """Return a folder of 72 synthesized sounds that the test may change."""
    return Path(shutil.copytree(_demo_sounds, tmp_path / "sounds"))
