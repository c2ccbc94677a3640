"""Play one sound at a time, the moment it is asked for."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from db.errors import SoundError
from db.measurements import Features
from tui.app.player.clip import RATE_HZ, UNCHANGED, Change, Clip, Frames, Peaks, decode_clip, open_clip
from tui.app.player.mixer import Mixer, Voice
from tui.app.player.output import Output, Render, open_output
from tui.app.player.spectrum import Brightness, Spectrum, spectrum
from tui.app.player.stretch_process import StretchProcess
from tui.sample_paths import missing_text
from tui.workspace.latest_job_runner import LatestJobRunner

N_PEAKS = 2048
_TARGET_LUFS = -16.0
_HIGHEST_PEAK_DBFS = -1.0
_MOST_GAIN_DB = 12.0
_MOST_KEPT = 12  # clips that are stretched already; one of 8 s takes 3 MB


@dataclass(frozen=True, slots=True)
class Loaded:
    """A decoded sound, as it is drawn."""

    path: Path
    change: Change
    peaks: Peaks
    spectrum: Spectrum
    brightness: Brightness
    duration_seconds: float


class Span(NamedTuple):
    """A part of a sound, in seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Playback:
    """The state of playback."""

    path: Path | None
    position_seconds: float
    is_playing: bool


class Player:
    """Audition sounds.

    Every method but `reopen` and `close` returns at once; decoding happens in a thread.

    Args:
        open_device: Opens the output; tests give one without sound.
        on_loaded: Called in the decoding thread when a sound is decoded.
        on_fault: Called in the decoding thread when a sound cannot be played, with the reason; without one where it was
            only to be drawn.
    """

    def __init__(
        self,
        open_device: Callable[[Render], Output] = open_output,
        on_loaded: Callable[[Loaded], None] = lambda _: None,
        on_fault: Callable[[Path, str], None] = lambda _path, _reason: None,
    ) -> None:
        self.mixer = Mixer()
        self._on_loaded = on_loaded
        self._on_fault = on_fault
        self._path: Path | None = None
        self._clip: Clip | None = None
        self._kept: dict[tuple[Path, Change], Clip] = {}  # stretched ones, in the order they were made
        self._asked_at = 0.0
        self.start_seconds: float | None = None  # from the last request until frames of it were asked for
        self._decoder = LatestJobRunner("earmark-player", self._fail)
        self._stretching, self._stretching_ahead = StretchProcess(), StretchProcess(is_patient=True)
        # what fails ahead is told when it is asked for
        self._preparer = LatestJobRunner("earmark-player-ahead", lambda _: None)
        self.open_device = open_device
        self._opening = Lock()
        self._output: Output | None = None

    @property
    def output(self) -> Output:
        """The output; opened on first use, which may take a tenth of a second."""
        with self._opening:
            if self._output is None:
                self._output = self.open_device(self._render)
            return self._output

    @property
    def fault(self) -> str | None:
        """Why there is no sound, in a few words; None if all is well, or before the output is open."""
        output = self._output  # another thread may open another one meanwhile
        return None if output is None else output.fault

    @property
    def is_looping(self) -> bool:
        return self.mixer.is_looping

    @is_looping.setter
    def is_looping(self, value: bool) -> None:
        self.mixer.is_looping = value

    @property
    def volume(self) -> float:
        """Linear, 0 to 1."""
        return self.mixer.volume

    @volume.setter
    def volume(self, value: float) -> None:
        self.mixer.volume = min(max(value, 0.0), 1.0)

    @property
    def now(self) -> Playback:
        voice = self.mixer.voice
        if voice is None:
            return Playback(self._path, 0.0, is_playing=False)
        return Playback(voice.clip.path, voice.position / RATE_HZ, is_playing=True)

    def play(
        self,
        path: Path,
        gain: float = 1.0,
        at_seconds: float = 0.0,
        *,
        change: Change = UNCHANGED,
        lead: Frames | None = None,
        region: Span | None = None,
    ) -> None:
        """Play a sound in place of what is heard.

        Args:
            path: Its file.
            gain: Linear.
            at_seconds: Where to begin.
            change: Tempo and pitch; times are those of the changed sound.
            lead: What is heard before it.
            region: A part of it to be played in a loop, from its beginning.
        """
        self._asked_at = time.perf_counter()
        self.start_seconds = None
        self._path = path

        def start(clip: Clip) -> None:
            voice = Voice(clip, int(at_seconds * RATE_HZ), gain, None if lead is None or not len(lead) else lead)
            if voice.lead is not None:
                voice.position -= len(voice.lead)
            if region is not None:
                voice.first, voice.last, voice.loops = int(region.start * RATE_HZ), int(region.end * RATE_HZ), True
                voice.position = max(voice.position, voice.first)
            _ = self.output
            self.mixer.play(voice)

        first_seconds = at_seconds if region is None else region.start
        clip = self._clip
        if clip is None or (clip.path, clip.change) != (path, change) or not clip.is_complete:
            clip = self._kept.get((path, change))
        if clip is None:
            self._decoder.submit(lambda is_overtaken: self._load(path, change, start, first_seconds, is_overtaken))
            return
        start(clip)
        if clip is not self._clip:
            self._clip = clip
            self._decoder.submit(lambda _: self._tell(clip))

    def move_region(self, region: Span) -> None:
        """Play another part of the sound that is heard in a loop; it goes on where it is, if that is within."""
        voice = self.mixer.voice
        if voice is not None and voice.loops:
            voice.first, voice.last = int(region.start * RATE_HZ), int(region.end * RATE_HZ)
            if not voice.first <= voice.position < voice.last:
                voice.position = voice.first

    def on_zero_crossing(self, seconds: float) -> float:
        """Return the zero crossing of the sound on screen that is next to a place, or just before it."""
        from indexer.slicing.cuts import zero_crossing

        clip = self._clip
        if clip is None:
            return seconds
        place = int(seconds * RATE_HZ)
        first = max(place - RATE_HZ // 100, 0)
        mono = clip.frames[first : place + 1].mean(axis=1)
        return (first + zero_crossing(mono, RATE_HZ, len(mono) - 1)) / RATE_HZ if len(mono) > 1 else seconds

    def prepare(self, sounds: Sequence[tuple[Path, Change]]) -> None:
        """Stretch sounds that may be asked for next, one after the other, unless others are named meanwhile.

        Called with none, this makes ready for those that are.
        """

        def run(is_overtaken: Callable[[], bool]) -> None:
            self._stretching.start()
            self._stretching_ahead.start()
            for path, change in sounds:
                if (path, change) in self._kept:
                    continue
                with suppress(SoundError):
                    clip, blocks = open_clip(path, change, self._stretching_ahead.compute)
                    for _ in blocks:
                        if is_overtaken():
                            return
                    self._keep(clip)

        self._preparer.submit(run)

    def play_frames(self, name: Path, frames: Frames) -> None:
        """Play a buffer over and over; what is heard under the same name goes on from where it is.

        Args:
            name: Stands for a path; that of no file.
            frames: Stereo at `RATE_HZ`, complete, not empty.
        """
        before, self._path = self.now, name
        clip = Clip(name, len(frames))
        clip.append(frames)
        clip.is_complete = True
        share = 0.0
        if before.is_playing and before.path == name and self.mixer.voice is not None:
            share = self.mixer.voice.position / max(self.mixer.voice.clip.n_ready, 1)
        _ = self.output
        self.mixer.play(Voice(clip, int(share * clip.n_ready), loops=True))

    def load(self, path: Path, change: Change = UNCHANGED) -> None:
        """Decode a sound without playing it, so that it can be drawn; what is heard ends."""
        self.stop()
        self._path = path
        self._decoder.submit(lambda is_overtaken: self._load(path, change, None, 0.0, is_overtaken))

    def stop(self) -> None:
        self.mixer.play(None)

    def close(self) -> None:
        self.stop()
        self._stretching.close()
        self._stretching_ahead.close()
        self._decoder.close()
        self._preparer.close()
        self._close_output()

    def reopen(self) -> None:
        """Move to the output that `open_device` opens now; as slow as opening the first one."""
        self.stop()
        self._close_output()
        _ = self.output

    def _close_output(self) -> None:
        with self._opening:
            output, self._output = self._output, None
            if output is not None:
                output.close()

    def _load(
        self,
        path: Path,
        change: Change,
        start: Callable[[Clip], None] | None,
        first_seconds: float,
        is_overtaken: Callable[[], bool],
    ) -> None:
        try:
            clip, blocks = open_clip(path, change, self._stretching.compute)
        except SoundError as error:
            self.mixer.play(None)
            reason = str(error) if path.exists() else missing_text(path)
            self._on_fault(path, "" if start is None else reason)
            return
        is_started = start is None
        for _ in blocks:
            if is_overtaken():
                break
            if not is_started and clip.n_ready > first_seconds * RATE_HZ:
                assert start is not None
                start(clip)
                is_started = True
        clip.is_complete = True
        if not is_overtaken():
            self._clip = clip
            self._keep(clip)
            self._tell(clip)

    def _keep(self, clip: Clip) -> None:
        """Keep a clip that took long to make; the one that was made first goes."""
        if clip.change != UNCHANGED:
            self._kept[clip.path, clip.change] = clip
            while len(self._kept) > _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)), None)

    def _tell(self, clip: Clip) -> None:
        self._on_loaded(_drawn(clip))

    def _render(self, n_frames: int) -> Frames:
        if self.start_seconds is None and self.mixer.voice is not None and self.mixer.voice.clip.path == self._path:
            self.start_seconds = time.perf_counter() - self._asked_at
        return self.mixer.render(n_frames)

    def _fail(self, error: Exception) -> None:
        self._on_fault(self._path or Path(), str(error))


def read_drawn(path: Path) -> Loaded:
    """Decode a sound to draw it, in the caller's thread and without playing it.

    Raises:
        SoundError: It cannot be decoded.
    """
    return _drawn(decode_clip(path))


def _drawn(clip: Clip) -> Loaded:
    return Loaded(clip.path, clip.change, clip.peaks(N_PEAKS), *spectrum(clip.frames), clip.duration_seconds)


def matched_gain(features: Features) -> float:
    """Return the linear gain that plays a sound as loud as any other, as far as its peaks allow."""
    return float(10 ** (_gain_db(features) / 20))


def equal_gains(one: Features, other: Features) -> tuple[float, float]:
    """Return the linear gains that play two sounds equally loud, the quieter of the two as loud as it may be."""
    gains_db = [_gain_db(features) for features in (one, other)]
    reached = [gain + (features.loudness_lufs or 0.0) for gain, features in zip(gains_db, (one, other), strict=True)]
    first, second = (10 ** ((gain - level + min(reached)) / 20) for gain, level in zip(gains_db, reached, strict=True))
    return first, second


def _gain_db(features: Features) -> float:
    if features.loudness_lufs is None or features.peak_dbfs is None:
        return 0.0
    return min(_TARGET_LUFS - features.loudness_lufs, _HIGHEST_PEAK_DBFS - features.peak_dbfs, _MOST_GAIN_DB)
