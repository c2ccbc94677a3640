"""What threads tell the screens; each is a fact in the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from db.query.parser import Filter
from db.read.facets import TagTable
from db.types import SampleIds
from tui.app.player.player import Loaded
from tui.app.widgets.facets import FacetLine
from tui.workspace.columns import Row
from tui.workspace.session import Found

if TYPE_CHECKING:
    # what a start does not need; the first takes a tenth of a second
    from indexer.ingest.pipeline import IndexSummary
    from tui.workspace.blend_state import Blended
    from tui.workspace.edits import Change
    from tui.workspace.index_run import IndexProgress
    from tui.workspace.map_state import SoundMap


@dataclass
class SearchFinished(Message):
    generation: int
    found: Found


@dataclass
class SearchFailed(Message):
    """A query cannot be answered as it stands; ``reason`` is a sentence."""

    generation: int
    reason: str


@dataclass
class FacetsCounted(Message):
    """Counts beside a result, and the values that filters may have, by name of the filter.

    Attributes:
        table: Of which tags were counted.
        filters: Which sounds were counted.
    """

    generation: int
    table: TagTable
    filters: Sequence[Filter]
    lines: Sequence[FacetLine]
    values: Mapping[str, Sequence[str]]


@dataclass
class BlendFinished(Message):
    generation: int
    blended: "Blended"
    rows: Mapping[int, Row]


@dataclass
class MapLoaded(Message):
    sound_map: "SoundMap"


@dataclass
class MapProgressed(Message):
    """The map is being laid out; ``share`` of it is done."""

    share: float

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, MapProgressed)


@dataclass
class MapLit(Message):
    """A query was answered with these sounds; None where there is no query."""

    generation: int
    ids: SampleIds | None


@dataclass
class RowsFetched(Message):
    rows: Mapping[int, Row]


@dataclass
class ChangeMade(Message):
    change: "Change"


@dataclass
class SoundLoaded(Message):
    loaded: Loaded


@dataclass
class JobFinished(Message):
    """Something the user asked for is done; ``text`` says what."""

    text: str


@dataclass
class JobFailed(Message):
    """Something the user asked for cannot be done; ``reason`` is a sentence."""

    reason: str
    is_expected: bool = True


@dataclass
class IndexProgressed(Message):
    progress: "IndexProgress"

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, IndexProgressed)


@dataclass
class IndexFinished(Message):
    """The run ended; ``outcome`` is its summary, or a sentence that says why it could not be done."""

    outcome: "IndexSummary | str"


@dataclass
class ModelCrashed(Message):
    """The process of the model died and is started again; ``text`` says so."""

    text: str
