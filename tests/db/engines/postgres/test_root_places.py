"""Roots have names on the server, and each machine its own paths for them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert

from db.compiled import roots
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.root_places import FILE_NAME, RootPlaces
from db.errors import LibraryError
from db.schema.tables import Root


def test_a_root_is_read_as_the_path_that_this_machine_has(database: PostgresDatabase, tmp_path: Path) -> None:
    with database.write() as transaction:
        for name in ("Drums", "Voices"):
            transaction.connection.execute(insert(Root).values(path=name.encode(), display=name))
    with database.read() as transaction:
        assert [path for _, path in transaction.rows(roots.PATHS)] == [b"Drums", b"Voices"]
    places = RootPlaces(tmp_path)
    places.set(b"Drums", b"/mnt/dr\xffms")
    places.keep()
    for machine in (places, RootPlaces(tmp_path)):
        database.root_places = machine
        with database.read() as transaction:
            paths = [path for _, path in transaction.rows(roots.PATHS)]
            assert paths == [b"/mnt/dr\xffms", b"/not on this machine/Voices"]
    other = RootPlaces(tmp_path)  # of another process
    other.set(b"Voices", b"/mnt/voices")
    other.keep()
    with database.read() as transaction:
        assert [path for _, path, _ in transaction.rows(roots.ROOTS)] == [b"/mnt/dr\xffms", b"/mnt/voices"]


def test_what_another_process_wrote_at_the_same_moment_is_kept(tmp_path: Path) -> None:
    machines = [RootPlaces(tmp_path) for _ in range(8)]

    def write(number: int) -> None:
        places = machines[number]
        for root in range(3):
            places.set(b"root %d-%d" % (number, root), b"/mnt/%d/%d" % (number, root))
            places.keep()

    with ThreadPoolExecutor(len(machines)) as threads:
        list(threads.map(write, range(len(machines))))
    found = RootPlaces(tmp_path)
    assert all(found.has(b"root %d-%d" % (number, root)) for number in range(8) for root in range(3))


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "\x00"])
def test_a_damaged_file_is_told_with_the_way_out(content: str, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(LibraryError, match=r"roots\.json .* earmark relink NAME FOLDER"):
        RootPlaces(tmp_path).find(b"Drums")


def test_a_machine_that_was_told_nothing_has_no_root(tmp_path: Path) -> None:
    places = RootPlaces(tmp_path / "none")
    assert not places.has(b"Drums")
    places.set(b"Drums", b"/mnt/drums")
    with pytest.raises(LibraryError, match="cannot be written"):
        places.keep()


def test_what_fails_in_another_thread_loses_nothing_here(tmp_path: Path) -> None:
    places = RootPlaces(tmp_path)
    places.set(b"Drums", b"/mnt/drums")
    with ThreadPoolExecutor(1) as other:
        assert not other.submit(places.has, b"Drums").result()  # not stored yet
        other.submit(places.drop).result()
        other.submit(places.keep).result()
    assert places.has(b"Drums")
    places.keep()
    assert RootPlaces(tmp_path).find(b"Drums") == b"/mnt/drums"


def test_what_is_set_is_kept_with_the_transaction_and_lost_with_it(database: PostgresDatabase, tmp_path: Path) -> None:
    database.root_places = RootPlaces(tmp_path)

    def fail() -> None:
        with database.write() as transaction:
            assert transaction.root_places is not None
            transaction.root_places.set(b"Drums", b"/mnt/drums")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not database.root_places.has(b"Drums")
    with database.write() as transaction:
        assert transaction.root_places is not None
        transaction.root_places.set(b"Drums", b"/mnt/drums")
    assert RootPlaces(tmp_path).find(b"Drums") == b"/mnt/drums"
