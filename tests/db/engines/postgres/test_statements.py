"""A server takes every statement of a library; `test_same_answers` compares what it gives."""

import psycopg

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.driver_statement import DriverStatement
from db.engines.statement import Statement
from tests.db.statements.all import all_statements


def _complaint(database: PostgresDatabase, statement: Statement) -> str | None:
    with database.read() as transaction:
        compiled = DriverStatement(statement.core, transaction.connection.dialect)
        try:
            values = compiled.parameters(dict.fromkeys(statement.parameters))
            transaction.driver_cursor().execute(f"EXPLAIN {compiled.sql}", values)  # type: ignore[call-overload]
        except psycopg.Error as error:
            return f"{statement.name}: {error}"
    return None


def test_the_server_takes_all_of_them(database: PostgresDatabase) -> None:
    assert [found for one in all_statements() if (found := _complaint(database, one))] == []
