"""The progress bar of a screen; apart from `tui.terminal.progress` because it imports rich."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
)
from rich.text import Text

from tui import human


class BarMeter:
    """A `tui.terminal.progress.Meter` drawn on stderr until the ``with`` block ends."""

    def __init__(self, label: str) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            _PaceColumn(),
            _NoteColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
        )
        self._task = self._progress.add_task(label, total=None, note="")

    def show(self, n_done: int, n_total: int, note: str = "") -> None:
        self._progress.update(self._task, completed=n_done, total=n_total, note=note)

    def note(self, note: str) -> None:
        self._progress.update(self._task, note=note)

    def __enter__(self) -> "BarMeter":
        self._progress.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._progress.stop()


class _PaceColumn(ProgressColumn):
    """Rate and time left over the whole run: steadier than rich's own, which jumps with each batch."""

    def render(self, task: Task) -> Text:
        if not task.completed or not task.elapsed:
            return Text()
        return Text(human.pace(task.completed, task.total or task.completed, task.elapsed))


class _NoteColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(task.fields["note"], style="dim", overflow="ellipsis", no_wrap=True)
