"""How one note, one chord or one drum stroke is played: takes for ``training.fluidsynth``, chosen at random."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from training.drum_kits import DRUM_BANK, DrumKey
from training.fluidsynth import Preset, Take
from training.general_midi import Program, label
from training.midi import Note

MAX_SECONDS = 8.0
FILTER_CUTOFF, FILTER_RESONANCE, ATTACK, RELEASE = 8, 9, 34, 38  # generators of SoundFont 2.01, section 8.1.2
_CENTS_PER_UNIT = 2  # of those generators, but for the resonance: one centibel
_MODULATION_WHEEL = 1

CHORDS = {
    "major": ((0, 4, 7), (0, 4, 7, 12), (0, 4, 7, 11), (0, 4, 7, 10), (-12, 0, 4, 7), (0, 7, 16)),
    "minor": ((0, 3, 7), (0, 3, 7, 12), (0, 3, 7, 10), (0, 3, 7, 10, 14), (-12, 0, 3, 7), (0, 7, 15)),
    "open": ((0, 7), (0, 7, 12), (0, 5, 7), (0, 2, 7)),
}
_CHORD_MANNERS = {"keys", "ensemble", "guitar", "pad", "pluck", "lead"}
_STAB_MANNERS = {"keys", "ensemble", "pad", "lead"}
_SUSTAINED = {"solo", "ensemble", "pad", "lead"}
_LONG_RINGING = {"crash cymbal", "ride cymbal", "china cymbal", "open hi-hat", "triangle", "bell tree", "gong"}


Labelled = TypeVar("Labelled", Program, DrumKey)


def pick_velocity(rng: np.random.Generator) -> int:
    return int(np.clip(rng.normal(92, 26), 18, 127))


def pick(rng: np.random.Generator, items: Sequence[Labelled]) -> Labelled:
    """Choose a kind first and one of its items after, so that no kind with many items drowns the rest."""
    by_kind: dict[str, list[Labelled]] = {}
    for item in items:
        by_kind.setdefault(item.label.kind, []).append(item)
    weights = np.array([len(members) for members in by_kind.values()]) ** 0.4
    members = list(by_kind.values())[rng.choice(len(by_kind), p=weights / weights.sum())]
    return members[rng.integers(len(members))]


def _words(velocity: int, key: float, seconds: float, *, is_sustained: bool) -> tuple[str, ...]:
    words = []
    if velocity < 50:
        words.append("soft")
    elif velocity > 117:
        words.append("hard")
    if key < 42:
        words.append("low")
    elif key > 80:
        words.append("high")
    if is_sustained and seconds < 0.25:
        words.append("staccato")
    elif is_sustained and seconds > 2.0:
        words.append("sustained")
    return tuple(words)


def _filter(rng: np.random.Generator, manner: str) -> tuple[dict[int, int], list[str]]:
    """Close the low-pass filter by up to four octaves from its usual 20 kHz."""
    octaves_down = rng.uniform(0.5, 4.0)
    offsets = {FILTER_CUTOFF: -round(octaves_down * 1200 / _CENTS_PER_UNIT)}
    words = ["dark", "muffled"] if octaves_down > 3.2 else []
    if manner in {"lead", "bass", "pad"} and rng.random() < 0.4:
        offsets[FILTER_RESONANCE] = int(rng.uniform(60, 200))
        words += ["resonant", "filtered"]
    return offsets, words


def _colour(rng: np.random.Generator, take: Take, manner: str) -> Take:
    """Turn the knobs of the sampler at random: filter, attack, release, vibrato, glide."""
    offsets, words = _filter(rng, manner) if rng.random() < 0.3 else ({}, [])
    controls = {}
    glide = (0.0, 0.0)
    if manner in {"lead", "guitar", "keys", "mallet"} and rng.random() < 0.08:
        attack_seconds = rng.uniform(0.15, 0.8)
        offsets[ATTACK] = round(1200 * math.log2(attack_seconds / 0.001) / _CENTS_PER_UNIT)
        words += ["swelling", "slow attack"]
    if rng.random() < 0.2:
        offsets[RELEASE] = round(rng.uniform(0.5, 2.5) * 1200 / _CENTS_PER_UNIT)
    if manner in {"solo", "lead", "ensemble"} and rng.random() < 0.25:
        controls[_MODULATION_WHEEL] = int(rng.integers(40, 128))
        words.append("vibrato")
    if manner in {"solo", "lead", "bass", "guitar", "effect"} and rng.random() < 0.1:
        semitones = float(rng.uniform(-7, 7))
        glide = (0.0, semitones) if rng.random() < 0.5 else (-semitones, 0.0)
        words += ["sliding", "rising" if semitones > 0 else "falling"]
    return replace(take, label=take.label.also(*words), offsets=offsets, controls=controls, bend_semitones=glide)


def _hold_seconds(rng: np.random.Generator, manner: str) -> float:
    if manner in {"mallet", "hit"}:
        return float(rng.uniform(1.5, 3.5)) if rng.random() < 0.8 else float(rng.uniform(0.05, 0.4))
    if manner == "pad":
        return float(rng.uniform(0.8, 6.0))
    if manner == "effect":
        return float(rng.uniform(0.9, 4.5))
    return float(2 ** rng.uniform(math.log2(0.09), math.log2(4.0)))


def _take(rng: np.random.Generator, program: Program, notes: Sequence[Note], *words: str) -> Take:
    hold = max(note.start_seconds + note.duration_seconds for note in notes)
    is_sustained = program.manner in _SUSTAINED
    words += _words(max(n.velocity for n in notes), min(n.key for n in notes), hold, is_sustained=is_sustained)
    take = Take(
        label=program.label.also(*words),
        presets=(Preset(program.bank, program.number),),
        notes=tuple(notes),
        seconds=min(MAX_SECONDS, hold + (2.0 if program.manner == "pad" else 1.2)),
        balance=float(rng.uniform(0.3, 0.7)),
    )
    return _colour(rng, take, program.manner)


def single_note(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Play one note of one program."""
    program = pick(rng, programs)
    key = int(rng.integers(program.lowest, program.highest + 1))
    return _take(rng, program, [Note(0.0, _hold_seconds(rng, program.manner), key, pick_velocity(rng))])


def chord(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Play a chord, struck or strummed; a short one on a sustaining instrument is a stab."""
    program = pick(rng, [program for program in programs if program.manner in _CHORD_MANNERS])
    quality = ("major", "minor", "open")[rng.choice(3, p=(0.4, 0.4, 0.2))]
    shapes = CHORDS[quality]
    intervals = shapes[rng.integers(len(shapes))]
    root = int(rng.integers(max(program.lowest, 40), max(program.highest - 16, 42)))
    is_stab = program.manner in _STAB_MANNERS and rng.random() < 0.4
    hold = float(rng.uniform(0.1, 0.5)) if is_stab else max(0.4, _hold_seconds(rng, program.manner))
    spread = float(rng.uniform(0.008, 0.05)) if program.manner in {"guitar", "pluck"} else float(rng.uniform(0, 0.004))
    velocity = pick_velocity(rng)
    ordered = intervals if rng.random() < 0.7 else intervals[::-1]
    notes = [Note(i * spread, hold, min(127, root + interval), velocity) for i, interval in enumerate(ordered)]
    take = _take(rng, program, notes, "chord", *(() if quality == "open" else (quality,)))
    if not is_stab:
        return take
    names = (f"{program.label.kind} stab", f"{program.label.kind} chord")
    return replace(take, label=label("chord stab", names, program.label.source, *take.label.character))


def layered_note(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Play one note on two instruments: a struck or plucked one over a sustained one."""
    over = pick(rng, [program for program in programs if program.manner in {"keys", "mallet", "pluck", "lead"}])
    under = pick(rng, [program for program in programs if program.manner in {"pad", "ensemble"}])
    key = int(rng.integers(over.lowest, over.highest + 1))
    low_key = key - 12 * max(0, math.ceil((key - under.highest) / 12))
    hold = float(rng.uniform(0.5, 4.0))
    velocity = max(70, pick_velocity(rng))
    quieter = int(velocity * rng.uniform(0.3, 0.6))
    take = _take(rng, over, [Note(0.0, hold, key, velocity), Note(0.0, hold, max(low_key, 24), quieter, 1)], "layered")
    return replace(take, presets=(*take.presets, Preset(under.bank, under.number)))


def drone(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Hold low notes of one or two pads for many seconds."""
    pads = [program for program in programs if program.manner == "pad"]
    layers = [pick(rng, pads) for _ in range(rng.integers(1, 3))]
    root = int(rng.integers(26, 48))
    hold = float(rng.uniform(4.5, MAX_SECONDS - 0.5))
    notes = [
        Note(0.0, hold, root + int(rng.choice((0, 0, 7, 12, 1))), int(rng.integers(60, 110)), layer)
        for layer in range(len(layers))
        for _ in range(rng.integers(1, 3))
    ]
    take = _take(rng, layers[0], notes)
    words = ("low", "sustained", *(word for p in layers for word in p.label.character if word != "bright"))
    return replace(
        take,
        label=label("ambient drone", ("pad drone", "texture"), layers[0].label.source, *dict.fromkeys(words)),
        presets=tuple(Preset(program.bank, program.number) for program in layers),
        seconds=MAX_SECONDS,
    )


def drum_hit(rng: np.random.Generator, keys: Sequence[DrumKey]) -> Take:
    """Strike one key of one kit, often at another speed of playback; a few strokes are flams or choked."""
    drum = pick(rng, keys)
    seconds = 5.0 if drum.label.kind in _LONG_RINGING else 2.5
    velocity = pick_velocity(rng)
    words = ["soft"] if velocity < 50 else ["hard"] if velocity > 117 else []
    notes = [Note(0.0, seconds, drum.key, velocity)]
    ornament = rng.random()
    if ornament < 0.06 and drum.label.family in {"drums", "percussion"}:
        grace_seconds = float(rng.uniform(0.012, 0.04))
        notes = [Note(0.0, seconds, drum.key, velocity // 2), notes[0]._replace(start_seconds=grace_seconds)]
        words.append("flam")
    elif ornament < 0.12:
        seconds = float(rng.uniform(0.12, 0.5))
        words.append("choked")
    speed = float(np.clip(rng.normal(0.0, 2.2), -6, 6)) if rng.random() < 0.75 else 0.0
    if abs(speed) > 3:
        words.append("pitched up" if speed > 0 else "pitched down")
    return Take(
        label=drum.label.also(*words),
        presets=(Preset(DRUM_BANK, drum.kit),),
        notes=tuple(notes),
        seconds=seconds,
        bend_semitones=(speed, speed),
        offsets=_filter(rng, "hit")[0] if rng.random() < 0.2 else {},
        balance=float(rng.uniform(0.3, 0.7)),
    )
