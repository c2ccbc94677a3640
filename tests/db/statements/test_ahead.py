"""What stands in `db/compiled` is what `db/statements` says, and SQLite takes it."""

import sqlite3

import pytest

from db.engines.statement import Statement
from db.library import Library
from db.statements.ahead import FOLDER, source, subjects
from tests.db.conftest import ONLY_IN_FOLDERS
from tests.db.statements.all import all_statements


@pytest.mark.parametrize("subject", subjects())
def test_it_is_up_to_date(subject: str) -> None:
    assert (FOLDER / f"{subject}.py").read_text("utf-8") == source(subject), "run: python -m db.statements"


def test_nothing_else_is_there() -> None:
    assert {path.stem for path in FOLDER.glob("[a-z]*.py")} == set(subjects())


@ONLY_IN_FOLDERS
def test_sqlite_takes_all_of_them(library: Library) -> None:
    complaints = []
    with library._database.read() as transaction:
        for one in all_statements():
            values = ["[]" if name in one.lists else None for name in one.parameters]
            try:
                assert transaction.cursor.execute(f"EXPLAIN {one.sql}", values).fetchall()
            except sqlite3.Error as error:
                complaints.append(f"{one.name}: {error}")
    assert complaints == []


@pytest.mark.parametrize("statement", list(all_statements()), ids=lambda one: one.name)
def test_its_name_leads_to_where_it_is_written(statement: Statement) -> None:
    assert statement.core.is_select or statement.core.is_dml  # type: ignore[attr-defined]
