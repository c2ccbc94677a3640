"""Samples that wait to be tagged: new ones, those whose names changed (by triggers), those of another type."""

from collections.abc import Iterable

from db.compiled.tagging_queue import FINISH, REQUEST_PRESENT, REQUEST_SOME
from db.engines.base import Transaction


def request_tagging(transaction: Transaction, sample_ids: Iterable[int]) -> None:
    """Queue samples."""
    ids = list(sample_ids)
    if ids:
        transaction.run(REQUEST_SOME, ids=ids)


def request_all(transaction: Transaction) -> None:
    """Queue all samples that lie on disk."""
    transaction.run(REQUEST_PRESENT)


def finish_tagging(transaction: Transaction, queue_ids: Iterable[int]) -> None:
    """Take rows off the queue."""
    transaction.run(FINISH, ids=list(queue_ids))
