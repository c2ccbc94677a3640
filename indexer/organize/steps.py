"""The parts of a plan: steps, each of one file, and the files that stay where they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path


class Action(Enum):
    """What a step does with its file."""

    MOVE = "move"
    COPY = "copy"
    LINK = "link"  # a symbolic link at the new place
    REMOVE = "remove"  # to the system's trash


@dataclass(frozen=True, slots=True)
class Step:
    """One file to move, copy, link or remove.

    Attributes:
        source: Absolute path of the file.
        target: Its new absolute path; None if it is removed.
        size_bytes, mtime_ns: Size and modification time of the file when the plan was made.
        content_hash: BLAKE2b of its bytes, 16 bytes in hexadecimal.
        keeper: The duplicate that is kept instead of a removed file; it must exist.
        keeper_facts: Its size in bytes and modification time in nanoseconds when the plan was made; None if unknown.
    """

    action: Action
    source: Path
    target: Path | None
    size_bytes: int
    mtime_ns: int
    content_hash: str
    keeper: Path | None = None
    keeper_facts: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Unmoved:
    """A file that a plan leaves where it is, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps for files of a library.

    Attributes:
        id: Identifies the plan, so that an interrupted one can be continued.
        what: Description of the plan for the user.
        library_id: Library that the plan was made for; empty for any library.
        new_root: Folder to add to the library, so that files moved there stay in it; None for none.
        takes_projects: Files in folders of DAW projects are included.
        removes_empty: Folders that the plan leaves empty are removed.
        steps: In the order in which they are done.
        stays: Files that were asked for and stay where they are.
        n_in_place: Number of files that already are where the plan wants them.
        n_numbered: Number of files that get a number because their new name is taken.
    """

    id: str
    made_at: datetime
    what: str
    steps: tuple[Step, ...]
    stays: tuple[Unmoved, ...]
    n_in_place: int = 0
    n_numbered: int = 0
    library_id: str = ""
    new_root: Path | None = None
    takes_projects: bool = False
    removes_empty: bool = False
