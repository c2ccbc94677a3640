"""``earmark marks``: what a person typed survives any library and any machine."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from db.errors import UsageError
from db.library import Library
from db.read.duplicates import DuplicateDecisions
from db.types import Annotation, Reading, Source, TagKey, TagName
from db.write.records import TagEdit
from tests.db.factories import ENCODER, add_root, content_hash, get_id, observed, record
from tests.tui.conftest import run
from tui.workspace.annotations.json_file import write_json
from tui.workspace.annotations.marks import Imported, export_marks, import_marks

DUSTY = TagName("user", "dusty")
KICK = TagName("type", "kick", "drums")


def make(folder: Path, *names: str) -> Library:
    library = Library.create(folder)
    record(
        library, add_root(library, folder / "sounds"), *[observed(f"{folder.name} {name}.wav", name) for name in names]
    )
    return library


def find(library: Library, name: str) -> int:
    return get_id(library, library.roots()[0], f"{library.folder.name} {name}.wav")


@pytest.fixture
def spoken(tmp_path: Path) -> Library:
    """Return a library of which much was said."""
    library = make(tmp_path / "one", "a", "b", "c", "silent")
    a, b = find(library, "a"), find(library, "b")
    with library.edits() as edits:
        edits.set_annotations({a: Annotation(5, "for the bridge"), b: Annotation(0, "Größe", is_hidden=True)})
        edits.set_user_readings("bpm", {a: Reading("bpm", Source.USER, 1.0, number=174.0)})
        edits.set_user_readings("key", {b: Reading("key", Source.USER, 1.0, text="A#m")})
        tags = {
            TagKey(a, DUSTY, Source.USER): 1.0,
            TagKey(b, DUSTY, Source.USER): 0.0,
            TagKey(b, KICK, Source.USER): 1.0,
        }
        edits.edit_tags(TagEdit("said", tags, {DUSTY: "[]"}))
        edits.set_collection("Kit", [b, find(library, "c")], {b: "snare"})
        one, other = sorted([content_hash("a"), content_hash("b")])
        edits.store_decisions(DuplicateDecisions(frozenset({(one, other)}), {one: b"Drums/caf\xe9.wav"}))
    return library


def said(library: Library) -> Any:
    """Return what was said, without what differs between libraries."""
    document = json.loads(json.dumps(export_marks(library)))
    del document["made_at"]
    for sound in document["sounds"]:
        del sound["name"]
    return {**document, "sounds": sorted(document["sounds"], key=lambda sound: sound["audio_hash"])}


def test_all_that_was_said_comes_to_another_library(spoken: Library, tmp_path: Path) -> None:
    other = make(tmp_path / "two", "silent", "c", "b", "a", "more")
    assert import_marks(other, export_marks(spoken)) == Imported(3, 0, 0)
    assert said(other) == said(spoken)
    assert import_marks(other, export_marks(spoken)) == Imported(3, 0, 0)
    assert said(other) == said(spoken)


def test_sounds_that_are_not_here_are_counted(spoken: Library, tmp_path: Path) -> None:
    other = make(tmp_path / "two", "a")
    assert import_marks(other, export_marks(spoken)) == Imported(1, 2, 0)
    assert other.collections() == []


def test_a_sound_is_known_by_a_file_that_held_it(spoken: Library, tmp_path: Path) -> None:
    document = export_marks(spoken)
    for sound in document["sounds"]:
        sound["audio_hash"] = "00" * 16
    assert import_marks(make(tmp_path / "two", "a", "b"), document).n_samples == 2


@pytest.mark.parametrize(("replaces", "stars"), [(False, 2), (True, 5)])
def test_what_was_said_here_stays_unless_it_is_to_be_replaced(
    replaces: bool, stars: int, spoken: Library, tmp_path: Path
) -> None:
    other = make(tmp_path / "two", "a")
    a = find(other, "a")
    with other.edits() as edits:
        edits.set_annotations({a: Annotation(2)})
    assert import_marks(other, export_marks(spoken), replaces=replaces).n_kept == (0 if replaces else 1)
    assert other.annotations([a])[a] == Annotation(stars, "for the bridge")


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("sounds"),
        lambda document: document.update(format="other"),
        lambda document: document["sounds"][0].update(stars=6),
        lambda document: document["sounds"][0].update(is_hidden="perhaps"),
        lambda document: document["duplicates"].update(apart=[["00" * 16]]),
        lambda document: document["duplicates"].update(keepers=[{"audio_hash": "kick", "path": ""}]),
        lambda document: document["sounds"][0].update(audio_hash="kick"),
        lambda document: document["sounds"][0].update(tags=[{"facet": 1}]),
        lambda document: document["sounds"][0].update(bpm="fast"),
        lambda document: document["sounds"][0].update(key="loud"),
        lambda document: document["few_shot_tags"][0].update(imported=[{"yes": ["?"], "no": [], "encoder": "x"}]),
    ],
)
def test_a_wrong_file_is_a_sentence_and_changes_nothing(change: Any, spoken: Library, tmp_path: Path) -> None:
    document = json.loads(json.dumps(export_marks(spoken)))
    change(document)
    other = make(tmp_path / "two", "a", "b", "c")
    with pytest.raises(UsageError, match="not a file of marks"):
        import_marks(other, document)
    assert other.marks() == []
    assert other.duplicate_decisions() == DuplicateDecisions()


def test_a_keeper_that_was_chosen_here_stays_unless_it_is_to_be_replaced(spoken: Library, tmp_path: Path) -> None:
    other = make(tmp_path / "two", "a")
    ((key, path),) = spoken.duplicate_decisions().keepers.items()
    with other.edits() as edits:
        edits.store_decisions(DuplicateDecisions(keepers={key: b"mine.wav"}))
    assert import_marks(other, export_marks(spoken)).n_kept == 1
    assert other.duplicate_decisions().keepers == {key: b"mine.wav"}
    import_marks(other, export_marks(spoken), replaces=True)
    assert other.duplicate_decisions() == DuplicateDecisions(spoken.duplicate_decisions().apart, {key: path})


def test_a_collection_is_named_as_a_query_line_can_hold_it(spoken: Library, tmp_path: Path) -> None:
    document = export_marks(spoken)
    (kit,) = document["collections"]
    document["collections"] = [{**kit, "name": 'My  "Kit"'}, {"name": "my 'kit'", "sounds": kit["sounds"][:1]}]
    other = make(tmp_path / "two", "a", "b", "c")
    import_marks(other, document)
    assert [(one.name, one.n_samples) for one in other.collections()] == [("My 'Kit'", 2)]


def test_marks_are_taken_in_without_the_model_of_the_library(spoken: Library, tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    assert run("--library", str(spoken.folder), "marks", "export", str(file)).exit_code == 0
    other = make(tmp_path / "two", "a", "b", "c")
    with other.writer() as writer:
        writer.activate(ENCODER)  # which no machine has
    taken = run("--library", str(other.folder), "marks", "import", str(file))
    assert taken.exit_code == 0, taken.stderr
    assert "earmark tag renew" in taken.stderr
    assert said(other) == said(spoken)


@pytest.mark.parametrize(
    ("action", "name", "sentence"),
    [
        ("export", "nowhere/marks.json", "There is no folder"),
        ("export", "text", "Give another name"),
        ("import", "nowhere/marks.json", "earmark marks export FILE"),
        ("import", ".", "earmark marks export FILE"),
        ("import", "text", "earmark marks export FILE"),
    ],
)
def test_a_file_of_marks_that_is_not_fit_is_a_sentence_with_the_next_step(
    action: str, name: str, sentence: str, spoken: Library, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("mine")
    refused = run("--library", str(spoken.folder), "marks", action, str(tmp_path / name))
    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert (tmp_path / "text").read_text() == "mine"


def test_a_file_of_marks_that_finds_no_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bytes = Path.write_bytes

    def fill_the_disk(path: Path, content: bytes) -> int:
        write_bytes(path, content[:9])
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "disk" / "marks.json"
    file.parent.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", fill_the_disk)
        with pytest.raises(UsageError, match="the disk is full"):
            write_json({"format": "mine"}, file)
    assert list(file.parent.iterdir()) == []
    write_json({"format": "mine"}, file)
    assert json.loads(file.read_bytes()) == {"format": "mine"}
