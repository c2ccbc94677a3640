"""What an audit of duplicates needs of a library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from db.compiled.duplicates import CHOSEN_KEEPERS, KEPT_APART, PLACES
from db.compiled.roots import PATHS
from db.engines.base import Transaction
from db.paths import from_stored, is_present
from db.types import FileStat, SampleIds


class FilePlace(NamedTuple):
    """One file on record.

    Attributes:
        file_id: Lower ones were found earlier.
        audio_hash: Of its sound, the same in every library.
        relpath: Below its root.
        is_online: Its root is there now.
        first_seen_at: When the file, under whatever name, came into the library.
    """

    file_id: int
    sample_id: int
    audio_hash: bytes
    file_hash: bytes
    path: Path
    relpath: bytes
    stat: FileStat
    is_online: bool
    first_seen_at: datetime | None = None

    @property
    def root(self) -> Path:
        """The folder of the library that it lies in."""
        return self.path.parents[self.relpath.count(b"/")]


@dataclass(frozen=True, slots=True)
class DuplicateDecisions:
    """What the user said of duplicates, by hashes of audio.

    Attributes:
        apart: Pairs of sounds that are no duplicates, the lower hash first; of one hash twice, all copies are kept.
        keepers: Sounds that are kept of theirs, with the path below its root of the file that is kept.
    """

    apart: frozenset[tuple[bytes, bytes]] = frozenset()
    keepers: Mapping[bytes, bytes] = field(default_factory=dict)


def read_file_places(transaction: Transaction, ids: SampleIds) -> list[FilePlace]:
    """Return the files of samples, the first found first."""
    rows, found = transaction.rows_of_each([(PLACES, {"ids": ids}), (PATHS, {})])
    roots: dict[int, bytes] = dict(found)
    is_online = {root_id: is_present(stored) for root_id, stored in roots.items()}
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
