"""What every screen is given: the library, settings and the player. Screens do not know the app."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db.types import Sample
from tui.app.player.player import Player
from tui.app.terminal_drag import TerminalDrag
from tui.workspace.annotations.edits import EditHistory
from tui.workspace.annotations.heard_sounds import HeardSounds
from tui.workspace.kits.kit_state import KitState
from tui.workspace.session import Session
from tui.workspace.state.app_state import AppState

if TYPE_CHECKING:
    from indexer.ingest.pipeline import IndexSummary
    from tui.workspace.indexing.index_run import IndexRun


@dataclass
class ScreenContext:
    """What screens share. They read it; what the app has to do is asked for by a message.

    Attributes:
        facts: Size of the library, or progress of indexing, in a few words.
        shown_faults: Sentences about errors that are on screen.
        trouble: Why the library cannot be read for now, in sentences.
        index_run: The run under way, if there is one.
        index_outcome: How the last run ended: its summary, or a sentence that says why it could not be done.
        corners: Sounds chosen for a blend before its screen was first opened.
        kit: The kit that is being put together.
        drag: What the terminal offers to be dragged out of it.
    heard: Notes what is listened to.
    """

    session: Session
    edits: EditHistory
    state: AppState
    player: Player
    drag: TerminalDrag
    heard: HeardSounds
    facts: str = ""
    trouble: str = ""
    shown_faults: set[str] = field(default_factory=set)
    index_run: "IndexRun | None" = None
    index_outcome: "IndexSummary | str | None" = None
    corners: list[Sample] = field(default_factory=list)
    kit: KitState = field(default_factory=KitState)
