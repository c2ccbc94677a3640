"""What is written: files that were read, tags that were given, changes of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from db.measurements import Features
from db.types import UNKNOWN_PROVENANCE, FileStat, Provenance, Reading, Tag, TagKey, TagName, Vector


class TagResult(NamedTuple):
    """The tags that the tag stage gave one sample; the readings of its names are None where they stay as they are."""

    tags: tuple[Tag, ...]
    name_readings: tuple[Reading, ...] | None = None


@dataclass(frozen=True, slots=True)
class TagEdit:
    """A change of tags that can be undone.

    Attributes:
        summary: What it does, as a sentence for the user who undoes it.
        confidences: The new confidence of each tag; None removes it, 0 says that it does not fit.
        few_shot: Imported examples (JSON) by tag that is learned from examples; None stops learning it.
        can_be_undone: False for what follows from earlier edits, such as learning again after new sounds came in.
    """

    summary: str
    confidences: Mapping[TagKey, float | None]
    few_shot: Mapping[TagName, str | None] = field(default_factory=dict)
    can_be_undone: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """One file that was read, with all that was observed of it.

    Attributes:
        file_hash: Of all its bytes.
        audio_hash: Of its sound without the tags around it; None, as ``features``, where these bytes are known.
        vector: None where the sound has one already.
        caveats: Parts that could not be read or were not analysed, in sentences.
        readings, tags: What lies in the file and what its analysis found; names are read by the tag stage.
    """

    relpath: bytes
    stat: FileStat
    file_hash: bytes
    audio_hash: bytes | None
    features: Features | None
    vector: Vector | None
    caveats: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    tags: tuple[Tag, ...] = ()
    provenance: Provenance = UNKNOWN_PROVENANCE


@dataclass(frozen=True, slots=True)
class FailedFile:
    """One path that cannot be read, and why, in one sentence."""

    relpath: bytes
    stat: FileStat
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What became of a file that was moved, copied or removed; its bytes are the same.

    Attributes:
        before: Where the library knows it; None where it knows nothing of it.
        after: Where it is now; None where it is gone or outside of the library.
        stat: As it is now.
        is_copy: It is still where it was as well.
        keeper: File that was kept instead, which inherits what the user said of this one where that was the last.
    """

    before: Path | None
    after: Path | None
    stat: FileStat | None = None
    is_copy: bool = False
    keeper: Path | None = None


class Outcome(Enum):
    """What became of one file that was read."""

    NEW = "new"  # a sound that the library had never met
    CHANGED = "changed"  # another sound at a known path
    RETAGGED = "retagged"  # the same sound at the same path, in other bytes
    MOVED = "moved"  # a known sound whose old place is gone
    DUPLICATE = "duplicate"  # a known sound that lies elsewhere as well
    UNCHANGED = "unchanged"  # the same bytes at the same path
