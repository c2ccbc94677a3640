"""What an audit of duplicates needs of a library."""

from datetime import UTC, datetime

from db.compiled.duplicates import CHOSEN_KEEPERS, KEPT_APART, PLACES
from db.compiled.roots import PATHS
from db.engines.base import Transaction
from db.paths import from_stored, is_present
from db.types import DuplicateDecisions, FilePlace, FileStat, SampleIds


def read_file_places(transaction: Transaction, ids: SampleIds) -> list[FilePlace]:
    """Return the files of samples, the first found first."""
    roots: dict[int, bytes] = dict(transaction.rows(PATHS))
    is_online = {root_id: is_present(stored) for root_id, stored in roots.items()}
    rows = transaction.rows(PLACES, ids=ids)
    return [
        FilePlace(
            file_id=file_id,
            sample_id=sample_id,
            audio_hash=audio_hash,
            file_hash=file_hash,
            path=from_stored(roots[root_id], relpath),
            relpath=relpath,
            stat=FileStat(*stat),
            is_online=is_online[root_id],
            first_seen_at=datetime.fromtimestamp(seen_at, UTC),
        )
        for file_id, sample_id, audio_hash, file_hash, root_id, relpath, *stat, seen_at in rows
    ]


def read_decisions(transaction: Transaction) -> DuplicateDecisions:
    """Return what the user said of duplicates."""
    apart = transaction.rows(KEPT_APART)
    keepers = transaction.rows(CHOSEN_KEEPERS)
    return DuplicateDecisions(frozenset((first, second) for first, second in apart), dict(keepers))
