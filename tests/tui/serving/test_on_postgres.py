"""The API over a library on a server: the same answers, and two servers of one library lose nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from db.engines.postgres.place import ServerPlace
from db.engines.postgres.root_places import RootPlaces
from db.library import Library
from db.paths import to_stored
from db.types import Annotation
from indexer.ingest.pipeline import index
from tests.postgres import Server
from tests.tui.app.shelf import ENCODER
from tests.tui.app.shelf import Shelf as AppShelf
from tests.tui.serving.conftest import Served, serve


@pytest.fixture(scope="module")
def place(postgres: Server, api_shelf: AppShelf) -> Iterator[ServerPlace]:
    with postgres.library() as place:
        with Library.open(place) as library:
            name = to_stored(api_shelf.sounds)
            RootPlaces(library.folder).set(name, name)
            index(library, [api_shelf.sounds], ENCODER)
        yield place


@pytest.fixture
def on_server(place: ServerPlace, api_shelf: AppShelf) -> Iterator[Served]:
    with Library.open(place) as library:
        yield from serve(library, api_shelf.sounds)


def test_a_search_has_the_same_hits_as_on_sqlite(on_server: Served, served: Served) -> None:
    for line in ("dark kick len:<9", "form:one-shot", "noise -short"):
        asked = {"q": line, "k": 200}  # all of them: filters alone list by id
        theirs, ours = (one.reader.get("/search", params=asked).json()["hits"] for one in (on_server, served))
        names = [[(Path(hit["path"]).name, hit["score"]) for hit in hits] for hits in (theirs, ours)]
        assert sorted(names[0]) == sorted(names[1])


def test_files_and_pictures_are_served(on_server: Served) -> None:
    (first, *_) = on_server.ids
    path = on_server.library.samples([first])[0].path
    assert on_server.reader.get(f"/sounds/{first}/audio").content == path.read_bytes()
    assert on_server.reader.get(f"/sounds/{first}/waveform").status_code == 200
    digits = on_server.reader.get(f"/sounds/{first}").json()["audio_hash"]
    assert on_server.reader.get(f"/sounds/{digits}").json()["id"] == first


def test_edits_through_two_servers_at_once_are_all_kept(
    on_server: Served, place: ServerPlace, api_shelf: AppShelf
) -> None:
    ids = on_server.ids[:6]
    with Library.open(place) as library:
        for other in serve(library, api_shelf.sounds, prefix="other-"):
            with ThreadPoolExecutor(6) as pool:
                editors = [on_server.editor, other.editor] * 3
                statuses = pool.map(_edit, editors, range(6), repeat(ids))
                assert set().union(*statuses) == {200}
    assert sorted(on_server.library.collection_ids("All")) == sorted(ids)
    assert on_server.library.annotations(ids[:1]) == {ids[0]: Annotation(3, "mine")}
    for sample in on_server.library.samples(ids):
        assert {f"mine{number}" for number in range(6)} <= {tag.name for tag in sample.tags}


def _edit(editor: TestClient, number: int, ids: list[int]) -> set[int]:
    changes = {
        "/tags/add": {"name": f"mine{number}", "sounds": ids},
        "/collections/add": {"name": "All", "sounds": [ids[number]]},
        "/annotations": {"sounds": ids[:1], **({"stars": 3} if number % 2 else {"note": "mine"})},
    }
    return {editor.post(path, json=asked).status_code for path, asked in changes.items()}
