"""A library in one SQLite file: connections, transactions, the write lock, and errors as sentences."""

from db.engines.sqlite.database import FILE_NAME, Database, explained, is_full, is_writable
from db.engines.sqlite.transaction import Cursor

__all__ = ["FILE_NAME", "Cursor", "Database", "explained", "is_full", "is_writable"]
