"""What an audit of duplicates returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from db.types import FilePlace


class DuplicateClass(StrEnum):
    """In what two files are the same, the strongest first."""

    BYTES = "bytes"
    AUDIO = "audio"  # decoded audio, without the silence at both ends
    SOUND = "sound"  # at another level, rate, depth, codec, channel count or length


STRENGTH: Mapping[DuplicateClass, int] = {each: number for number, each in enumerate(reversed(DuplicateClass))}


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a file is a duplicate of another.

    Attributes:
        text: In words, with figures.
        differs: In what the two still differ: of ``level``, ``rate``, ``depth``, ``codec``, ``channels``, ``length``.
        residual_db: What the null test left, of another level or encoding of a sound; None where hashes are the proof.
    """

    duplicate_class: DuplicateClass
    text: str
    differs: tuple[str, ...] = ()
    residual_db: float | None = None


@dataclass(frozen=True, slots=True)
class DuplicateFile:
    """One file of a group.

    Attributes:
        place: The file as the library knows it; it was there, with this size and time, when the audit looked.
        is_kept: It is the keeper: exactly one file of a group is.
        proof: Why it is a duplicate of the keeper; None for the keeper.
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
        files: The keeper first; at least two. Each was compared with the keeper.
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
        """Size of the files that are not kept."""
        return sum(file.place.stat.size_bytes for file in self.others)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Attributes:
        groups: Those with the most to free first.
        n_changed: Files left out, since they are gone or changed since they were indexed.
        n_unread: Sounds that could not be compared, since their files could not be decoded again.
        was_stopped: It was stopped before all was compared.
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
