"""A library of SQLite copied to a server, row by row."""

from pathlib import Path

from sqlalchemy import create_engine, insert, select, text

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.engines.sqlite import FILE_NAME
from db.schema.tables import Base, Encoder

_N_ROWS = 1000


def copy_rows(folder: Path, place: ServerPlace) -> None:
    """Copy all rows into an empty library on a server, where no trigger counts or queues them again."""
    database = PostgresDatabase(place)
    source = create_engine(f"sqlite:///{folder / FILE_NAME}")
    with source.connect() as old, database.write() as transaction:
        new = transaction.connection
        new.execute(text("DELETE FROM meta"))
        for table in Base.metadata.sorted_tables:
            is_trigger_needed = table is Encoder.__table__  # makes the table of its vectors
            new.execute(text(f"SET session_replication_role = {'origin' if is_trigger_needed else 'replica'}"))
            rows = [dict(row._mapping) for row in old.execute(select(table))]
            for start in range(0, len(rows), _N_ROWS):
                new.execute(insert(table), rows[start : start + _N_ROWS])
        new.execute(text("SET session_replication_role = origin"))
    source.dispose()
    database.close()
