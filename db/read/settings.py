"""Single values of the library."""

from db.compiled.overview import SETTING
from db.engines.base import Transaction

FILES_VERSION = "files"
"""Setting that changes with the files and folders of a library; never stored before their first change."""


def read_setting(transaction: Transaction, name: str) -> str | None:
    """Return a single value of the library, or None where it was never stored."""
    value: str | None = transaction.value(SETTING, name=name)
    return value


def read_generation(transaction: Transaction) -> int:
    """Return how many transactions have changed the library."""
    return int(transaction.value(SETTING, name="generation"))
