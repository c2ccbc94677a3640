"""The mixer: one voice, and the fade-out of the one before."""

import threading
from dataclasses import dataclass, field

import numpy as np

from tui.app.player.clip import RATE_HZ, Clip, Frames

_FADE_IN = int(0.001 * RATE_HZ)  # long enough to start inside a wave without a click, short enough to keep an attack
_FADE_OUT = int(0.006 * RATE_HZ)


@dataclass(eq=False)
class Voice:
    """One clip being played.

    Attributes:
        position: Next frame of the clip; below 0, what is heard before it.
        gain: Linear.
        lead: What is heard before it, such as a count-in.
        first, last: Frames between which it is played, the second one excluded; all of it by default.
        loops: It goes on from its first frame again.
        is_done: It has ended.
    """

    clip: Clip
    position: int = 0
    gain: float = 1.0
    lead: Frames | None = None
    first: int = 0
    last: int | None = None
    loops: bool = False
    is_done: bool = False
    _level: float = field(default=0.0, init=False)  # of the fade, 0 to 1
    _target: float = field(default=1.0, init=False)

    def fade_out(self) -> None:
        self._target = 0.0

    def render(self, n_frames: int, *, is_looping: bool) -> Frames:
        """Return the next ``n_frames``, silent where nothing is ready or left."""
        mixed = np.zeros((n_frames, 2), np.float32)
        n_done = self._render_lead(mixed)
        while n_done < n_frames and not self.is_done:
            n_wanted = n_frames - n_done
            if self.last is not None:
                n_wanted = min(n_wanted, max(self.last - self.position, 0))
            part = self.clip.read(self.position, n_wanted)
            mixed[n_done : n_done + len(part)] = part
            n_done += len(part)
            self.position += len(part)
            if self._is_at_end:
                self.is_done = not (is_looping or self.loops) or self.position <= self.first
                self.position = self.first if not self.is_done else self.position
            elif not len(part):
                break  # the decoder is behind; silence until it has caught up
        return mixed * (self.gain * self._envelope(n_frames))[:, None]

    @property
    def _is_at_end(self) -> bool:
        if self.last is not None and self.position >= self.last:
            return True
        return self.clip.is_complete and self.position >= self.clip.n_ready

    def _render_lead(self, mixed: Frames) -> int:
        """Write what is left of the lead; return how many frames that are. It is as loud whatever the gain is."""
        if self.lead is None or self.position >= 0:
            return 0
        part = self.lead[len(self.lead) + self.position :][: len(mixed)]
        mixed[: len(part)] = part / max(self.gain, 1e-6)
        self.position += len(part)
        return len(part)

    def _envelope(self, n_frames: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        if self._level == self._target:
            if self._target == 0:
                self.is_done = True
            return np.full(n_frames, self._level, np.float32)
        step = 1 / _FADE_IN if self._target else -1 / _FADE_OUT
        envelope = np.clip(self._level + step * np.arange(1, n_frames + 1, dtype=np.float32), 0, 1)
        self._level = float(envelope[-1])
        self.is_done = self.is_done or (self._target == 0 and self._level == 0)
        return envelope


class Mixer:
    """Render frames for the audio thread; voices overlap by no more than a fade.

    Attributes:
        n_rendered: Frames handed out so far.
    """

    def __init__(self) -> None:
        self.n_rendered = 0
        self.volume = 1.0
        self.is_looping = False
        self._lock = threading.Lock()
        self._voice: Voice | None = None
        self._leaving: list[Voice] = []

    @property
    def voice(self) -> Voice | None:
        """The voice being heard, or None in silence."""
        voice = self._voice
        return None if voice is None or voice.is_done else voice

    def play(self, voice: Voice | None) -> None:
        """Fade over to a voice, or to silence."""
        with self._lock:
            if self._voice is not None and not self._voice.is_done:
                self._voice.fade_out()
                self._leaving.append(self._voice)
            self._voice = voice

    def render(self, n_frames: int) -> Frames:
        """Return the next frames, within -1 and 1."""
        with self._lock:
            mix = np.zeros((n_frames, 2), np.float32)
            if self._voice is not None and not self._voice.is_done:
                mix += self._voice.render(n_frames, is_looping=self.is_looping)
            for voice in self._leaving:
                mix += voice.render(n_frames, is_looping=False)
            self._leaving = [voice for voice in self._leaving if not voice.is_done]
            self.n_rendered += n_frames
        return np.clip(mix * self.volume, -1, 1)
