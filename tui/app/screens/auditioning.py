"""The sounds of a list are played as the cursor comes to them, and drawn."""

from pathlib import Path
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui import formatting
from tui.app.messages import RowsFetched
from tui.app.player.clip import UNCHANGED, Change, Frames
from tui.app.player.count_in import count_in
from tui.app.player.player import Loaded, matched_gain
from tui.app.screens.context import ScreenContext
from tui.app.screens.listing import ListScreen
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.now_playing import NowPlaying, Toggle
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.waveform import Waveform
from tui.workspace.listing.columns import Row, sample_name, tag_name
from tui.workspace.state.project import conform_to_project, has_project, project_of, project_text

_FRAMES_PER_SECOND = 30
_VOLUME_STEP = 0.1
_SEEK_SHARE = 0.05
_AHEAD = (1, -1, 2)  # rows from the cursor whose sounds are stretched before they are asked for


class AuditioningScreen(ListScreen):
    """A screen with a list whose cursor plays what it comes to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden_key("right", "replay", "play.replay", "Play from the start"),
        hidden_key("left", "stop", "play.stop", "Stop playing"),
        Binding("space", "play_or_stop", "Play", id="play.toggle", tooltip="Play or stop"),
        hidden_key("a", "toggle_autoplay", "play.autoplay", "Autoplay: play each sound the cursor moves to"),
        hidden_key("l", "toggle_loop", "play.loop", "Loop the sound"),
        hidden_key(
            "P", "play_through", "play.all", "Play the list from here, or the selected sounds, one after the other"
        ),
        hidden_key("shift+left", "seek(-1)", "play.back", "Seek back"),
        hidden_key("shift+right", "seek(1)", "play.forward", "Seek forward"),
        hidden_key("B", "compare", "play.compare", "Compare two sounds: A, then A or B"),
        hidden_key("right_square_bracket", "zoom(2)", "play.zoom_in", "Waveform: zoom in"),
        hidden_key("left_square_bracket", "zoom(0.5)", "play.zoom_out", "Waveform: zoom out"),
        hidden_key("V", "toggle_spectrogram", "play.spectrogram", "Waveform or spectrogram"),
        hidden_key("plus,equals_sign", "volume(1)", "play.louder", "Louder"),
        hidden_key("minus", "volume(-1)", "play.quieter", "Quieter"),
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._awaited: int | None = None  # a sound to be played as soon as its row is there
        self._loaded: Loaded | None = None
        self._is_playing_all = False
        self._to_play: list[int] = []  # of a selection that is played in turn
        self._compared: Row | None = None

    def compose_body(self) -> ComposeResult:
        yield from super().compose_body()
        yield self.make_waveform()
        yield NowPlaying()

    def make_waveform(self) -> Waveform:
        """Return what shows the sound that is heard."""
        return Waveform()

    def on_mount(self) -> None:
        self.set_interval(1 / _FRAMES_PER_SECOND, self._follow)
        self.sounds.columns = self.context.state.columns
        self.tell_settings()
        self.start()

    def start(self) -> None:
        """Begin, once everything is laid out."""

    def on_screen_resume(self) -> None:
        self.tell_settings()

    # playback

    @on(SampleList.Moved)
    def audition_moved(self, event: SampleList.Moved) -> None:
        self._loaded = None
        row = self.sounds.current_row
        self._awaited = None
        if row is None:
            self._awaited = event.sample_id
        else:
            self._audition(row)  # play first: sound matters more than the picture
            self.show_row(row)
            self._prepare_neighbours()

    @on(SampleList.Activated)
    def audition_activated(self) -> None:
        self.action_replay()

    @on(Waveform.Sought)
    def play_from(self, event: Waveform.Sought) -> None:
        row = self.sounds.current_row
        if row is not None and self._loaded is not None:
            self._play(row, event.share * self._loaded.duration_seconds)

    @on(Toggle.Clicked)
    async def run_toggle(self, event: Toggle.Clicked) -> None:
        await self.run_action(event.action)

    def show_loaded(self, loaded: Loaded) -> None:
        """Draw a sound that was decoded, if it is still the one under the cursor."""
        if not (bool(self.query(SampleList)) and bool(self.query(Waveform))):
            return  # it came while the screen was being laid out or taken down
        row = self.sounds.current_row
        if row is not None and loaded.path in row.sample.paths:
            self._loaded = loaded
            self.query_one(Waveform).draw(loaded)

    def show_unplayable(self, path: Path, reason: str) -> None:
        """Say why a sound cannot be heard, if there is a reason, draw no other one in its place, and play the next."""
        if not (bool(self.query(SampleList)) and bool(self.query(Waveform))):
            return
        if reason:
            self.status.say(Content.styled(reason, "$warning"))
        row = self.sounds.current_row
        if row is not None and path in row.sample.paths:
            self._loaded = None
            self.query_one(Waveform).draw(None)
            if self._is_playing_all:
                self._play_next()

    def draw(self, row: Row) -> None:
        """Decode a sound so that it can be drawn, unless it is drawn or being played already."""
        now = self.context.player.now
        is_drawn = self._loaded is not None and self._loaded.path in row.sample.paths
        if not (is_drawn or (now.is_playing and now.path in row.sample.paths)):
            self.context.player.load(row.sample.paths[0], self.change_of(row))

    def show_nothing(self) -> None:
        """Clear the waveform and the details, since the list is empty."""
        self._loaded = None
        self.context.player.stop()
        self.query_one(Waveform).draw(None)
        self.query_one(NowPlaying).tell_heard("", "")

    def show_row(self, row: Row) -> None:
        """Show more about the sound under the cursor."""

    def action_replay(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self._play(row, lead=self._count_in(row))

    def action_stop(self) -> None:
        self._is_playing_all = False
        self.context.heard.ended()
        self.context.player.stop()

    def action_play_or_stop(self) -> None:
        if self.context.player.now.is_playing:
            self.action_stop()
        else:
            self.action_replay()

    def action_play_through(self) -> None:
        """Play the sounds from the cursor on, one after the other, or end that."""
        self._is_playing_all = not self._is_playing_all
        sounds = self.sounds
        self._to_play = [key for key in sounds.ids.tolist() if key in sounds.selected]
        if not self._is_playing_all:
            self.action_stop()
        elif self._to_play:
            self._play_next()
        else:
            self.action_replay()

    def _play_next(self) -> None:
        """Go on to the next sound, or to the next of the selection, when one has ended."""
        self.context.player.start_seconds = None  # the next one is asked for, once
        sounds = self.sounds
        before = sounds.cursor
        place = self._next_selected() if sounds.selected else before + 1
        if place is None or place >= len(sounds.ids):
            self._is_playing_all = False
            return
        sounds.move_to(place)
        if place == before or not self.context.state.has_autoplay:
            self.action_replay()

    def _next_selected(self) -> int | None:
        """Return where the next sound of the selection is; those no longer listed or selected are passed over."""
        sounds = self.sounds
        while self._to_play:
            sample_id = self._to_play.pop(0)
            places = np.flatnonzero(sounds.ids == sample_id)
            if len(places) and sample_id in sounds.selected:
                return int(places[0])
        return None

    def action_seek(self, direction: int) -> None:
        """Play from a twentieth of the sound earlier or later."""
        row, now = self.sounds.current_row, self.context.player.now
        if row is None:
            return
        length = self._length(row)
        position = now.position_seconds if now.is_playing and now.path in row.sample.paths else 0.0
        self._play(row, min(max(position + direction * _SEEK_SHARE * length, 0.0), (1 - _SEEK_SHARE) * length))

    def action_compare(self) -> None:
        """Take the sound under the cursor as A; on another one play A and B in turn, from where the other one is."""
        row, now = self.sounds.current_row, self.context.player.now
        if row is None:
            return
        first = self._compared
        if first is None or first.sample.id == row.sample.id:
            self._compared = row
            self.say(f"A: {sample_name(row.sample)}. Go to another sound; B plays A and B in turn, equally loud.")
            return
        letter, other = ("B", row) if now.is_playing and now.path in first.sample.paths else ("A", first)
        is_within = now.is_playing and now.position_seconds < self._length(other)
        self._play(other, now.position_seconds if is_within else 0.0)
        self.say(f"{letter}: {sample_name(other.sample)}")

    def action_zoom(self, factor: float) -> None:
        self.query_one(Waveform).zoom(factor)

    def action_toggle_spectrogram(self) -> None:
        state = self.context.state
        state.has_spectrogram = not state.has_spectrogram
        self.tell_settings()

    def action_toggle_autoplay(self) -> None:
        state = self.context.state
        state.has_autoplay = not state.has_autoplay
        self.tell_settings()

    def action_toggle_loop(self) -> None:
        state = self.context.state
        state.is_looping = self.context.player.is_looping = not state.is_looping
        self.tell_settings()

    def action_volume(self, n_steps: int) -> None:
        player = self.context.player
        player.volume = round(player.volume + n_steps * _VOLUME_STEP, 2)
        self.context.state.volume = player.volume
        self.tell_settings()

    def tell_settings(self) -> None:
        state, player = self.context.state, self.context.player
        self.query_one(Waveform).show_spectrogram(is_on=state.has_spectrogram)
        self.query_one(NowPlaying).tell_settings(
            not state.has_original,
            state.has_autoplay,
            state.is_looping,
            state.has_advance,
            project=project_text(state),
            volume=state.volume,
            fault=player.fault,
        )

    def action_toggle_original(self) -> None:
        """Change between the project's tempo and key and the sound's own."""
        state = self.context.state
        if not has_project(state):
            self.say("No tempo or key of a project is set: p sets them")
            return
        state.has_original = not state.has_original
        self.say("Sounds are heard as they are" if state.has_original else f"Sounds are heard at {project_text(state)}")
        self.follow_project()

    def follow_project(self) -> None:
        """Play or draw the sound under the cursor as the project wants it now."""
        self.tell_settings()
        row, now = self.sounds.current_row, self.context.player.now
        self._loaded = None
        if row is None:
            return
        if now.is_playing:
            self._play(row)
        else:
            self.draw(row)
        self._prepare_neighbours()

    def change_of(self, row: Row) -> Change:
        """Return how a sound is heard now."""
        conformed = conform_to_project(row.sample, self.context.state)
        return Change(conformed.tempo_factor, conformed.semitones)

    def _length(self, row: Row) -> float:
        """Return how many seconds a sound is heard for now."""
        return row.sample.features.duration_seconds / self.change_of(row).tempo_factor

    def _count_in(self, row: Row) -> Frames | None:
        state = self.context.state
        if not (state.has_count_in and state.project_bpm and tag_name(row.sample, "form") == "loop"):
            return None
        return count_in(state.project_bpm)

    def _audition(self, row: Row) -> None:
        if self.context.state.has_autoplay:
            self._play(row)
        else:
            self.context.player.load(row.sample.paths[0], self.change_of(row))

    def _play(self, row: Row, at_seconds: float = 0.0, lead: Frames | None = None) -> None:
        features = row.sample.features
        gain = matched_gain(features)
        self.context.heard.began(row.sample.id, features.duration_seconds)
        self.context.player.play(row.sample.paths[0], gain, at_seconds, change=self.change_of(row), lead=lead)

    def _prepare_neighbours(self) -> None:
        """Stretch what the cursor may come to next, so that it is heard at once."""
        if not project_of(self.context.state).is_set:
            return
        sounds = self.sounds
        places = [sounds.cursor + step for step in _AHEAD if 0 <= sounds.cursor + step < len(sounds.ids)]
        rows = [row for place in places if (row := sounds.row(int(sounds.ids[place]))) is not None]
        changes = [(row.sample.paths[0], self.change_of(row)) for row in rows]
        self.context.player.prepare([one for one in changes if one[1] != UNCHANGED])

    def _follow(self) -> None:
        """Move the playhead; 30 times a second, so it must cost next to nothing."""
        if not self.is_current:
            return
        now, row = self.context.player.now, self.sounds.current_row
        loaded = self._loaded
        length = loaded.duration_seconds if loaded else (self._length(row) if row else 0.0)
        is_here = now.is_playing and row is not None and now.path in row.sample.paths and length > 0
        has_ended = not now.is_playing and self.context.player.start_seconds is not None
        if self._is_playing_all and has_ended:  # also a sound that was shorter than a frame
            self._play_next()
        self.query_one(Waveform).move_head(now.position_seconds / length if is_here else None)
        self.query_one(NowPlaying).tell_selected(len(self.sounds.selected))
        if row is not None:
            reasons = conform_to_project(row.sample, self.context.state).reasons
            time = formatting.duration(length)
            if is_here:
                time = f"{max(now.position_seconds, 0):.2f} / {time}"
            changes = f"  {', '.join(reasons)}" if reasons else ""
            self.query_one(NowPlaying).tell_heard(sample_name(row.sample), f"  {time}", changes, is_playing=is_here)

    # rows

    @on(RowsFetched)
    def show_rows(self, event: RowsFetched) -> None:
        self.sounds.supply(event.rows)
        row = self.sounds.current_row
        if row is None or row.sample.id not in event.rows:
            return
        self.show_row(row)
        if row.sample.id == self._awaited:
            self._awaited = None
            self._audition(row)
        else:
            self.draw(row)
