"""A library in one SQLite file: connections, transactions, the write lock, and errors as sentences."""

from db.engines.sqlite.database import FILE_NAME, SqliteDatabase, explained, is_full, is_writable

__all__ = ["FILE_NAME", "SqliteDatabase", "explained", "is_full", "is_writable"]
