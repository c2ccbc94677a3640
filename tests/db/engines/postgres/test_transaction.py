"""Statements of `db/statements` on a server: parameters, lists, and columns of numbers."""

import numpy as np
import pytest
from sqlalchemy import text

from db.compiled import annotations
from db.compiled.samples import ABSENT
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.driver_statement import DriverStatement
from db.engines.postgres.selection import samples_within
from db.engines.selection import Condition, Match, Selection

SAMPLES = (
    "INSERT INTO samples "
    "(audio_hash, size_bytes, created_at, duration_seconds, n_channels, sample_rate_hz, format, n_onsets) "
    "SELECT sha256(n::text::bytea), 1, 1, 1, 1, 1, 'wav', 1 FROM generate_series(1, 5) AS n"
)


@pytest.fixture(autouse=True)
def samples(database: PostgresDatabase) -> None:
    with database.write() as transaction:
        transaction.connection.execute(text(SAMPLES))
        transaction.connection.execute(text("INSERT INTO sample_hearings SELECT id, id * 10000000000 FROM samples"))
        transaction.connection.execute(text("INSERT INTO collections (name, created_at) VALUES ('Drums', 1)"))


@pytest.mark.parametrize("ids", [[3, 1, 99], (3, 1), np.array([3, 1, 7], np.int64), range(1, 4, 2), {1, 3}])
def test_a_list_of_any_kind_is_one_parameter(ids: object, database: PostgresDatabase) -> None:
    with database.read() as transaction:
        found = transaction.rows(annotations.HEARINGS, ids=ids)
        assert sorted(found) == [(1, 10**10), (3, 3 * 10**10)]
        assert transaction.first(annotations.HEARINGS, ids=[2]) == (2, 2 * 10**10)
        assert transaction.first(annotations.HEARINGS, ids=[]) is None
        assert transaction.value(annotations.HEARINGS, ids=[2]) == 2
        assert transaction.value(annotations.HEARINGS, ids=[]) is None


def test_columns_of_integers_come_as_arrays(database: PostgresDatabase) -> None:
    with database.read() as transaction:
        pairs = transaction.numbers(annotations.HEARINGS, ids=np.arange(9))
        assert (pairs.dtype, pairs.shape) == (np.int64, (5, 2))
        assert sorted(pairs.tolist()) == [[n, n * 10**10] for n in range(1, 6)]
        assert transaction.numbers(annotations.HEARINGS, ids=[]).shape == (0, 2)
        members = transaction.numbers(annotations.MEMBERS, name="it's 100% \\ drums")
        assert (members.dtype, members.shape) == (np.int64, (0,))


def test_names_of_collections_are_found_in_any_case(database: PostgresDatabase) -> None:
    with database.read() as transaction:
        assert transaction.rows(annotations.COLLECTIONS) == [("Drums", 0, False)]


def test_sounds_without_files_are_left_out_by_their_index(database: PostgresDatabase) -> None:
    selection = Selection((Condition((Match(ABSENT, {}),), is_excluded=True),))
    with database.write() as transaction:
        transaction.connection.execute(text("UPDATE samples SET n_files = 1 WHERE id IN (2, 4)"))
        assert transaction.select(selection).tolist() == [2, 4]
        transaction.connection.execute(text("SET LOCAL enable_seqscan = off"))
        compiled = DriverStatement(samples_within(selection), transaction.connection.dialect)
        asked = f"EXPLAIN {compiled.sql}"
        plan = transaction.driver_cursor().execute(asked, compiled.parameters({})).fetchall()  # type: ignore[call-overload]
    assert any("ix_samples_absent" in line for (line,) in plan)
