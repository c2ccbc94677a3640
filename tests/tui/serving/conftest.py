"""One small library behind the API, spoken to by Starlette's test client: no port is opened."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from db.library import Library
from indexer.api.session import LibrarySession
from tests.tui.app.shelf import ENCODER, make_shelf
from tests.tui.app.shelf import Shelf as AppShelf
from tui.serving.app import ServerOptions, make_app
from tui.serving.library_api import LibraryApi
from tui.serving.tokens import Role, add_token, read_tokens, remove_token


@dataclass(frozen=True)
class Served:
    """A library and who asks it.

    Attributes:
        log: What the server said, a line each.
        secrets: Tokens by role.
    """

    library: Library
    sounds: Path
    reader: TestClient
    editor: TestClient
    nobody: TestClient
    log: list[str]
    secrets: dict[Role, str]

    @property
    def ids(self) -> list[int]:
        return self.library.sorted_ids().tolist()


@pytest.fixture(scope="session")
def api_shelf(tmp_path_factory: pytest.TempPathFactory) -> AppShelf:
    return make_shelf(tmp_path_factory.mktemp("serving"))


@pytest.fixture
def served(api_shelf: AppShelf, tmp_path: Path) -> Iterator[Served]:
    """Serve a copy of the library that a test may change."""
    shutil.copytree(api_shelf.library, tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        yield from serve(library, api_shelf.sounds)


def serve(library: Library, sounds: Path, options: ServerOptions | None = None, prefix: str = "") -> Iterator[Served]:
    """Serve a library with two tokens of its own, called by their roles behind a prefix."""
    api = LibraryApi(LibrarySession(library, "fake", text_encoder=ENCODER, encoder=ENCODER))
    secrets = {role: add_token(library, prefix + role.value, role) for role in Role}
    log: list[str] = []
    app = make_app(api, options or ServerOptions(per_second=10_000, log=log.append))

    def client(secret: str | None) -> TestClient:
        headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        return TestClient(app, headers=headers, raise_server_exceptions=False)

    with client(secrets[Role.READER]) as reader:
        editor, nobody = client(secrets[Role.EDITOR]), client(None)
        editor.portal = nobody.portal = reader.portal  # one event loop, as a server has
        yield Served(library, sounds, reader, editor, nobody, log, secrets)
    for token in {token.name for token in read_tokens(library)} & {prefix + role.value for role in Role}:
        remove_token(library, token)
