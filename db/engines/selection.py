"""What passes the filters of a query line, as statements that each engine puts together in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.engines.statement import Statement


@dataclass(frozen=True)
class Match:
    """The rows of one statement: ids of samples, or of files each with its sample."""

    statement: Statement
    values: Mapping[str, object]


@dataclass(frozen=True)
class Condition:
    """What is in one of several matches; or what is in none of them.

    Attributes:
        matches: None at all match nothing.
    """

    matches: tuple[Match, ...]
    is_excluded: bool = False


@dataclass(frozen=True)
class Selection:
    """The samples that pass all conditions.

    A sound that lies in several places passes the conditions on files by one of them, so that ``-in:Old`` leaves out
    the places in Old alone.

    Attributes:
        samples: Conditions on samples.
        files: Conditions on files, all of which one file passes.
    """

    samples: tuple[Condition, ...] = ()
    files: tuple[Condition, ...] = ()
