"""Files that hold the same sound: compare them by ear, and decide which is kept."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from db.paths import display_text
from tui import formatting
from tui.app.messages import AuditFinished, AuditProgressed, JobFinished, PairRead
from tui.app.player.player import equal_gains, read_drawn
from tui.app.screens.context import ScreenContext
from tui.app.screens.frame import FrameScreen
from tui.app.widgets.aligned import Aligned, align
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.waveform import Waveform
from tui.workspace.duplicates import audit_text, choose_keepers, forget_decisions, keep_apart, next_step, notices
from tui.workspace.latest_job_runner import LatestJobRunner

if TYPE_CHECKING:
    from db.read.duplicates import FilePlace
    from db.types import Sample
    from indexer.duplicates.groups import Audit, DuplicateFile, DuplicateGroup

_MAX_GROUPS = 500  # the rest is in: earmark duplicates
_FRAMES_PER_SECOND = 30
_LETTERS = "AB"


class _Files(OptionList):
    """The files of all groups, under headings; Enter stands in the footer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Keep")]


class DuplicatesScreen(FrameScreen):
    """Groups of files with the one that is kept; A is the keeper, B the file under the cursor."""

    MODE = "duplicates"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Keep", id="duplicates.keep", tooltip="Keep this file of its group"),
        Binding("n", "apart", "Not the same", id="duplicates.apart", tooltip="No duplicates: keep all of this group"),
        Binding(
            "B",
            "compare",
            "A or B",
            id="duplicates.compare",
            tooltip="Switch between the keeper (A) and this file (B), equally loud, in the same place",
        ),
        Binding("space", "play_or_stop", "Play", id="duplicates.play", tooltip="Play this file, or stop"),
        hidden_key("right", "replay", "duplicates.replay", "Play this file"),
        hidden_key("left", "stop", "duplicates.stop", "Stop playing"),
        Binding("z", "undo", "Undo", id="duplicates.undo", tooltip="Undo the last decision"),
        Binding("u", "audit", "Update", id="duplicates.update", tooltip="Look for duplicates again"),
        hidden_key("up", "move(-1)", "duplicates.up", "Up"),
        hidden_key("down", "move(1)", "duplicates.down", "Down"),
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._reader = LatestJobRunner("earmark-pair", self.tell_fault)
        self._groups: list[DuplicateGroup] = []
        self._lines: list[tuple[DuplicateGroup, DuplicateFile] | None] = []  # by option; None for a heading
        self._samples: tuple[Sample, Sample] | None = None  # of A and B
        self._aligned: tuple[Aligned, Aligned] | None = None
        self._decided: list[Sequence[FilePlace]] = []
        self._generation = 0  # of the audit that is wanted

    def compose_body(self) -> ComposeResult:
        yield Static("", id="summary", markup=False)
        yield _Files(id="files", markup=False, compact=True)
        for letter in _LETTERS:
            yield Static("", id=f"letter-{letter}", classes="letter", markup=False)
            yield Waveform(id=f"wave-{letter}")

    def on_mount(self) -> None:
        self.set_interval(1 / _FRAMES_PER_SECOND, self._follow)
        self.query_one("#files").focus()
        self.action_audit()

    def on_unmount(self) -> None:
        self._generation += 1
        self._reader.close()

    # the audit

    def action_audit(self) -> None:
        self._tell(Content("Looking for duplicates..."))
        self._look()

    def _look(self) -> None:
        """Start an audit; one that is under way ends."""
        self._generation += 1
        self.audit(self._generation)

    @work(thread=True, exit_on_error=False, group="audit")
    def audit(self, generation: int) -> None:
        from indexer.duplicates.audit import find_duplicates

        found = find_duplicates(
            self.context.session.library,
            on_progress=lambda done, total: self.post_if_attached(AuditProgressed(done, total)),
            cancelled=lambda: generation != self._generation,
        )
        if generation == self._generation:
            self.post_if_attached(AuditFinished(found))

    @on(AuditProgressed)
    def show_progress(self, event: AuditProgressed) -> None:
        share = formatting.percent(event.n_done / max(event.n_total, 1))
        self._tell(Content(f"Comparing {formatting.count(event.n_total, 'pair')} of sounds: {share}"))

    @on(AuditFinished)
    def show_audit(self, event: AuditFinished) -> None:
        self._groups = list(event.audit.groups)
        self._show_groups()
        self._tell(_summary(event.audit))

    def _show_groups(self) -> None:
        """List the groups, with the cursor on the file that it was on, or in its place."""
        files = self.query_one("#files", OptionList)
        before, place = self._current, files.highlighted
        options: list[Option] = []
        self._lines = []
        for group in self._groups[:_MAX_GROUPS]:
            options.append(Option(_heading(group), disabled=True))
            self._lines.append(None)
            for file in group.files:
                options.append(Option(_line(file)))
                self._lines.append((group, file))
        files.set_options(options)
        ids = [line[1].place.file_id if line else None for line in self._lines]
        wanted = before[1].place.file_id if before else None
        if wanted is not None and wanted in ids:
            files.highlighted = ids.index(wanted)
        elif ids:
            files.highlighted = self._file_near(min(place or 0, len(ids) - 1))
        if not ids:
            self._show_nothing()

    def _file_near(self, place: int) -> int:
        """Return the first line of a file from a place on that is not the keeper, else any."""
        lines = self._lines[place:]
        return next((place + n for n, line in enumerate(lines) if line and not line[1].is_kept), len(self._lines) - 1)

    @property
    def _current(self) -> "tuple[DuplicateGroup, DuplicateFile] | None":
        place = self.query_one("#files", OptionList).highlighted
        return self._lines[place] if place is not None and place < len(self._lines) else None

    # what is seen and heard

    @on(OptionList.OptionHighlighted, "#files")
    def read_pair(self) -> None:
        current = self._current
        if current is None:
            return
        self.context.player.stop()
        group, file = current
        library = self.context.session.library

        def read(_is_overtaken: object) -> None:
            places = (group.keeper.place, file.place)
            samples = {sample.id: sample for sample in library.samples([place.sample_id for place in places])}
            drawn = [read_drawn(place.path) for place in places]
            pair = PairRead(
                file.place.file_id, (samples[places[0].sample_id], samples[places[1].sample_id]), (drawn[0], drawn[1])
            )
            self.post_if_attached(pair)

        self._reader.submit(read)

    @on(PairRead)
    def show_pair(self, event: PairRead) -> None:
        current = self._current
        if current is None or current[1].place.file_id != event.file_id:
            return
        self._samples = event.samples
        silences = [(sample.features.silence_before_ms or 0.0) / 1000 for sample in event.samples]
        self._aligned = align(*event.drawn, (silences[0], silences[1]))
        group, file = current
        for letter, one, aligned in zip(_LETTERS, (group.keeper, file), self._aligned, strict=True):
            self.query_one(f"#wave-{letter}", Waveform).draw(aligned.loaded)
            self.query_one(f"#letter-{letter}", Static).update(_label(letter, group, one))
        if self.context.state.has_autoplay:
            self.action_replay()

    def _show_nothing(self) -> None:
        self._samples = self._aligned = None
        for letter in _LETTERS:
            self.query_one(f"#wave-{letter}", Waveform).draw(None)
            self.query_one(f"#letter-{letter}", Static).update("")

    def action_move(self, step: int) -> None:
        files = self.query_one("#files", OptionList)
        (files.action_cursor_down if step > 0 else files.action_cursor_up)()

    def action_replay(self) -> None:
        self._play(1, 0.0)

    def action_stop(self) -> None:
        self.context.player.stop()

    def action_play_or_stop(self) -> None:
        if self.context.player.now.is_playing:
            self.action_stop()
        else:
            self.action_replay()

    def action_compare(self) -> None:
        """Go on with the other one of A and B, from the same place on the axis."""
        if self._aligned is None:
            return
        now = self.context.player.now
        sounding = self._sounding()
        if sounding is None:
            self._play(0, 0.0)
            return
        self._play(1 - sounding, self._aligned[sounding].share(now.position_seconds))

    @on(Waveform.Sought)
    def play_from(self, event: Waveform.Sought) -> None:
        self._play(self._sounding() or 0, event.share)

    def _play(self, number: int, share: float) -> None:
        """Play A (0) or B (1) from a place on their axis, both equally loud."""
        if self._aligned is None or self._samples is None:
            return
        gains = equal_gains(*(sample.features for sample in self._samples))
        aligned = self._aligned[number]
        self.context.player.play(aligned.loaded.path, gains[number], aligned.position(share))

    def _sounding(self) -> int | None:
        """Return which of A and B is heard: 0 or 1."""
        now = self.context.player.now
        if self._aligned is None or not now.is_playing:
            return None
        paths = [aligned.loaded.path for aligned in self._aligned]
        return paths.index(now.path) if now.path in paths else None

    def _follow(self) -> None:
        """Move the playhead; 30 times a second, so it must cost next to nothing."""
        if not self.is_current or self._aligned is None:
            return
        sounding, now = self._sounding(), self.context.player.now
        for number, (letter, aligned) in enumerate(zip(_LETTERS, self._aligned, strict=True)):
            head = aligned.share(now.position_seconds) if number == sounding else None
            self.query_one(f"#wave-{letter}", Waveform).move_head(head)

    # decisions

    @on(OptionList.OptionSelected, "#files")
    def keep_selected(self) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        current = self._current
        if current is not None:
            place = current[1].place
            self._decide([place], lambda: choose_keepers(self.context.session.library, [place]))

    def action_apart(self) -> None:
        current = self._current
        if current is not None:
            group = current[0]
            places = [file.place for file in group.files]
            self._groups.remove(group)
            self._show_groups()
            self._decide(places, lambda: keep_apart(self.context.session.library, places))

    def action_undo(self) -> None:
        if self._decided:
            places = self._decided.pop()
            self.store(lambda: forget_decisions(self.context.session.library, places))

    def _decide(self, places: "Sequence[FilePlace]", store: Callable[[], object]) -> None:
        self._decided.append(places)
        self.store(store)

    @work(thread=True, exit_on_error=False, group="decisions")
    def store(self, do: Callable[[], object]) -> None:
        """Store a decision, then look again: what was compared is known."""
        do()
        self.post_if_attached(JobFinished(""))

    @on(JobFinished)
    def look_again(self) -> None:
        self._look()

    def _tell(self, content: Content) -> None:
        self.query_one("#summary", Static).update(content)


def _summary(audit: "Audit") -> Content:
    more = len(audit.groups) - _MAX_GROUPS
    parts: list[str | tuple[str, str]] = [audit_text(audit)]
    if audit.groups:
        parts.append((f"   To tidy up: {next_step(audit)}", "$foreground 60%"))
    if more > 0:
        parts.append((f"   {formatting.count(more, 'more group')} in: earmark duplicates", "$foreground 60%"))
    parts += [(f"   {sentence}", "$warning") for sentence in notices(audit)]
    return Content.assemble(*parts)


def _heading(group: "DuplicateGroup") -> Content:
    titles = {"bytes": "same bytes", "audio": "same audio", "sound": "same sound"}
    size = formatting.size(group.n_bytes_to_free)
    return Content.assemble(
        (titles[group.duplicate_class], "bold $foreground"),
        (f"   {formatting.count(len(group.files), 'file')}, {size} more than needed", "$foreground 60%"),
    )


def _line(file: "DuplicateFile") -> Content:
    mark = ("keep  ", "bold $success") if file.is_kept else ("      ", "")
    why = "" if file.proof is None else f"   {file.proof.text}"
    folder = f"   {display_text(file.path.parent)}"
    return Content.assemble(mark, display_text(file.path.name), (why, "$primary"), (folder, "$foreground 40%"))


def _label(letter: str, group: "DuplicateGroup", file: "DuplicateFile") -> Content:
    why = group.reason if file.proof is None else file.proof.text
    return Content.assemble(
        (f"{letter} ", "bold $primary"), display_text(file.path.name), (f"   {why}", "$foreground 60%")
    )
