import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db.engines.sqlite.database import SqliteDatabase
from indexer.encoders import registry
from indexer.encoders.model import Model
from indexer.encoders.process import EncoderProcess
from tests.fakes import InlinePool
from tests.postgres import new_server_library, postgres, server_library  # noqa: F401 (fixtures)
from tests.sounds import write_demo_sounds

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="also build LAION's models in their full sizes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full-size"):
        return
    for item in items:
        if item.get_closest_marker("full_size"):
            item.add_marker(pytest.mark.skip(reason="only with --full-size"))


@pytest.fixture(autouse=True)
def decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode in the test's own process; a module that tests the decoding processes overrides this."""
    monkeypatch.setattr("indexer.ingest.decode_and_embed.DecodePool", InlinePool)
    monkeypatch.setattr("indexer.duplicates.compare_pairs.DecodePool", InlinePool)


@pytest.fixture(autouse=True)
def closed_databases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test leaves open: from Python 3.13 on, a connection that is collected open is a warning."""
    opened: list[SqliteDatabase] = []
    open_database = SqliteDatabase.__init__

    def open_and_note(self: SqliteDatabase, path: Path, *, has_foreign_keys: bool = True) -> None:
        open_database(self, path, has_foreign_keys=has_foreign_keys)
        opened.append(self)

    monkeypatch.setattr(SqliteDatabase, "__init__", open_and_note)
    yield
    for database in opened:
        database.close()


@pytest.fixture(scope="session", autouse=True)
def warm_encoder() -> Iterator[None]:
    """Give everything in the test process one process of the built-in model: starting one takes seconds."""
    start = registry.start_encoder
    encoder = start()
    encoder.close = lambda: None  # type: ignore[method-assign]

    def start_encoder(model: Model = registry.BUILT_IN, n_threads: int | None = None) -> EncoderProcess:
        return encoder if model.name == registry.BUILT_IN.name else start(model, n_threads)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "start_encoder", start_encoder)
        yield
    EncoderProcess.close(encoder)


@pytest.fixture
def memory_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[AbstractFileSystem]":
    """Return an empty object store in memory, ``memory://``; copies of its sounds lie in the test's folder."""
    import fsspec

    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: tmp_path / "data" / name)
    store = fsspec.filesystem("memory")
    yield store
    store.store.clear()
    store.pseudo_dirs[:] = [""]


@pytest.fixture(scope="session")
def _demo_sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo-sounds")
    write_demo_sounds(folder)
    return folder


@pytest.fixture
def folder(_demo_sounds: Path, tmp_path: Path) -> Path:
    """Return a folder of 72 synthesized sounds that the test may change."""
    return Path(shutil.copytree(_demo_sounds, tmp_path / "sounds"))
