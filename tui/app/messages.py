"""Messages from threads to screens and from screens to the app; each is a past fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from db.query.parser import Filter
from db.read.facets import TagTable
from db.types import Sample, SampleIds
from tui.app.player.player import Loaded
from tui.workspace.listing.columns import Row
from tui.workspace.listing.facet_lines import FacetLine
from tui.workspace.session import Found

if TYPE_CHECKING:
    from indexer.duplicates.groups import Audit

    # what a start does not need; the first takes a tenth of a second
    from indexer.ingest.pipeline import IndexSummary
    from tui.app.player.clip import Frames
    from tui.workspace.annotations.edits import Edit
    from tui.workspace.indexing.index_run import IndexProgress
    from tui.workspace.kits.kit_state import Slot
    from tui.workspace.listing.folder_tree import FolderTree
    from tui.workspace.session import Scores
    from tui.workspace.state.blend_state import Blended
    from tui.workspace.state.map_state import SoundMap


@dataclass
class SearchFinished(Message):
    generation: int
    found: Found


@dataclass
class QueryRead(Message):
    """Notices on how the query line of a result was parsed, in sentences."""

    generation: int
    notices: Sequence[str]


@dataclass
class SearchFailed(Message):
    """A query is invalid; ``reason`` is a sentence."""

    generation: int
    reason: str


@dataclass
class FacetsCounted(Message):
    """Counts beside a result, and the values that filters may have, by name of the filter.

    Attributes:
        table: Of which tags were counted.
        filters: Which sounds were counted.
        tree: The folders with counts, where they are seen.
    """

    generation: int
    table: TagTable
    filters: Sequence[Filter]
    lines: Sequence[FacetLine]
    values: Mapping[str, Sequence[str]]
    tree: "FolderTree | None" = None


@dataclass
class BlendFinished(Message):
    generation: int
    blended: "Blended"
    rows: Mapping[int, Row]


@dataclass
class AuditProgressed(Message):
    """So many pairs of sounds are compared, of so many."""

    n_done: int
    n_total: int


@dataclass
class AuditFinished(Message):
    audit: "Audit"


@dataclass
class PairRead(Message):
    """A keeper and another file of its group are ready to be drawn and played.

    Attributes:
        file_id: Of the other file; the keeper itself where it stands alone.
        samples: Of the keeper and of the other file.
    """

    file_id: int
    samples: tuple[Sample, Sample]
    drawn: tuple[Loaded, Loaded]


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
class EditMade(Message):
    edit: "Edit"


@dataclass
class SoundLoaded(Message):
    loaded: Loaded


@dataclass
class OnsetsFound(Message):
    """Where sounds begin in a file, in seconds of it."""

    path: Path
    onsets: Sequence[float]


@dataclass
class JobFinished(Message):
    """Something the user asked for is done; ``text`` says what, ``ids`` are the sounds that it changed."""

    text: str
    ids: Sequence[int] = ()


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
    """A run ended: its summary, or a sentence that says why it could not be done.

    Attributes:
        has_changed: The library may hold something else than before.
    """

    outcome: "IndexSummary | str"
    has_changed: bool


@dataclass
class FoldersMayHaveChanged(Message):
    """The folders of the library may have changed, or were not checked for a while."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, FoldersMayHaveChanged)


@dataclass
class IndexRequested(Message):
    """Ask to bring the library up to date, with these folders added."""

    folders: Sequence[Path]


@dataclass
class FolderOffered(Message):
    """A folder was dropped where sounds are searched; the user may want to add it."""

    folder: Path


@dataclass
class CornerChosen(Message):
    """Ask to take a sound as the next corner of the blend."""

    sample: Sample


@dataclass
class LibraryChanged(Message):
    """The library has changed; what was read of it is outdated."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, LibraryChanged)


@dataclass
class LibraryTroubled(Message):
    """The library cannot be read for now; ``reason`` says why, and is empty when it can be read again."""

    reason: str


@dataclass
class ResultShown(Message):
    """A result is on screen; the rest of the app can be loaded now."""


@dataclass
class DeviceChosen(Message):
    """Ask to play through another output; an empty name is the system's default."""

    name: str


@dataclass
class KeysChosen(Message):
    """Ask for another preset of keys."""

    preset: str


@dataclass
class ModelCrashed(Message):
    """The process of the model crashed and is restarted; ``text`` says so."""

    text: str


@dataclass
class KitDrawn(Message):
    """Slots of the kit were filled."""

    slots: "Sequence[Slot]"


@dataclass
class SlotFilled(Message):
    """One slot of the kit, by its number, holds something else."""

    number: int
    slot: "Slot"


@dataclass
class AlternativesFound(Message):
    """What would fit the slot in hand."""

    number: int
    ids: SampleIds
    scores: "Scores"
    rows: Mapping[int, Row]


@dataclass
class BeatRendered(Message):
    """Four bars of the kit are ready to be played."""

    frames: "Frames"
