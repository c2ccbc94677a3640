"""Preview beats for kits: four bars in a few styles, as patterns and as audio.

A style has a row of sixteenths for each role, of one, two or four bars: ``X`` is loud, ``x`` medium, ``-`` a ghost
note. Slots without a role in the style (other percussion, effects) play now and then, so that every sound is heard.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.export.fades import cut

Frames = npt.NDArray[np.float32]  # stereo, shape (n_frames, 2)

N_BARS = 4
_STEPS_PER_BAR = 16
_N_STEPS = N_BARS * _STEPS_PER_BAR
SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0
_VELOCITIES = {"X": 1.0, "x": 0.7, "-": 0.3}
_PEAK = 0.9
_CHOKE_SECONDS = 0.008  # fade of an open hi-hat when a closed one is hit
_TYPES = {
    "kick": "kick",
    "snare": "snare",
    "rimshot": "snare",
    "clap": "clap",
    "snap": "clap",
    "closed hi-hat": "hat",
    "hi-hat": "hat",
    "pedal hi-hat": "hat",
    "open hi-hat": "open",
    "ride": "ride",
    "crash": "crash",
    "tom": "tom",
    "floor tom": "tom",
    "sub": "bass",
    "bass": "bass",
    "synth bass": "bass",
    "electric bass": "bass",
    "shaker": "shaker",
    "tambourine": "shaker",
}


@dataclass(frozen=True, slots=True)
class Style:
    """A style of beat.

    Attributes:
        tempo_bpm: Usual tempo.
        swing: Delay of every second sixteenth, as a share of a sixteenth.
        rows: Row of each role.
    """

    tempo_bpm: float
    swing: float
    rows: Mapping[str, str]


class Hit(NamedTuple):
    """One hit.

    Attributes:
        step: Time since the beginning in sixteenths, with fractions.
        slot: Number of the slot.
        velocity: Linear gain, 0 to 1.
    """

    step: float
    slot: int
    velocity: float


STYLES: Mapping[str, Style] = {
    "boom bap": Style(
        90,
        0.3,
        {
            "kick": "X......x..X.....X.x....x..X.....",
            "snare": "....X.......X..-",
            "clap": "............X...",
            "hat": "X.x.X.x.X.x.X.x.",
            "open": "..............................x.",
            "bass": "X.........X.....",
            "shaker": "..x...x...x...x.",
        },
    ),
    "house": Style(
        124,
        0.1,
        {
            "kick": "X...X...X...X...",
            "clap": "....X.......X...",
            "snare": "............X..-",
            "hat": "x.-.x.-.x.-.x.-.",
            "open": "..X...X...X...X.",
            "bass": "..X..x....X..x..",
            "shaker": "x-x-x-x-x-x-x-x-",
        },
    ),
    "trap": Style(
        140,
        0.0,
        {
            "kick": "X.....x...X.....X..x......X...x.",
            "snare": "........X.......",
            "clap": "........X.......",
            "hat": "X.x.X.x.X.xxX.x.X.x.Xxx.X.x.XxXx",
            "open": "..............................X.",
            "bass": "X.....x...X.....X..x......X...x.",
            "shaker": "....x.......x...",
        },
    ),
    "rock": Style(
        118,
        0.0,
        {
            "kick": "X.......X.x.....",
            "snare": "....X.......X...",
            "hat": "X.x.X.x.X.x.X.x.",
            "open": "................" * 3 + "..............X.",
            "crash": "X..............." + "." * 48,
            "tom": "." * 56 + "X.X.X.X.",
            "bass": "X.......X.x.....",
            "clap": "............x...",
        },
    ),
    "breakbeat": Style(
        165,
        0.12,
        {
            "kick": "X.X.......XX....X.X.......X.....",
            "snare": "....X..-.-..X..-....X..-.-....X.",
            "hat": "X.x.X.x.X.x.X.x.",
            "open": "..........................X.....",
            "ride": "X...X...X...X...",
            "clap": "............................X...",
            "bass": "X.........X.....",
            "shaker": "x.x.x.x.x.x.x.x.",
        },
    ),
}


def role_of(kind: str | None) -> str | None:
    """Return the role of a type of sound in a beat; None for types without a role."""
    return None if kind is None else _TYPES.get(kind)


def beat_of(style: Style, roles: Sequence[str | None]) -> list[Hit]:
    """Return the hits of four bars, in order of time.

    Args:
        style: Style of the beat.
        roles: Role of each slot (`role_of`); slots of one role take turns, slots without one play now and then.
    """
    hits: list[Hit] = []
    by_role = defaultdict[str | None, list[int]](list)
    for slot, role in enumerate(roles):
        by_role[role if role in style.rows else None].append(slot)
    for role, slots in by_role.items():
        if role is not None:
            row = style.rows[role] * (_N_STEPS // len(style.rows[role]))
            strokes = [(step, _VELOCITIES[letter]) for step, letter in enumerate(row) if letter != "."]
            hits += [Hit(step, slots[number % len(slots)], loud) for number, (step, loud) in enumerate(strokes)]
    for number, slot in enumerate(by_role[None]):
        first = (6 + 5 * number) % _STEPS_PER_BAR  # off the beats, a different step for each slot
        hits += [Hit(bar * _STEPS_PER_BAR + first, slot, 0.7) for bar in ((1, 3) if number % 2 else (0, 2))]
    swung = (hit._replace(step=hit.step + style.swing) if hit.step % 2 else hit for hit in hits)
    return sorted(swung)


def render_beat(
    hits: Sequence[Hit], sounds: Mapping[int, Frames], roles: Sequence[str | None], tempo_bpm: float, rate_hz: int
) -> Frames:
    """Mix four bars into one seamless loop, shape ``(n_frames, 2)``: tails at the end are mixed into the beginning.

    Args:
        hits: Hits of four bars.
        sounds: Stereo frames of slots, by number of the slot, at ``rate_hz``.
        roles: Role of each slot; a closed hi-hat cuts off an open one.
        tempo_bpm: Tempo, `SLOWEST_BPM` to `FASTEST_BPM`.
        rate_hz: Sample rate.
    """
    frames_per_step = 60 / tempo_bpm / 4 * rate_hz
    n_frames = round(_N_STEPS * frames_per_step)
    mix = np.zeros((n_frames, 2), np.float32)
    closed = [hit.step for hit in hits if roles[hit.slot] == "hat"]
    for hit in hits:
        sound = sounds.get(hit.slot)
        if sound is None:
            continue
        part = sound[:n_frames]
        if roles[hit.slot] == "open":
            steps = min(((step - hit.step) % _N_STEPS for step in closed if step != hit.step), default=_N_STEPS)
            n_fade = round(_CHOKE_SECONDS * rate_hz)
            part = cut(part, round(steps * frames_per_step) + n_fade, n_fade)
        start = round(hit.step * frames_per_step) % n_frames
        n_here = min(len(part), n_frames - start)
        mix[start : start + n_here] += hit.velocity * part[:n_here]
        mix[: len(part) - n_here] += hit.velocity * part[n_here:]
    peak = float(np.abs(mix).max(initial=0))
    return mix * np.float32(_PEAK / peak) if peak > _PEAK else mix
