"""Bad requests: no answer is a fault of the server, and no file is opened but the library's."""

from pathlib import Path

from benchmarks.api_fuzz import fuzz, plant_link
from indexer.api.session import LibrarySession
from tests.tui.app.shelf import ENCODER
from tests.tui.serving.conftest import Served


def test_two_hundred_bad_requests_find_no_fault(served: Served, tmp_path: Path) -> None:
    first = served.library.samples(served.ids[:1])[0].path
    plant_link(served.library, tmp_path / "first.wav")
    try:
        session = LibrarySession(served.library, "fake", text_encoder=ENCODER, encoder=ENCODER)
        found = fuzz(session, served.sounds, 200)
    finally:
        first.unlink()
        (tmp_path / "first.wav").rename(first)
    assert (found.faults, found.reads) == ([], set())
    assert found.statuses.keys() >= {200, 400, 401, 403, 404, 422}
