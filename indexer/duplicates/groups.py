"""The result of an audit of duplicates."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from db.read.duplicates import FilePlace


class DuplicateClass(StrEnum):
    """What two files have in common, the strongest first."""

    BYTES = "bytes"
    AUDIO = "audio"  # decoded audio, without the silence at both ends
    SOUND = "sound"  # at another level, rate, depth, codec, channel count or length


STRENGTH: Mapping[DuplicateClass, int] = {each: number for number, each in enumerate(reversed(DuplicateClass))}


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a file is a duplicate of another.

    Attributes:
        text: The proof in words, with figures.
        differs: Remaining differences: ``level``, ``rate``, ``depth``, ``codec``, ``channels``, ``length``.
        residual_db: Residual of the null test; None if hashes are the proof.
    """

    duplicate_class: DuplicateClass
    text: str
    differs: tuple[str, ...] = ()
    residual_db: float | None = None


@dataclass(frozen=True, slots=True)
class DuplicateFile:
    """One file of a group.

    Attributes:
        place: The file; it existed with this size and time during the audit.
        is_kept: Whether this is the keeper, of which each group has one.
        proof: Why the file is a duplicate of the keeper; None for the keeper.
    """

    place: FilePlace
    is_kept: bool
    proof: Proof | None

    @property
    def path(self) -> Path:
        return self.place.path


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Files of one sound.

    Attributes:
        files: At least two, the keeper first; each was compared with the keeper.
        reason: Why the keeper is suggested.
    """

    files: tuple[DuplicateFile, ...]
    reason: str

    @property
    def keeper(self) -> DuplicateFile:
        return self.files[0]

    @property
    def others(self) -> tuple[DuplicateFile, ...]:
        """The files that are not kept."""
        return self.files[1:]

    @property
    def weakest(self) -> Proof:
        """The weakest of its proofs."""
        return min((file.proof for file in self.others if file.proof), key=lambda one: STRENGTH[one.duplicate_class])

    @property
    def duplicate_class(self) -> DuplicateClass:
        return self.weakest.duplicate_class

    @property
    def n_bytes_to_free(self) -> int:
        """Size in bytes of the files that are not kept."""
        return sum(file.place.stat.size_bytes for file in self.others)


@dataclass(frozen=True, slots=True)
class Audit:
    """Result of an audit.

    Attributes:
        groups: Groups of duplicates, those with the most bytes to free first.
        n_changed: Number of files left out because they are missing or changed since they were indexed.
        n_unread: Number of sounds that were not compared because their files could not be decoded.
        was_stopped: The audit was cancelled.
    """

    groups: tuple[DuplicateGroup, ...]
    n_changed: int = 0
    n_unread: int = 0
    was_stopped: bool = False

    @property
    def n_to_remove(self) -> int:
        return sum(len(group.others) for group in self.groups)

    @property
    def n_bytes_to_free(self) -> int:
        return sum(group.n_bytes_to_free for group in self.groups)
