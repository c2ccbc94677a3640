"""Transactions on a server, and what a person reads where something fails."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace, parse_place
from db.errors import LibraryBusyError, LibraryConflictError, LibraryError, LibraryReadOnlyError, UsageError
from tests.postgres import Server

SET = text("UPDATE meta SET value = :value WHERE name = :name")
GET = text("SELECT value FROM meta WHERE name = :name")


def test_what_is_read_is_of_one_moment_and_writers_do_not_wait_for_it(database: PostgresDatabase) -> None:
    with database.read() as reading:
        before = reading.connection.scalar(GET, {"name": "generation"})
        with database.write() as writing:
            writing.connection.execute(SET, {"name": "generation", "value": "7"})
        assert reading.connection.scalar(GET, {"name": "generation"}) == before == "0"
    with database.read() as reading:
        assert reading.connection.scalar(GET, {"name": "generation"}) == "7"


def test_a_write_that_raises_leaves_nothing(database: PostgresDatabase) -> None:
    def fail() -> None:
        with database.write() as writing:
            writing.connection.execute(SET, {"name": "generation", "value": "7"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as reading:
        assert reading.connection.scalar(GET, {"name": "generation"}) == "0"


def test_a_read_transaction_changes_nothing(database: PostgresDatabase) -> None:
    with pytest.raises(LibraryReadOnlyError, match="is read-only"), database.read() as reading:
        reading.connection.execute(SET, {"name": "generation", "value": "7"})


def test_two_who_wait_for_each_other_are_told_apart(database: PostgresDatabase) -> None:
    """Deadlock: the server undoes one of two changes, which can be made again."""
    import threading

    both_hold = threading.Barrier(2)
    errors: list[Exception] = []

    def change(first: str, second: str) -> None:
        try:
            with database.write() as writing:
                writing.connection.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
                writing.connection.execute(SET, {"name": first, "value": "1"})
                both_hold.wait(10)
                writing.connection.execute(SET, {"name": second, "value": "1"})
        except LibraryConflictError as error:
            errors.append(error)

    threads = [
        threading.Thread(target=change, args=names) for names in (("library", "generation"), ("generation", "library"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(error).endswith("so this change was not made. Try again.") for error in errors] == [True]


def test_a_lock_that_somebody_holds_is_a_busy_library(database: PostgresDatabase) -> None:
    with database.write() as one:
        one.connection.execute(SET, {"name": "generation", "value": "1"})
        with pytest.raises(LibraryBusyError, match="held by somebody else"), database.write() as other:  # noqa: PT012
            other.connection.execute(text("SET LOCAL lock_timeout = '5ms'"))
            other.connection.execute(SET, {"name": "generation", "value": "2"})


def test_connections_that_the_server_ended_are_replaced_unless_in_use(
    database: PostgresDatabase, postgres: Server
) -> None:
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'earmark'"
    with database.read() as reading:
        assert reading.connection.scalar(text("SELECT 1")) == 1
    with postgres.connect() as other:
        other.execute(end_all)
    with database.read() as reading:
        assert reading.connection.scalar(text("SELECT 1")) == 1
    with (  # noqa: PT012
        pytest.raises(LibraryError, match="went away while it was used"),
        database.read() as reading,
        postgres.connect() as other,
    ):
        reading.connection.scalar(text("SELECT 1"))
        other.execute(end_all)
        reading.connection.scalar(text("SELECT 1"))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql+psycopg://postgres@/sounds?host=/nowhere", "cannot be reached: nothing answers"),
        ("postgresql+psycopg://postgres@/no_such_db?host={host}", "has no such database"),
        ("postgresql+psycopg://nobody_else@/postgres?host={host}", "does not know this user"),
        ("postgresql+psycopg://postgres@/postgres?host={host}&sslmode=sideways", "has an option that is not known"),
        ("postgresql+psycopg://postgres@/postgres?host={host}&colour=red", "has an option that is not known"),
        ("postgresql+psycopg://?service=no_such_service", "a service that no service file describes"),
    ],
)
def test_a_server_that_cannot_be_had_is_one_sentence(url: str, sentence: str, postgres: Server, tmp_path: Path) -> None:
    database = PostgresDatabase(parse_place(url.format(host=postgres._host), tmp_path))
    with pytest.raises(LibraryError, match=sentence) as told, database.read():
        pass
    assert re.search(r"[.:] (Check|Make it there:) [^\n]+$", str(told.value))  # what to do next
    assert "\n" not in str(told.value)
    assert told.value.__suppress_context__  # no statement and no value in a log


def test_an_address_that_sqlalchemy_cannot_read_is_refused_without_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no address of a server"):
        PostgresDatabase(ServerPlace("postgresql+psycopg://db:hunter2/sounds", tmp_path))


def test_errors_show_no_values(database: PostgresDatabase) -> None:
    with pytest.raises(Exception, match="hidden") as told, database.read() as reading:
        reading.connection.execute(text("SELECT CAST(:note AS text) || nothing_like_it"), {"note": "hunter2"})
    assert "hunter2" not in str(told.value)


def test_who_may_annotate_is_asked_of_the_server(database: PostgresDatabase, postgres: Server) -> None:
    assert database.is_writable
    with postgres.connect() as other:
        other.execute("DROP ROLE IF EXISTS guest")
        other.execute("CREATE ROLE guest LOGIN")
    url = database.place.url.replace("postgres@", "guest@")
    guest = PostgresDatabase(ServerPlace(url, database.place.local_folder))
    assert not guest.is_writable
    with pytest.raises(LibraryReadOnlyError, match="your role may not"), guest.read() as reading:
        reading.connection.scalar(GET, {"name": "library"})
    guest.close()


def test_reads_of_one_answer_share_a_transaction_and_a_moment(database: PostgresDatabase) -> None:
    count = "SELECT count(*) FROM meta"

    def add(name: str) -> None:
        with database.write() as transaction:
            transaction.connection.execute(text("INSERT INTO meta VALUES (:name, '')"), {"name": name})

    def n_seen() -> tuple[int, int]:
        with database.read() as transaction:
            backend = transaction.connection.scalar(text("SELECT pg_backend_pid()"))
            return transaction.connection.scalar(text(count)), backend

    with database.read_together():
        before = n_seen()
        add("meanwhile")
        with database.read_together():
            assert n_seen() == before
        assert n_seen() == before
        with ThreadPoolExecutor(1) as other_thread:
            assert other_thread.submit(n_seen).result()[0] == before[0] + 1
    assert n_seen()[0] == before[0] + 1
