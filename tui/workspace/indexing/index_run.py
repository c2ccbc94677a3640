"""An indexing run in a thread, with pause and cancel, without Textual."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from db.paths import display_text
from tui import screen_process
from tui.workspace.fault_log import error_text
from tui.workspace.indexing.index_summary import counts_text
from tui.workspace.session import Session

if TYPE_CHECKING:
    from indexer.ingest.pipeline import IndexEvent, IndexSummary

_POLL_SECONDS = 0.1
_GIVE_WAY_SECONDS = 0.1  # at each poll, so that scrolling slows a run but never stops it


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """Progress of a run.

    Attributes:
        n_total: Files to analyse, as far as the folders have been scanned.
        rate: Files per second since analysis began, pauses left out.
        current: Name of the last file analysed.
    """

    n_done: int = 0
    n_total: int = 0
    n_failed: int = 0
    rate: float = 0.0
    current: str = ""
    is_paused: bool = False

    @property
    def share(self) -> float:
        return self.n_done / self.n_total if self.n_total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Remaining time at this rate; None while the rate is unknown."""
        return (self.n_total - self.n_done) / self.rate if self.rate > 0 else None


def outcome_text(outcome: "IndexSummary | str") -> str:
    """Return how a run ended, in one or two sentences."""
    if isinstance(outcome, str):
        return display_text(outcome)
    stopped = " Stopped early; the next update continues from here." if outcome.was_cancelled else ""
    return counts_text(outcome) + stopped


class IndexRun:
    """Index folders in a thread.

    Args:
        session: Session of the library.
        folders: Folders to add; all folders of the library are updated as well.
        is_needed: Whether the screen needs the processor now, so that the run waits for a moment.
        on_progress: Called in the thread after every batch.
        on_finished: Called in the thread at the end with a summary, or with a sentence about an error, and with whether
            the library may hold something else than before.
    """

    def __init__(
        self,
        session: Session,
        folders: Sequence[Path],
        is_needed: Callable[[], bool],
        on_progress: Callable[[IndexProgress], None],
        on_finished: Callable[["IndexSummary | str", bool], None],
    ) -> None:
        self._session = session
        self._folders = folders
        self._is_needed = is_needed
        self._on_progress = on_progress
        self._on_finished = on_finished
        self._stop = threading.Event()
        self._may_run = threading.Event()
        self._may_run.set()
        self._paused_seconds = 0.0
        self._turn = threading.Lock()
        self.progress = IndexProgress()
        self._thread = threading.Thread(target=self._run, name="earmark-index", daemon=True)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def toggle_pause(self) -> bool:
        """Pause or continue; return whether the run is paused now. Sounds in progress are stored first."""
        if self._may_run.is_set():
            self._may_run.clear()
        else:
            self._may_run.set()
        self._keep(self.progress)
        return self.progress.is_paused

    def cancel(self, timeout_seconds: float = 0.0) -> None:
        """Stop soon; analysed sounds are kept, and the next run continues from there."""
        self._stop.set()
        if timeout_seconds and self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        from indexer.ingest.pipeline import index

        screen_process.settle()  # the import alone loads half as much again as there was
        library = self._session.library
        try:
            before = library.generation()
            summary = index(
                library,
                self._folders,
                self._session.encoder,
                on_event=self._tell,
                cancelled=self._is_cancelled,
            )
            has_changed = library.generation() != before
        except Exception as error:  # whatever it was, the screen must be told that the run has ended
            self._on_finished(error_text(error), True)
        else:
            self._on_finished(summary, has_changed)
        screen_process.settle()  # what the run leaves would be looked through from now on

    def _is_cancelled(self) -> bool:
        """Say whether to stop; blocks while the run is paused."""
        while not self._stop.is_set() and not self._may_run.wait(_POLL_SECONDS):
            self._paused_seconds += _POLL_SECONDS
        if self._is_needed():
            self._stop.wait(_GIVE_WAY_SECONDS)
        return self._stop.is_set()

    def _tell(self, event: "IndexEvent") -> None:
        from indexer.ingest.pipeline import BatchStored, RootScanned

        if isinstance(event, RootScanned):
            self._keep(replace(self.progress, n_total=self.progress.n_total + event.n_to_embed))
        elif isinstance(event, BatchStored):
            seconds = max(event.seconds - self._paused_seconds, 1e-3)
            rate = event.n_done / seconds
            self._keep(IndexProgress(event.n_done, event.n_total, event.n_failed, rate, event.current))
        self._on_progress(self.progress)

    def _keep(self, progress: IndexProgress) -> None:
        """Store the progress; called by both threads, so that the pause state is read under a lock."""
        with self._turn:
            self.progress = replace(progress, is_paused=not self._may_run.is_set())
