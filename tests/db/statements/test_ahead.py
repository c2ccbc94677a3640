"""What stands in `db/compiled` is what `db/statements` says, and SQLite takes it."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from db.engines.statement import Statement
from db.library import Library
from db.statements.ahead import FOLDER, source, subjects


def _statements() -> Iterator[Statement]:
    for subject in subjects():
        for found in vars(import_module(f"db.compiled.{subject}")).values():
            if isinstance(found, Statement):
                yield found
            elif isinstance(found, dict):
                yield from (one for one in found.values() if isinstance(one, Statement))


@pytest.mark.parametrize("subject", subjects())
def test_it_is_up_to_date(subject: str) -> None:
    assert (FOLDER / f"{subject}.py").read_text("utf-8") == source(subject), "run: python -m db.statements"


def test_nothing_else_is_there() -> None:
    assert {path.stem for path in FOLDER.glob("[a-z]*.py")} == set(subjects())


@pytest.mark.parametrize("statement", list(_statements()), ids=lambda one: one.name)
def test_sqlite_takes_it(library: Library, statement: Statement) -> None:
    with library._database.read() as transaction:
        values = ["[]" if name in statement.lists else None for name in statement.parameters]
        assert transaction._cursor.execute(f"EXPLAIN {statement.sql}", values).fetchall()


@pytest.mark.parametrize("statement", list(_statements()), ids=lambda one: one.name)
def test_its_name_leads_to_where_it_is_written(statement: Statement) -> None:
    assert statement.core.is_select or statement.core.is_dml  # type: ignore[attr-defined]
