import os
from collections.abc import Sequence
from pathlib import Path

from indexer.ingest.worker_pool import Task


def tasks_of(paths: Sequence[Path]) -> list[Task]:
    """Return a task for each file, with its place as its key."""
    return [Task(key, os.fsencode(path)) for key, path in enumerate(paths)]
