"""Statements run by SQLAlchemy, and whole columns of numbers in one value.

The driver takes 2 us for each row, of COPY too, and switches threads as often; one value of 200,000 ids takes it 1 ms.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import psycopg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Executable,
    Insert,
    SelectBase,
    bindparam,
    column,
    func,
    select,
    table,
    text,
)

from db.engines.postgres.faults import find_faults
from db.engines.postgres.selection import files_within, samples_within
from db.engines.postgres.values import plain
from db.types import FileIds, SampleIds

if TYPE_CHECKING:
    from db.engines.base import RootPlaces, Row
    from db.engines.selection import Condition, Selection
    from db.engines.statement import Statement


_SAMPLE_ID = column("id", BigInteger)
_SAMPLES = table("samples", _SAMPLE_ID)
# of this library alone, which is one schema of the database
_LOCK = "hashtextextended(current_schema() || '.' || :name, 0)"
_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({_LOCK})")
_SHARE = text(f"SELECT pg_advisory_xact_lock_shared({_LOCK})")
_CLAIM = text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")


class PostgresTransaction:
    """A transaction of one connection: `db.engines.base.Transaction`.

    Attributes:
        connection: SQLAlchemy's, for what only this engine does.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def root_places(self) -> "RootPlaces | None":
        return getattr(self.connection.dialect, "root_places", None)  # set by PostgresDatabase

    def rows(self, statement: "Statement", **values: object) -> "list[Row]":
        return [tuple(row) for row in self.connection.execute(statement.core, plain(values)).all()]

    def first(self, statement: "Statement", **values: object) -> "Row | None":
        row = self.connection.execute(statement.core, plain(values)).first()
        return None if row is None else tuple(row)

    def value(self, statement: "Statement", **values: object) -> Any:
        row = self.first(statement, **values)
        return None if row is None else row[0]

    def numbers(self, statement: "Statement", **values: object) -> SampleIds:
        found = self._read_columns(statement.core, values, statement.n_columns)
        return found[:, 0] if statement.n_columns == 1 else found

    def first_of_each(self, statement: "Statement", rows: Iterable[Sequence[object]]) -> "list[Row | None]":
        return self._first_of_each(statement.core, statement.parameters, rows)

    def add(self, statement: "Statement", **values: object) -> int:
        core = statement.core
        assert isinstance(core, Insert)
        return int(self.connection.execute(core.returning(core.table.c.id), plain(values)).scalar_one())

    def add_each(self, statement: "Statement", rows: Iterable[Sequence[object]]) -> list[int]:
        core = statement.core
        assert isinstance(core, Insert)
        found = self._first_of_each(core.returning(core.table.c.id), statement.parameters, rows)
        return [int(row[0]) for row in found if row is not None]

    def run(self, statement: "Statement", **values: object) -> int:
        return self.connection.execute(statement.core, plain(values)).rowcount

    def run_many(self, statement: "Statement", rows: Iterable[Sequence[object]]) -> int:
        given = [plain(dict(zip(statement.parameters, row, strict=True))) for row in rows]
        return self.connection.execute(statement.core, given).rowcount if given else 0

    def select(self, selection: "Selection") -> SampleIds:
        found: SampleIds = np.sort(self._read_columns(samples_within(selection), {}, 1)[:, 0])
        return found

    def select_files(self, conditions: "Sequence[Condition]", sample_ids: Sequence[int]) -> FileIds:
        files = files_within(conditions)
        of_samples = files.selected_columns[1] == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
        return self._read_columns(files.where(of_samples), {"ids": list(sample_ids)}, 2)

    def take_turn(self, name: str) -> None:
        self.connection.execute(_TAKE_TURN, {"name": name})

    def lock_samples(self, found: "Statement", **values: object) -> None:
        core = found.core
        assert isinstance(core, SelectBase)
        (sample_id,) = core.subquery().c
        # NO KEY UPDATE: rows of other tables that refer to a sample can be added meanwhile
        wanted = select(_SAMPLE_ID).where(_SAMPLE_ID.in_(select(sample_id))).order_by(_SAMPLE_ID)
        locked = wanted.with_for_update(key_share=True).subquery()
        self.connection.execute(select(func.count()).select_from(locked), plain(values))

    def share(self, name: str) -> None:
        self.connection.execute(_SHARE, {"name": name})

    def claim(self, name: str) -> bool:
        return bool(self.connection.scalar(_CLAIM, {"name": name}))

    def find_faults(self) -> list[str]:
        return find_faults(self.connection)

    def driver_cursor(self, *, is_binary: bool = False) -> psycopg.Cursor[Any]:
        """Return a cursor of the driver, within this transaction; its results are sent as text or as binary."""
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return driver.cursor(binary=is_binary)

    def _first_of_each(
        self, core: Executable, names: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> "list[Row | None]":
        given = [plain(dict(zip(names, row, strict=True))) for row in rows]
        if not given:
            return []
        sql, values = self.compile(core, given[0])
        driver = self.driver_cursor().connection
        with driver.pipeline():  # all of them are sent before the first answer is read
            cursors = [driver.execute(sql, values | one) for one in given]
        return [cursor.fetchone() for cursor in cursors]

    def _read_columns(self, core: Executable, values: Mapping[str, object], n_columns: int) -> FileIds:
        names = [f"c{place}" for place in range(n_columns)]
        sql, parameters = self.compile(core, values)
        sent = [f"int8send({name}::bigint)" for name in names]
        found = self.records(f"({sql}) AS found({', '.join(names)})", parameters, sent, np.dtype(">i8"))
        return found.astype(np.int64).reshape(-1, n_columns)

    def records(
        self, rows: str, parameters: Mapping[str, object], sent: Sequence[str], record: np.dtype[Any]
    ) -> npt.NDArray[Any]:
        """Return rows of fixed size as one array, in their order where it is given.

        Args:
            rows: Subquery, with its name.
            parameters: Of it.
            sent: Its columns as bytes: calls of ``int8send``, ``halfvec_send`` and the like.
            record: What these bytes are.
        """
        query = f"SELECT string_agg({' || '.join(sent)}, ''::bytea) FROM {rows}"  # noqa: S608 (our own statement)
        with self.driver_cursor(is_binary=True) as cursor:
            row = cursor.execute(query, parameters).fetchone()
        return np.frombuffer((row and row[0]) or b"", record)

    def compile(
        self, core: Executable | ColumnElement[Any], values: Mapping[str, object] = MappingProxyType({})
    ) -> tuple[str, dict[str, Any]]:
        """Return a statement as SQL for the driver, and its parameters."""
        options = {"render_postcompile": True}
        compiled: Any = core.compile(dialect=self.connection.dialect, compile_kwargs=options)  # type: ignore[union-attr]
        return str(compiled), plain(compiled.construct_params(plain(values)))
