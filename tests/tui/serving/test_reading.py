"""What a reader is told: the JSON of the command line, pictures and files."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from fsspec import AbstractFileSystem

from db.library import Library
from indexer.audio.remote import add_remote
from indexer.ingest.pipeline import index
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService
from tests.sounds import kick, write_sound
from tests.tui.app.shelf import ENCODER
from tests.tui.serving.conftest import Served, serve
from tui.workspace.json_output import printable, result_shape, sample_shape


def test_a_search_answers_as_the_command_line_does(served: Served) -> None:
    service = SearchService(served.library, ENCODER)
    line = "dark kick len:<9"
    result = service.search(SearchRequest(line, k=7))
    expected = printable(result_shape(line, result, service.hits(result), service.unknown(line)))
    found = served.reader.get("/search", params={"q": line, "k": 7}).json()
    assert found.pop("seconds") >= 0
    del expected["seconds"]
    assert found == expected
    assert len(found["hits"]) == 7


def test_filters_list_and_sort(served: Served) -> None:
    found = served.reader.get("/search", params={"q": "len:<9", "k": 200, "sort": "-length"}).json()["hits"]
    lengths = [hit["features"]["duration_seconds"] for hit in found]
    assert lengths == sorted(lengths, reverse=True)
    assert len(lengths) > 20


def test_similar_sounds_leave_the_sound_itself_out(served: Served) -> None:
    first = served.ids[0]
    found = served.reader.get(f"/sounds/{first}/similar", params={"k": 5}).json()["hits"]
    assert len(found) == 5
    assert first not in [hit["id"] for hit in found]


def test_a_blend_is_a_path_or_a_point(served: Served) -> None:
    first, second = served.ids[:2]
    ends = {"start": f"sound:{first}", "end": f"sound:{second}"}
    path = served.reader.get("/blend", params={**ends, "steps": 2}).json()
    assert [step["id"] for step in path["steps"]] == [first, second]
    point = served.reader.get("/blend", params={**ends, "at": 0.0, "k": 3}).json()
    assert point["sounds"][0]["id"] == first
    assert "describes no sound" in served.reader.get("/blend", params={"start": " ", "end": "kick"}).json()["error"]


def test_info_names_the_hash_by_which_the_sound_can_be_asked_for(served: Served) -> None:
    first = served.ids[0]
    known = served.reader.get(f"/sounds/{first}").json()
    (sample,) = served.library.samples([first])
    assert {**known, **printable(sample_shape(sample))} == known
    assert (known["stars"], known["collections"]) == (0, [])
    assert served.reader.get(f"/sounds/{known['audio_hash']}").json() == known


def test_counts_by_tag_and_in_all(served: Served) -> None:
    assert served.reader.get("/stats").json()["n_samples"] == len(served.ids)
    tags = served.reader.get("/tags").json()
    assert tags["n_samples"] == len(served.ids)
    assert {facet["facet"] for facet in tags["facets"]} >= {"type", "form"}
    assert served.reader.get("/collections").json() == []


def audio_path(served: Served) -> tuple[str, bytes]:
    first = served.ids[0]
    (sample,) = served.library.samples([first])
    return f"/sounds/{first}/audio", sample.path.read_bytes()


def test_audio_comes_whole_or_in_ranges(served: Served) -> None:
    path, data = audio_path(served)
    whole = served.reader.get(path)
    assert whole.content == data
    assert whole.headers["content-type"] == "audio/wav"
    size = len(data)
    for asked, first, last in (
        ("bytes=0-9", 0, 10),
        (f"bytes={size - 5}-", size - 5, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=3-{size * 2}", 3, size),
    ):
        part = served.reader.get(path, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, data[first:last])
        assert part.headers["content-range"] == f"bytes {first}-{last - 1}/{size}"
    for nothing_known in ("bytes=9-3", "bytes=-", "pages=1-2", "bytes=0-1,4-5", "bytes=a-b", f"bytes={'9' * 30}-"):
        assert served.reader.get(path, headers={"Range": nothing_known}).content == data
    for nowhere in (f"bytes={size}-", "bytes=-0"):
        refused = served.reader.get(path, headers={"Range": nowhere})
        assert (refused.status_code, refused.headers["content-range"]) == (416, f"bytes */{size}")


def test_audio_that_is_known_is_not_sent_again(served: Served) -> None:
    path, data = audio_path(served)
    head = served.reader.head(path)
    assert (head.content, int(head.headers["content-length"])) == (b"", len(data))
    etag = head.headers["etag"]
    assert served.reader.get(path, headers={"If-None-Match": etag}).status_code == 304
    part = {"Range": "bytes=0-3"}
    assert served.reader.get(path, headers={**part, "If-Range": etag}).status_code == 206
    assert served.reader.get(path, headers={**part, "If-Range": '"older"'}).content == data


def test_a_waveform_is_a_picture_of_the_size_asked_for(served: Served) -> None:
    drawn = served.reader.get(f"/sounds/{served.ids[0]}/waveform", params={"width": 64, "height": 32})
    assert drawn.headers["content-type"] == "image/svg+xml"
    picture = ET.fromstring(drawn.text)
    assert (picture.get("width"), picture.get("height")) == ("64", "32")
    (outline,) = picture
    points = [tuple(map(float, point.split())) for point in outline.get("d").strip("MZ").split(" L")]
    assert len(points) == 128
    assert all(0 <= x <= 64 and 0 <= y <= 32 for x, y in points)
    assert len({y for _, y in points}) > 10


@pytest.mark.parametrize("kind", ["link out", "gone", "link inside"])
def test_a_file_that_left_its_folder_is_not_served(kind: str, served: Served, tmp_path: Path) -> None:
    first = served.ids[0]
    (sample,) = served.library.samples([first])
    kept, outside = tmp_path / "kept", tmp_path / "outside.wav"
    original = sample.path
    original.rename(kept)
    try:
        outside.write_bytes(b"secret" * 100)
        inside = next(path for path in served.sounds.rglob("*.wav"))
        if kind != "gone":
            original.symlink_to(outside if kind == "link out" else inside)
        for path in (f"/sounds/{first}/audio", f"/sounds/{first}/waveform"):
            answer = served.reader.get(path)
            assert answer.status_code == (200 if kind == "link inside" else 409)
            assert b"secret" not in answer.content
        if kind == "link out":
            assert "leads out" in answer.json()["error"]
    finally:
        original.unlink(missing_ok=True)
        kept.rename(original)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/search?k=300", 422, "k: Input should be less than or equal to 200."),
        ("/search?qq=kick", 422, "qq: There is no such value here. All of them are in /openapi.json."),
        ("/sounds/kick.wav", 422, "sound: A sound is named by the id that a search returned, or by its audio_hash."),
        ("/sounds/999999", 404, "The library has no sound 999999. Use an id that search returned."),
        ("/annotations", 405, "Not by this method. The right one is in /openapi.json."),
        ("/nowhere", 404, "There is nothing at this address. All of them are in /openapi.json."),
    ],
)
def test_what_cannot_be_answered_is_a_sentence_with_the_next_step(
    path: str, status: int, said: str, served: Served
) -> None:
    refused = served.reader.get(path)
    assert (refused.status_code, refused.json()) == (status, {"error": said})


def test_names_that_are_no_text_and_controls_are_made_plain() -> None:
    assert printable({"path": ["a\udcff\x1b[31mb\u202egnp", 1, None, "Größe"]}) == {
        "path": ["a\\udcff[31mbgnp", 1, None, "Größe"]
    }


def test_a_fault_of_ours_is_one_sentence_and_stays_in_the_log(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tui.settings.fault_log", lambda: tmp_path / "fault.log")
    monkeypatch.setattr("tui.serving.library_api.overview", lambda _: 1 / 0)
    answer = served.reader.get("/stats")
    assert (answer.status_code, list(answer.json())) == (500, ["error"])
    assert "division" not in answer.text
    assert "ZeroDivisionError" in (tmp_path / "fault.log").read_text()


def test_a_sound_of_an_object_store_is_fetched_when_it_is_asked_for(
    memory_store: AbstractFileSystem, tmp_path: Path
) -> None:
    data = write_sound(tmp_path / "kick.wav", kick()).read_bytes()
    memory_store.pipe("/bucket/drums/kick.wav", data)
    with Library.create(tmp_path / "library") as library:
        index(library, [add_remote("memory://bucket/drums")], ENCODER, has_remote=True)
        for served in serve(library, tmp_path):
            assert served.reader.get(f"/sounds/{served.ids[0]}/audio").content == data
            assert served.reader.get(f"/sounds/{served.ids[0]}/waveform").status_code == 200
