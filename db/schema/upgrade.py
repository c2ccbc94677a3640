"""Bringing the tables of an older library up to date, on the connection of either engine."""

from pathlib import Path
from typing import TYPE_CHECKING

from db.measurements import FEATURES

if TYPE_CHECKING:
    from sqlalchemy import Connection


def upgrade_tables(connection: "Connection", migrations: Path) -> None:
    """Run the migrations that a library lacks; add the columns and indexes of new measurements, which need none.

    Sounds that were there before have no value of a new measurement.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    _add_features(connection)


def _add_features(connection: "Connection") -> None:
    from sqlalchemy import inspect
    from sqlalchemy.schema import CreateColumn

    from db.schema.tables import Sample

    table = Sample.metadata.tables["samples"]
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    missing = [name for name in FEATURES if name not in there]
    for name in missing:
        column = CreateColumn(table.c[name]).compile(connection)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column}")
    for index in table.indexes:
        if not set(missing).isdisjoint(index.columns.keys()):
            index.create(connection)
