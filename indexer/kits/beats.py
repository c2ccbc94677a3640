"""Four bars of a beat that a kit is heard in: who plays when, in a few styles, and the sound of it.

A style gives each role a row of sixteenths for one bar, two or four: ``X`` is loud, ``x`` less so, ``-`` a ghost note.
What a kit has besides (other percussion, effects) comes in once in a while, so that every sound is heard.
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
_CHOKE_SECONDS = 0.008  # an open hi-hat fades where a closed one is hit
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
    """A beat.

    Attributes:
        tempo_bpm: That it is usually played at.
        swing: How late every second sixteenth is, as a share of a sixteenth.
        rows: Of each role.
    """

    tempo_bpm: float
    swing: float
    rows: Mapping[str, str]


class Hit(NamedTuple):
    """One stroke.

    Attributes:
        step: Sixteenths since the beginning, with fractions.
        slot: Number of the slot that is played.
        velocity: Linear, up to 1.
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
    """Return what a type of sound plays in a beat; None for what has no place of its own."""
    return None if kind is None else _TYPES.get(kind)


def beat_of(style: Style, roles: Sequence[str | None]) -> list[Hit]:
    """Return who plays when.

    Args:
        style: The beat.
        roles: Of each slot (`role_of`); slots of one role take turns, and those without one play now and then.
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
        first = (6 + 5 * number) % _STEPS_PER_BAR  # off the beats, each somewhere else
        hits += [Hit(bar * _STEPS_PER_BAR + first, slot, 0.7) for bar in ((1, 3) if number % 2 else (0, 2))]
    swung = (hit._replace(step=hit.step + style.swing) if hit.step % 2 else hit for hit in hits)
    return sorted(swung)


def render_beat(
    hits: Sequence[Hit], sounds: Mapping[int, Frames], roles: Sequence[str | None], tempo_bpm: float, rate_hz: int
) -> Frames:
    """Mix four bars into one buffer; what rings on at their end is mixed into their beginning, so that they loop.

    Args:
        hits: Who plays when.
        sounds: Of the slots, by number, at ``rate_hz``.
        roles: Of the slots: open hi-hats end where a closed one is hit.
        tempo_bpm: `SLOWEST_BPM` to `FASTEST_BPM`.
        rate_hz: Of the buffer.
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
