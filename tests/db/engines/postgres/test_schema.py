"""Tables on a server: the same as in SQLite, with triggers, vectors of float16 and names by trigrams."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.errors import LibraryError
from db.schema.postgres.upgrade import create_schema, prepare_schema
from db.schema.revisions import MIGRATIONS, revisions
from db.schema.tables import Base, Embedding
from tests.db.schema.sqlite.test_upgrade import NEXT, NEXT_MIGRATION
from tests.postgres import Server

ROOT = "INSERT INTO roots (path, display) VALUES ('a', 'a')"
SAMPLE = (
    "INSERT INTO samples "
    "(audio_hash, size_bytes, created_at, duration_seconds, n_channels, sample_rate_hz, format, n_onsets) "
    "VALUES (sha256(:name), 1, 1, 1, 1, 1, 'wav', 1) RETURNING id"
)
FILE = (
    "INSERT INTO files (root_id, relpath, size_bytes, mtime_ns, ctime_ns, file_hash, sample_id, first_seen_at, folder, "
    "name, ext, search_folder, search_name) "
    "VALUES (1, :name, 1, 1, 1, :name, :sample, 1, 'Kicks', 'A', 'wav', 'kicks', :search) RETURNING id"
)
QUEUE = "SELECT id, sample_id, has_new_name FROM tagging_queue"


def test_all_tables_and_their_columns_are_there(database: PostgresDatabase) -> None:
    asked = text(
        "SELECT table_name, column_name, is_nullable = 'YES' FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    )
    expected = {
        (table.name, column.name, column.nullable) for table in Base.metadata.sorted_tables for column in table.c
    }
    with database.read() as transaction:
        found = {tuple(row) for row in transaction.connection.execute(asked)}
    assert found == {*expected, ("alembic_version", "version_num", False)}


def test_the_first_of_two_who_make_the_same_library_makes_it(postgres: Server) -> None:
    with postgres.empty_database() as place:
        create_schema(place)
        database = PostgresDatabase(place)
        with database.read() as transaction:
            first = transaction.connection.scalar(text("SELECT value FROM meta WHERE name = 'library'"))
        create_schema(place)
        prepare_schema(place)
        with database.read() as transaction:
            assert transaction.connection.scalar(text("SELECT value FROM meta WHERE name = 'library'")) == first
            assert transaction.connection.scalar(text("SELECT version_num FROM alembic_version")) == revisions()[-1]
        database.close()


def test_an_empty_database_is_no_library_and_that_of_another_program_is_left(postgres: Server) -> None:
    with postgres.empty_database() as place:
        with pytest.raises(LibraryError, match=r"There is no library at .* earmark library init 'postgresql"):
            prepare_schema(place)
        with postgres.connect(_name(place)) as other:
            other.execute("CREATE TABLE songs (id int)")
        with pytest.raises(LibraryError, match=r"tables of another program \(songs\)"):
            create_schema(place)


def test_an_older_library_is_upgraded_and_a_newer_one_refused(new_server_library: ServerPlace, tmp_path: Path) -> None:
    shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / f"{NEXT}_next.py").write_text(
        NEXT_MIGRATION.replace('recreate="always"', 'recreate="auto"')
    )
    prepare_schema(new_server_library, tmp_path / "migrations")
    database = PostgresDatabase(new_server_library)
    with database.read() as transaction:
        found = inspect(transaction.connection)
        assert "rating" in {column["name"] for column in found.get_columns("samples")}
    database.close()
    with pytest.raises(LibraryError, match=rf"made by a newer earmark \(schema {NEXT}\)"):
        prepare_schema(new_server_library)


def test_a_measurement_that_is_new_gets_its_column(new_server_library: ServerPlace) -> None:
    database = PostgresDatabase(new_server_library)
    with database.migrate() as connection:
        connection.execute(text("ALTER TABLE samples DROP COLUMN noisiness"))
    prepare_schema(new_server_library)
    with database.read() as transaction:
        found = inspect(transaction.connection)
        assert "noisiness" in {column["name"] for column in found.get_columns("samples")}
        assert "ix_samples_noisiness" in {index["name"] for index in found.get_indexes("samples")}
    database.close()


def test_triggers_count_files_and_queue_sounds_under_new_ids(database: PostgresDatabase) -> None:
    with database.write() as transaction:
        connection = transaction.connection
        connection.execute(text(ROOT))
        one = connection.scalar(text(SAMPLE), {"name": b"one"})
        two = connection.scalar(text(SAMPLE), {"name": b"two"})
        file = connection.scalar(text(FILE), {"name": b"a", "sample": one, "search": "a"})

        def state() -> tuple[list[int], list[tuple[int, ...]]]:
            counts = connection.execute(text("SELECT n_files FROM samples ORDER BY id")).scalars().all()
            return list(counts), [tuple(row) for row in connection.execute(text(f"{QUEUE} ORDER BY id"))]

        assert state() == ([1, 0], [(1, one, True)])
        connection.execute(text("UPDATE files SET original_name = 'B' WHERE id = :file"), {"file": file})
        connection.execute(text("UPDATE files SET name = 'C' WHERE id = :file"), {"file": file})
        (again,) = state()[1]
        assert again[0] > 1  # another id: who tags it just now leaves it in the queue
        assert connection.scalar(text("SELECT original_name FROM files")) is None
        connection.execute(text("UPDATE files SET sample_id = :two"), {"two": two})
        counts, queue = state()
        assert (counts, [row[1] for row in queue]) == ([0, 1], [one, two])
        connection.execute(text("DELETE FROM files"))
        assert state() == ([0, 0], queue)


def test_ids_are_never_given_again(database: PostgresDatabase) -> None:
    with database.write() as transaction:
        first = transaction.connection.scalar(text(SAMPLE), {"name": b"one"})
        transaction.connection.execute(text("DELETE FROM samples"))
        assert transaction.connection.scalar(text(SAMPLE), {"name": b"one"}) > first


def test_texts_are_ordered_by_their_bytes_and_names_of_collections_know_no_case(database: PostgresDatabase) -> None:
    with database.write() as transaction:
        connection = transaction.connection
        for name in ("b", "A", "a b", "ä", "Z"):
            connection.execute(text("INSERT INTO collections (name, created_at) VALUES (:name, 1)"), {"name": name})
        order = connection.scalars(text("SELECT name FROM collections ORDER BY name")).all()
        assert order == ["A", "Z", "a b", "b", "ä"]
        again = text("INSERT INTO collections (name, created_at) VALUES ('A B', 1) ON CONFLICT DO NOTHING")
        assert connection.execute(again).rowcount == 0


def test_each_encoder_has_a_table_and_every_float16_comes_back_bit_for_bit(database: PostgresDatabase) -> None:
    finite = np.arange(65536, dtype=np.uint16).view("<f2")
    finite = finite[np.isfinite(finite)].reshape(-1, 8)
    with database.write() as transaction:
        connection = transaction.connection
        adds = text(
            "INSERT INTO encoders (fingerprint, name, revision, dim) VALUES (:name, 'e', '1', :dim) RETURNING id"
        )
        encoder = connection.scalar(adds, {"name": "one", "dim": 8})
        other = connection.scalar(adds, {"name": "two", "dim": 16})
        values = "SELECT sha256(n::text::bytea), 1, 1, 1, 1, 1, 'wav', 1 FROM generate_series(1, :n) AS n"
        many = text(f"{SAMPLE.partition('VALUES')[0]} {values}")
        connection.execute(many, {"n": len(finite)})
        rows = [
            {"sample_id": 1 + place, "encoder_id": encoder, "vector": row.tobytes()} for place, row in enumerate(finite)
        ]
        connection.execute(insert(Embedding), rows)
    with database.read() as transaction:
        found = transaction.connection.execute(select(Embedding.vector).order_by(Embedding.sample_id)).scalars().all()
        assert b"".join(found) == finite.tobytes()
        counted = text(f"SELECT count(*) FROM embeddings_{encoder}"), text(f"SELECT count(*) FROM embeddings_{other}")
        assert [transaction.connection.scalar(count) for count in counted] == [len(finite), 0]


def test_a_vector_of_another_length_is_refused(database: PostgresDatabase) -> None:
    with database.write() as transaction:
        adds = "INSERT INTO encoders (fingerprint, name, revision, dim) VALUES ('e', 'e', '1', 4)"
        transaction.connection.execute(text(adds))
        one = transaction.connection.scalar(text(SAMPLE), {"name": b"one"})
        short = insert(Embedding).values(sample_id=one, encoder_id=1, vector=bytes(6))
        with pytest.raises(DBAPIError, match="ck_embeddings_1"):
            transaction.connection.execute(short)
        transaction.connection.rollback()


def test_parts_of_names_are_found_by_their_index(database: PostgresDatabase) -> None:
    with database.write() as transaction:
        connection = transaction.connection
        connection.execute(text(ROOT))
        one = connection.scalar(text(SAMPLE), {"name": b"one"})
        for name in ("deep kick.wav", "snare 100%.wav", "trik.wav"):
            connection.execute(text(FILE), {"name": name.encode(), "sample": one, "search": name})
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        asked = "FROM files WHERE trigrams(search_name) @> trigrams(:part) AND search_name LIKE '%' || :part || '%'"
        assert connection.scalars(text(f"SELECT search_name {asked}"), {"part": "kick"}).all() == ["deep kick.wav"]
        plan = connection.scalars(text(f"EXPLAIN SELECT 1 {asked}"), {"part": "kick"}).all()
        assert any("ix_files_trigrams" in line for line in plan)


def _name(place: ServerPlace) -> str:
    return place.url.partition("@/")[2].partition("?")[0]
