"""Samples that wait to be tagged: new ones, those whose names changed (by triggers), those of another type."""

import json
from collections.abc import Iterable

from db.engines.sqlite import Cursor

# REPLACE gives a row that waits already another id, so that whoever is just tagging the sample leaves it in the queue.
_REQUEST = """
INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name)
SELECT s.id, coalesce((SELECT has_new_name FROM tagging_queue WHERE sample_id = s.id), 0) FROM samples AS s
"""
_REQUEST_SOME = f"{_REQUEST} WHERE s.id IN (SELECT value FROM json_each(?))"  # noqa: S608 (own names)
_REQUEST_PRESENT = f"{_REQUEST} WHERE s.n_files > 0"
_FINISH = "DELETE FROM tagging_queue WHERE id IN (SELECT value FROM json_each(?))"


def request_tagging(cursor: Cursor, sample_ids: Iterable[int]) -> None:
    """Queue samples."""
    ids = list(sample_ids)
    if ids:
        cursor.execute(_REQUEST_SOME, (json.dumps(ids),))


def request_all(cursor: Cursor) -> None:
    """Queue all samples that lie on disk."""
    cursor.execute(_REQUEST_PRESENT)


def finish_tagging(cursor: Cursor, queue_ids: Iterable[int]) -> None:
    """Take rows off the queue."""
    cursor.execute(
        "DELETE FROM tagging_queue WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*queue_ids]),)
    )
