"""A sound at another tempo and pitch, ready to be heard before all of it is computed."""

from collections.abc import Iterator

import numpy as np

from tui.app.player.clip import RATE_HZ, Change, Clip, Compute, Frames

_HEAD_SECONDS = 0.4  # of the sound: computed first, in some 10 ms
_PART_SECONDS = 4.0  # of what follows
_MARGIN_SECONDS = 0.12  # computed on both sides of a part, since Signalsmith Stretch fades in and out within 0.06 s
_FADE_FRAMES = 960  # from one part to the next


def stretch(source: Clip, decoding: Iterator[None], clip: Clip, engine: Compute) -> Iterator[None]:
    """Fill a clip with another one, stretched and transposed; each step decodes or computes a part of it.

    The clip ends as long as the tempo says, to a frame.

    Args:
        source: What is decoded.
        decoding: Decodes one more block of it each time it is asked.
        clip: Empty; knows what is to be done.
        engine: Stretches frames, as `compute` does.
    """
    change, margin, place = clip.change, round(_MARGIN_SECONDS * RATE_HZ), 0
    overlap = np.zeros((0, 2), np.float32)
    while not (source.is_complete and place >= source.n_ready):
        end = place + round((_PART_SECONDS if place else _HEAD_SECONDS) * RATE_HZ)
        while source.n_ready < end + margin and not source.is_complete:
            next(decoding, None)
            yield
        if source.n_ready <= end + margin:
            end = source.n_ready  # so that the last part is no splinter
        first, last = max(place - margin, 0), min(end + margin, source.n_ready)
        computed = engine(source.frames[first:last], change)
        begin, stop = _place(place, change) - _place(first, change), _place(end, change) - _place(first, change)
        part = computed[begin : stop + _FADE_FRAMES]
        n_fade = min(len(overlap), len(part))
        ramp = np.linspace(0, 1, n_fade, dtype=np.float32)[:, None]
        part[:n_fade] = part[:n_fade] * ramp + overlap[:n_fade] * (1 - ramp)
        n_kept = stop - begin
        clip.append(part[:n_kept])
        overlap, place = part[n_kept:], end
        yield
    clip.is_complete = True


def _place(frame: int, change: Change) -> int:
    return round(frame / change.tempo_factor)


def compute(frames: Frames, change: Change) -> Frames:
    """Return frames stretched and transposed; it holds the GIL for 30 ms a second of sound."""
    from python_stretch import Signalsmith

    engine = Signalsmith.Stretch()
    engine.preset(2, RATE_HZ)
    engine.setTimeFactor(change.tempo_factor)
    engine.setTransposeSemitones(change.semitones)
    channels = np.asarray(engine.process(np.ascontiguousarray(frames.T)), np.float32)
    wanted = _place(len(frames), change)
    return np.pad(channels.T, ((0, max(wanted - channels.shape[1], 0)), (0, 0)))[:wanted]
