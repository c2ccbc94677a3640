"""What an editor changes, and that two at once lose nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from db.engines.sqlite.lock import writer_lock
from db.query.parser import parse_query
from db.types import Annotation
from tests.tui.serving.conftest import Served


def test_stars_notes_and_hiding(served: Served) -> None:
    first, second = served.ids[:2]
    rate = {"sounds": [first, second], "stars": 4}
    assert served.editor.post("/annotations", json=rate).json() == {"n_changed": 2}
    assert served.editor.post("/annotations", json=rate).json() == {"n_changed": 0}
    served.editor.post("/annotations", json={"sounds": [first], "note": " for the bridge "})
    served.editor.post("/annotations", json={"sounds": [second], "is_hidden": True})
    expected = {first: Annotation(4, "for the bridge"), second: Annotation(4, is_hidden=True)}
    assert served.library.annotations([first, second]) == expected
    assert served.reader.get(f"/sounds/{first}").json()["note"] == "for the bridge"


def test_tags_by_id_and_by_hash(served: Served) -> None:
    first, second = served.ids[:2]
    digits = served.reader.get(f"/sounds/{second}").json()["audio_hash"]
    asked = {"name": "dusty", "sounds": [first, digits]}
    assert served.editor.post("/tags/add", json=asked).json() == {"n_changed": 2}
    found = served.library.filter_ids(parse_query("tag:dusty").filters)
    assert found.tolist() == sorted([first, second])
    served.editor.post("/tags/remove", json={"name": "dusty", "sounds": [first]})
    assert served.library.filter_ids(parse_query("tag:dusty").filters).tolist() == [second]


def test_a_type_replaces_the_type_before(served: Served) -> None:
    (first, *_) = served.ids
    for name in ("kick", "snare"):
        assert served.editor.post("/tags/add", json={"name": name, "sounds": [first]}).json() == {"n_changed": 1}
    types = [tag["name"] for tag in served.reader.get(f"/sounds/{first}").json()["tags"] if tag["facet"] == "type"]
    assert types == ["snare"]


def test_collections_grow_and_shrink(served: Served) -> None:
    first, second, third = served.ids[:3]
    served.editor.post("/collections/add", json={"name": "Kit", "sounds": [third, first]})
    assert served.editor.post("/collections/add", json={"name": "kit", "sounds": [first, second]}).json() == {
        "n_changed": 1
    }
    assert served.library.collection_ids("Kit") == [third, first, second]
    assert served.reader.get("/collections").json() == [{"name": "Kit", "n_samples": 3, "is_kit": False}]
    served.editor.post("/collections/remove", json={"name": "Kit", "sounds": [third]})
    assert served.library.collection_ids("Kit") == [first, second]
    refused = served.editor.post("/collections/remove", json={"name": "Other", "sounds": [third]})
    assert (refused.status_code, "no collection Other" in refused.json()["error"]) == (400, True)


def test_edits_at_once_are_all_kept(served: Served) -> None:
    ids = served.ids[:8]

    def change(number: int) -> list[int]:
        return [
            served.editor.post(path, json=asked).status_code
            for path, asked in (
                ("/tags/add", {"name": f"tag{number}", "sounds": ids}),
                ("/collections/add", {"name": "All", "sounds": [ids[number]]}),
                ("/annotations", {"sounds": [ids[0]], **({"stars": 3} if number % 2 else {"note": "mine"})}),
            )
        ]

    with ThreadPoolExecutor(8) as pool:
        assert {status for statuses in pool.map(change, range(8)) for status in statuses} == {200}
    assert sorted(served.library.collection_ids("All")) == sorted(ids)
    assert served.library.annotations(ids[:1]) == {ids[0]: Annotation(3, "mine")}
    for number in range(8):
        assert served.library.filter_ids(parse_query(f"tag:tag{number}").filters).tolist() == sorted(ids)


def test_while_another_process_writes_one_is_told_when_to_come_back(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.serving.app._WAITS", (0.001,))
    with writer_lock(served.library.folder):
        busy = served.editor.post("/annotations", json={"sounds": served.ids[:1], "stars": 1})
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "2")
    assert "already writing" in busy.json()["error"]
    assert served.reader.get("/stats").status_code == 200
