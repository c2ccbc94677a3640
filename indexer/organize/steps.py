"""What a plan consists of: steps, each of one file, and what stays where it is."""

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
        source: Where it lies; absolute.
        target: Its new place, absolute; None where it is removed.
        size_bytes, mtime_ns: Of the file when the plan was made.
        content_hash: BLAKE2b of its bytes, 16 bytes in hexadecimal.
        keeper: The file that is kept instead of a removed one, and must be there.
        keeper_facts: Its size and time of change when the plan was made; None in plans of earlier builds.
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
class Stays:
    """A file that a plan leaves where it is, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a plan.

    Attributes:
        id: By which a plan that was begun is known again.
        what: What it was made from, for people.
        library_id: Of the library that it was made for; empty where any will do.
        new_root: Folder that becomes one of the library's, so that what is moved there stays known; None for none.
        takes_projects: Also files in the folders of DAW projects.
        removes_empty: Folders that it leaves empty are removed.
        steps: In order.
        stays: What is left where it is against expectation.
        n_in_place: Files that are where the plan wants them.
        n_numbered: Files that get a number, as their names would be taken.
    """

    id: str
    made_at: datetime
    what: str
    steps: tuple[Step, ...]
    stays: tuple[Stays, ...] = ()
    n_in_place: int = 0
    n_numbered: int = 0
    library_id: str = ""
    new_root: Path | None = None
    takes_projects: bool = False
    removes_empty: bool = False
