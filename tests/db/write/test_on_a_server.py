"""Several people change one library on a server at once: nobody's change is lost, and nothing is half done."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from db.compiled.annotations import DROP_COLLECTION, DROP_MEMBER, FIND_COLLECTION
from db.compiled.locks import GIVEN
from db.engines.base import Transaction
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.errors import LibraryError
from db.read.annotations import read_annotations, read_collection_ids, read_collections
from db.read.tags import read_tags_from
from db.types import Annotation, Root, Source, Tag, TagKey, TagName
from db.write.records import Observation, TagEdit
from db.write.tags import TagWriter
from db.write.writer import Writer
from tests.db.factories import ENCODER, observed

DUSTY, WARM = TagName("user", "dusty"), TagName("user", "warm")
SOUNDS = [observed(f"{number}.wav") for number in range(12)]


@pytest.fixture
def databases(server_library: ServerPlace) -> Iterator[list[PostgresDatabase]]:
    """Connect as two machines."""
    both = [PostgresDatabase(server_library) for _ in range(2)]
    yield both
    for database in both:
        database.close()


@pytest.fixture
def writers(databases: list[PostgresDatabase]) -> list[Writer]:
    return [Writer(database) for database in databases]


@pytest.fixture
def people() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as people:
        yield people


def add_root(writer: Writer, folder: Path) -> Root:
    folder.mkdir(exist_ok=True)
    return writer.add_root(folder)


def store(writer: Writer, root: Root, sounds: Sequence[Observation] = SOUNDS) -> None:
    for start in range(0, len(sounds), 5):
        writer.store(root.id, ENCODER, sounds[start : start + 5], [], set())


def give(tag: TagName, ids: Sequence[int], confidence: float | None = 1.0) -> TagEdit:
    return TagEdit("tag", {TagKey(sample_id, tag, Source.USER): confidence for sample_id in ids}, {})


def number(database: PostgresDatabase, query: str) -> int:
    with database.read() as transaction:
        row = transaction.driver_cursor().execute(query).fetchone()
    assert row is not None
    return int(row[0])


def sample_ids(database: PostgresDatabase) -> list[int]:
    with database.read() as transaction:
        return [row[0] for row in transaction.driver_cursor().execute("SELECT id FROM samples ORDER BY id")]


def user_tags(database: PostgresDatabase, sample_id: int) -> set[str]:
    with database.read() as transaction:
        return {tag.name for tag in read_tags_from(transaction, [Source.USER], [sample_id])[sample_id]}


def wait_until_somebody_waits(database: PostgresDatabase) -> None:
    while not number(database, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        pass


def meanwhile(
    people: ThreadPoolExecutor,
    database: PostgresDatabase,
    first: Callable[[Transaction], object],
    second: Callable[[], object],
) -> None:
    """Let one transaction come to its end while another person's change waits for it."""
    with database.write() as transaction:
        first(transaction)
        other: Future[object] = people.submit(second)
        wait_until_somebody_waits(database)
    other.result()


def test_two_people_tag_one_sound_at_once_and_both_are_kept(
    databases: list[PostgresDatabase], writers: list[Writer], people: ThreadPoolExecutor, tmp_path: Path
) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"), SOUNDS[:1])
    (sample_id,) = sample_ids(databases[0])

    def tag_dusty(transaction: Transaction) -> None:
        transaction.lock_samples(GIVEN, ids=[sample_id])
        TagWriter(transaction).edit({TagKey(sample_id, DUSTY, Source.USER): 1.0})

    meanwhile(people, databases[0], tag_dusty, lambda: writers[1].edit_tags(give(WARM, [sample_id])))
    assert user_tags(databases[0], sample_id) == {"dusty", "warm"}


def test_of_two_types_given_at_once_one_counts(
    databases: list[PostgresDatabase], writers: list[Writer], people: ThreadPoolExecutor, tmp_path: Path
) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"), SOUNDS[:1])
    (sample_id,) = sample_ids(databases[0])

    def say_kick(transaction: Transaction) -> None:
        transaction.lock_samples(GIVEN, ids=[sample_id])
        TagWriter(transaction).add({sample_id: [Tag("type", "kick", Source.USER, 1.0)]})

    snare = give(TagName("type", "snare"), [sample_id])
    meanwhile(people, databases[0], say_kick, lambda: writers[1].edit_tags(snare))
    assert number(databases[0], "SELECT count(*) FROM sample_tags WHERE is_effective") == 1
    assert user_tags(databases[0], sample_id) == {"kick", "snare"}


def test_two_machines_store_the_same_sounds_at_once(
    databases: list[PostgresDatabase], writers: list[Writer], people: ThreadPoolExecutor, tmp_path: Path
) -> None:
    roots = [add_root(writer, tmp_path / name) for writer, name in zip(writers, ("one", "two"), strict=True)]
    start = Barrier(2)

    def index(place: int) -> None:
        start.wait()
        store(writers[place], roots[place], SOUNDS[:: 1 if place else -1])

    for done in [people.submit(index, place) for place in range(2)]:
        done.result()
    assert number(databases[0], "SELECT count(*) FROM samples WHERE n_files = 2") == len(SOUNDS)
    assert number(databases[0], "SELECT count(*) FROM samples") == len(SOUNDS)
    assert number(databases[0], "SELECT count(*) FROM files") == 2 * len(SOUNDS)
    assert number(databases[0], "SELECT count(*) FROM embeddings") == len(SOUNDS)
    assert number(databases[0], "SELECT count(*) FROM file_contents") == len(SOUNDS)


def test_a_client_that_is_killed_leaves_nothing_half_done(
    databases: list[PostgresDatabase], writers: list[Writer], tmp_path: Path
) -> None:
    root = add_root(writers[0], tmp_path / "sounds")
    store(writers[0], root, SOUNDS[:5])
    before = sample_ids(databases[0])
    with pytest.raises(LibraryError), databases[0].write() as transaction:  # noqa: PT012 (the error comes at the end)
        transaction.take_turn("files")
        transaction.lock_samples(GIVEN, ids=before)
        TagWriter(transaction).add({before[0]: [Tag("user", "dusty", Source.USER, 1.0)]})
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), transaction.driver_cursor().connection.fileno())
    store(writers[1], root, SOUNDS[5:])  # waits for no lock of the other one
    assert len(sample_ids(databases[1])) == len(SOUNDS)
    assert user_tags(databases[1], before[0]) == set()


def test_people_who_change_many_sounds_in_any_order_never_wait_for_each_other_for_ever(
    databases: list[PostgresDatabase], writers: list[Writer], people: ThreadPoolExecutor, tmp_path: Path
) -> None:
    roots = [add_root(writers[0], tmp_path / name) for name in ("one", "two")]
    store(writers[0], roots[0])
    ids = sample_ids(databases[0])
    start = Barrier(4)

    def again(change: Callable[[int], object]) -> None:
        start.wait()
        for number in range(3):
            change(number)

    def edit(writer: Writer, tag: TagName, order: int) -> Callable[[int], object]:
        return lambda number: writer.edit_tags(give(tag, ids[::order], 1 - number / 4))

    changes = [
        edit(writers[0], DUSTY, 1),
        edit(writers[1], WARM, -1),
        lambda number: store(writers[0], roots[number % 2], SOUNDS[::-1]),
        lambda _number: writers[1].change_annotations(ids[::-1], stars=3),
    ]
    for done in [people.submit(again, change) for change in changes]:
        done.result()
    assert all(user_tags(databases[0], sample_id) == {"dusty", "warm"} for sample_id in ids)
    with databases[0].read() as transaction:
        assert set(read_annotations(transaction, ids).values()) == {Annotation(stars=3)}
    assert number(databases[0], "SELECT count(*) FROM files") == 2 * len(ids)


def test_two_people_put_sounds_into_one_new_collection(
    databases: list[PostgresDatabase], writers: list[Writer], people: ThreadPoolExecutor, tmp_path: Path
) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"))
    ids = sample_ids(databases[0])
    done = [
        people.submit(writer.add_to_collection, name, ids[place::2])
        for place, (writer, name) in enumerate(zip(writers, ("Drums", "drums"), strict=True))
    ]
    assert [one.result() for one in done] == [6, 6]
    with databases[0].read() as transaction:
        assert sorted(read_collection_ids(transaction, "drums")) == ids
        assert len(read_collections(transaction)) == 1


def test_a_collection_that_goes_with_its_last_sound_comes_back_for_who_adds_one(
    databases: list[PostgresDatabase], writers: list[Writer], people: ThreadPoolExecutor, tmp_path: Path
) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"))
    first, second, *_ = sample_ids(databases[0])
    writers[0].set_collection("drums", [first])

    def empty(transaction: Transaction) -> None:
        collection_id = transaction.value(FIND_COLLECTION, name="drums")
        transaction.run(DROP_MEMBER, collection_id=collection_id, sample_id=first)
        transaction.run(DROP_COLLECTION, collection_id=collection_id)

    meanwhile(people, databases[0], empty, lambda: writers[1].add_to_collection("drums", [second]))
    with databases[0].read() as transaction:
        assert read_collection_ids(transaction, "drums") == [second]


def test_a_tag_stays_while_somebody_gives_it(
    databases: list[PostgresDatabase], writers: list[Writer], tmp_path: Path
) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"))
    first, second, *_ = sample_ids(databases[0])
    writers[0].edit_tags(give(DUSTY, [first]))
    with databases[0].write() as transaction:
        transaction.lock_samples(GIVEN, ids=[second])
        giving = TagWriter(transaction)
        assert writers[1].edit_tags(give(DUSTY, [first], None)) == 1  # nobody has it now
        giving.edit({TagKey(second, DUSTY, Source.USER): 1.0})
    assert user_tags(databases[0], first) == set()
    assert user_tags(databases[0], second) == {"dusty"}
    writers[1].edit_tags(give(DUSTY, [second], None))
    assert number(databases[0], "SELECT count(*) FROM tags WHERE facet = 'user'") == 0


def test_each_change_is_counted(databases: list[PostgresDatabase], writers: list[Writer], tmp_path: Path) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"), SOUNDS[:1])
    (sample_id,) = sample_ids(databases[0])
    query = "SELECT value FROM meta WHERE name = 'generation'"
    before = number(databases[0], query)
    for writer in writers:
        writer.change_annotations([sample_id], stars=4)
    assert number(databases[0], query) == before + 2


def test_the_last_edit_is_undone_once(
    databases: list[PostgresDatabase], writers: list[Writer], people: ThreadPoolExecutor, tmp_path: Path
) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"), SOUNDS[:2])
    ids = sample_ids(databases[0])
    writers[0].edit_tags(give(DUSTY, ids))
    undone = [people.submit(writer.undo_tag_edit) for writer in writers]
    assert sorted([one.result() for one in undone], key=str) == [None, "tag"]
    assert user_tags(databases[0], ids[0]) == set()


def test_each_of_two_people_undoes_their_own_edit(
    databases: list[PostgresDatabase], writers: list[Writer], tmp_path: Path
) -> None:
    store(writers[0], add_root(writers[0], tmp_path / "sounds"), SOUNDS[:1])
    ids = sample_ids(databases[0])
    made: list[int] = []
    own = Writer(databases[0], made.append)
    own.edit_tags(give(DUSTY, ids))
    writers[1].edit_tags(give(WARM, ids))
    assert own.undo_tag_edit(made[-1]) == "tag"
    assert user_tags(databases[0], ids[0]) == {"warm"}
    assert own.undo_tag_edit(made[-1]) is None
