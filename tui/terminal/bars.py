"""The progress bar of a terminal; a module of its own because it imports rich."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
)
from rich.text import Text

from tui import formatting


class BarMeter:
    """A `tui.terminal.progress.Meter` drawn on stderr until the ``with`` block ends."""

    def __init__(self, label: str, *, in_bytes: bool) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            DownloadColumn() if in_bytes else MofNCompleteColumn(),
            _PaceColumn(in_bytes=in_bytes),
            _NoteColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
        )
        self._task = self._progress.add_task(label, total=None, note="", first=0)
        self._starts_anew = in_bytes
        self._n_total = 0

    def show(self, n_done: int, n_total: int, note: str = "") -> None:
        if self._starts_anew and n_total != self._n_total:  # another file, a part of which may exist already
            self._n_total = n_total
            self._progress.reset(self._task, total=n_total, completed=n_done, first=n_done, note=note)
        self._progress.update(self._task, completed=n_done, total=n_total, note=note)

    def note(self, note: str) -> None:
        self._progress.update(self._task, note=note)

    def __enter__(self) -> "BarMeter":
        self._progress.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._progress.stop()


class _PaceColumn(ProgressColumn):
    """Rate and time left, averaged over the whole run, since rich's own estimate jumps with each batch."""

    def __init__(self, *, in_bytes: bool) -> None:
        super().__init__()
        self._pace = formatting.byte_pace if in_bytes else formatting.pace

    def render(self, task: Task) -> Text:
        n_new = task.completed - task.fields["first"]
        if not n_new or not task.elapsed:
            return Text()
        return Text(self._pace(n_new, (task.total or task.completed) - task.fields["first"], task.elapsed))


class _NoteColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(task.fields["note"], style="dim", overflow="ellipsis", no_wrap=True)
