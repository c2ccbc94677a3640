"""What passes the filters of a query line, as statements that each engine puts together in its own way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from db.engines.statement import Statement
from db.types import SampleIds

# All there are, of `db.statements.filters`: engines know nothing of `db.compiled`.
SAMPLES = Statement("filters.SAMPLES", "SELECT id FROM samples", n_columns=1)
FILES = Statement("filters.FILES", "SELECT id, sample_id FROM files", n_columns=2)


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


class Scope:
    """The samples that a search looks at: those that pass a selection.

    Attributes:
        selection: For an engine that puts its conditions into the statement of the search.
    """

    def __init__(self, selection: Selection, read_ids: Callable[[Selection], SampleIds]) -> None:
        self.selection = selection
        self._read_ids = read_ids

    @cached_property
    def ids(self) -> SampleIds:
        """Their ids, ascending; read when they are first asked for."""
        return self._read_ids(self.selection)
