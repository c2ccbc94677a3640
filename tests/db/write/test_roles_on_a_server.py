"""On a server an editor may make all small changes, an indexer all changes, a reader none."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.engines.postgres.root_places import RootPlaces
from db.errors import LibraryConflictError, LibraryReadOnlyError
from db.read.duplicates import DuplicateDecisions
from db.read.roots import read_roots
from db.read.tagging_inputs import QueuedSample
from db.schema.postgres.roles import grant_roles
from db.types import Annotation, Reading, Source, Tag, TagKey, TagName
from db.write.records import TagEdit, TagResult
from db.write.writer import Writer
from tests.db.factories import ENCODER, OTHER_ENCODER, failed, observed
from tests.postgres import Server

DUSTY = TagName("user", "dusty")
TEMPO = Reading("bpm", Source.USER, 1.0, 90.0)
KICK = Tag("type", "kick", Source.MODEL, 0.5)

Change = Callable[[Writer], object]

# of a library with the samples 1 and 2
EDITS: dict[str, Change] = {
    "stars": lambda writer: writer.set_annotations({1: Annotation(3), 2: Annotation()}),
    "one value": lambda writer: writer.change_annotations([1, 2], note="soft"),
    "use": lambda writer: writer.note_use([1], 7),
    "hearing": lambda writer: writer.note_hearings({1: 7}),
    "collection": lambda writer: writer.set_collection("drums", [1], {1: "kick"}),
    "into it": lambda writer: writer.add_to_collection("Drums", [2]),
    "another name": lambda writer: writer.rename_collection("drums", "beats"),
    "out of it": lambda writer: writer.remove_from_collection("beats", [1, 2]),
    "map": lambda writer: writer.set_map_points(ENCODER, np.array([1]), np.zeros((1, 2), np.float32)),
    "decisions": lambda writer: writer.store_decisions(DuplicateDecisions(frozenset({(b"a", b"b")}), {b"a": b"a.wav"})),
    "no decisions": lambda writer: writer.forget_decisions([b"a"]),
    "reading": lambda writer: writer.set_user_readings("bpm", {1: TEMPO, 2: None}),
    "setting": lambda writer: writer.set_setting("name", "value"),
    "tags": lambda writer: writer.set_tags({1: (KICK,)}, [Source.MODEL]),
    "tag stage": lambda writer: writer.begin_tagging("tagging", "{}"),
    "tagged": lambda writer: writer.store_tagging({QueuedSample(1, 1, False): TagResult((KICK,), (TEMPO,))}),
    "edit": lambda writer: writer.edit_tags(TagEdit("tag", {TagKey(1, DUSTY, Source.USER): 1.0}, {DUSTY: "{}"})),
    "undo": lambda writer: writer.undo_tag_edit(),
}
FILES: dict[str, Change] = {
    "asked": lambda writer: writer.check_file_changes(),
    "encoder": lambda writer: writer.activate(OTHER_ENCODER),
    "files": lambda writer: writer.store(
        1, ENCODER, [observed("1.wav"), observed("new.wav")], [failed("bad.wav")], set()
    ),
    "edited file": lambda writer: writer.store(1, ENCODER, [observed("2.wav", "other")], [], set()),
    "settle": lambda writer: writer.settle_edits(),
    "gone": lambda writer: writer.remove_files([(1, b"1.wav")]),
    "forget": lambda writer: writer.forget_root(1),
}


@pytest.fixture
def owner(server_library: ServerPlace, tmp_path: Path) -> Iterator[Writer]:
    database = PostgresDatabase(server_library)
    owner = Writer(database)
    owner.add_root(tmp_path)
    owner.store(1, ENCODER, [observed("1.wav"), observed("2.wav")], [], set())
    yield owner
    database.close()


@contextmanager
def somebody(place: ServerPlace, postgres: Server, role: str) -> Iterator[Writer]:
    name = place.url.partition("@/")[2].partition("?")[0]
    with postgres.connect(name) as connection:
        connection.execute("CREATE ROLE edith LOGIN")
        grant_roles(place, {"edith": role})
        database = PostgresDatabase(postgres.place(name, "edith"))
        try:
            yield Writer(database)
        finally:
            database.close()
            connection.execute("DROP OWNED BY edith")
            connection.execute("DROP ROLE edith")


def refused(writer: Writer, changes: dict[str, Change]) -> set[str]:
    found = set()
    for name, change in changes.items():
        try:
            change(writer)
        except LibraryReadOnlyError:
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("role", "not_theirs"),
    [("indexer", set()), ("editor", FILES.keys() - {"settle"}), ("reader", FILES.keys() - {"settle"} | EDITS.keys())],
)
def test_each_role_may_do_what_is_its_own(
    owner: Writer, server_library: ServerPlace, postgres: Server, role: str, not_theirs: set[str]
) -> None:
    with somebody(server_library, postgres, role) as writer:
        assert refused(writer, EDITS | FILES) == not_theirs


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_who_adds_no_sounds_still_says_where_this_machine_has_a_folder(
    owner: Writer, server_library: ServerPlace, postgres: Server, tmp_path: Path, role: str
) -> None:
    there, local = tmp_path / "there", tmp_path / "local"
    for folder in (there, local):
        folder.mkdir()
    (there / "1.wav").write_bytes(b"RIFF")
    with somebody(server_library, postgres, role) as writer:
        database = writer._database
        database.root_places = RootPlaces(local)
        with database.read() as transaction:
            (root,) = read_roots(transaction)
        assert not root.is_online
        writer.relink_root(root, there)
        with database.read() as transaction:
            assert [(one.path, one.is_online) for one in read_roots(transaction)] == [(there, True)]
    assert RootPlaces(local).find(os.fsencode(tmp_path)) == os.fsencode(there)


def test_what_belongs_to_a_folder_that_somebody_has_just_taken_out_is_not_stored(owner: Writer) -> None:
    owner.forget_root(1)
    with pytest.raises(LibraryConflictError, match="was changed by somebody else"):
        owner.store(1, ENCODER, [observed("3.wav")], [], set())
