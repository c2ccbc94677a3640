"""Recipes for pitched loops: bass lines, melodies, chord progressions, guitar riffs."""

from collections.abc import Callable, Sequence

from training.grooves import tempo_words
from training.recipes.bass import (
    make_808,
    make_acid,
    make_fm_bass,
    make_reese,
    make_stab_bass,
    make_string_bass,
    make_sub,
    make_subtractive,
    make_wobble,
)
from training.recipes.bowed_blown import make_flute, make_section
from training.recipes.dsp import Rng, Signal, chance, crush, log_uniform, pick, saturate
from training.recipes.finish import sound
from training.recipes.instrument import Voice
from training.recipes.keys import make_electric_piano, make_piano, make_tonewheel
from training.recipes.mallets import make_fm_bell
from training.recipes.plucked import GUITAR_CHORDS, make_acoustic, make_electric
from training.recipes.synth import mix
from training.recipes.synths import make_lead, make_pad, make_pluck, make_stab
from training.sound import Recipe, Sound

_LONGEST_SECONDS = 7.9
_SCALES = ((0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 5, 7, 9, 11), (0, 3, 5, 7, 10), (0, 2, 4, 7, 9), (0, 1, 4, 5, 7, 8, 10))
_PROGRESSIONS = ((0, 0, 5, 7), (0, 8, 3, 10), (0, 5, 10, 3), (0, 7, 8, 5), (0, -2, -4, -2), (0, 3), (0, 0), (0, 5))

Event = tuple[int, int, float, float]  # (step, length in steps, MIDI note, velocity)


def _bars(rng: Rng, bpm: float) -> int:
    return pick(rng, [bars for bars in (1, 1, 2, 2, 4) if bars * 240.0 / bpm < _LONGEST_SECONDS])


def _line(rng: Rng, root: float, n_steps: int, density: float, restlessness: float, longest: int = 6) -> list[Event]:
    """Write a line of notes that comes back every bar with small changes, mostly on its root."""
    scale = pick(rng, _SCALES)
    bar: list[Event] = []
    for step in range(16):
        if step == 0 or rng.random() < density * (1.3 if step % 4 == 0 else 0.9):
            note = root + (pick(rng, scale) + pick(rng, (0, 0, 0, 12, -12)) if chance(rng, restlessness) else 0)
            bar.append((step, int(rng.integers(1, longest + 1)), note, rng.uniform(0.5, 1.0)))
    if chance(rng, 0.4):  # legato: each note lasts until the next one
        ends = [step for step, *_ in bar[1:]] + [16]
        bar = [(step, end - step, note, velocity) for (step, _, note, velocity), end in zip(bar, ends, strict=True)]
    moves = pick(rng, _PROGRESSIONS) if chance(rng, 0.5) else (0,)
    events = []
    for start in range(0, n_steps, 16):
        move = moves[start // 16 % len(moves)]
        events += [(start + s, n, note + move, v) for s, n, note, v in bar if chance(rng, 0.95) and start + s < n_steps]
    return events


def _render(
    voice: Voice, events: Sequence[Event], step_seconds: float, n_steps: int, *, is_mono: bool = True
) -> Signal:
    """Play events; equal ones are rendered once, and a mono line cuts a note where the next one starts."""
    starts = [event[0] for event in events]
    cache: dict[tuple[float, int], Signal] = {}
    parts = []
    for k, (step, length, note, velocity) in enumerate(events):
        n = min(length, starts[k + 1] - step) if is_mono and k + 1 < len(starts) else length
        n = min(max(n, 1), n_steps - step)
        if (note, n) not in cache:
            cache[note, n] = voice(note, 0.92 * n * step_seconds, velocity)
        parts.append((step * step_seconds, cache[note, n] * (0.6 + 0.4 * velocity)))
    return mix(*parts, seconds=n_steps * step_seconds)


_BASSES: tuple[tuple[Callable[[Rng], Voice], str, tuple[float, float], float], ...] = (
    # patch | style | tempo | notes a step
    (make_acid, "acid", (118, 145), 0.75),
    (make_reese, "drum and bass", (165, 178), 0.25),
    (make_wobble, "dubstep", (138, 145), 0.35),
    (make_subtractive, "house", (116, 130), 0.45),
    (make_subtractive, "techno", (124, 142), 0.6),
    (make_fm_bass, "garage", (126, 136), 0.4),
    (make_string_bass, "funk", (88, 116), 0.45),
    (make_string_bass, "rock", (80, 150), 0.5),
    (make_stab_bass, "rave", (120, 150), 0.4),
    (make_808, "trap", (65, 80), 0.35),
    (make_sub, "dub", (70, 140), 0.4),
)


def bass_loop(rng: Rng) -> Sound:
    """Play a bass line: acid sixteenths, rolling techno, reese, funk, dub."""
    make, style, tempo, density = pick(rng, _BASSES)
    bpm = rng.uniform(*tempo)
    n_steps = 16 * _bars(rng, bpm)
    events = _line(rng, float(rng.integers(28, 44)), n_steps, density, rng.uniform(0.1, 0.7))
    wave = _render(make(rng), events, 15.0 / bpm, n_steps)
    wave = saturate(wave, log_uniform(rng, 1, 4)) if chance(rng, 0.3) else wave
    names = ("bassline", "bass line", f"{style} bass loop", f"{style} bass")
    words = (*tempo_words(bpm), "rhythmic", *(("squelchy",) if make is make_acid else ()))
    return sound(wave, "bass loop", "loop", names, (style, "303") if make is make_acid else (style,), words)


_LEADS: tuple[tuple[Callable[[Rng], Voice], str], ...] = (
    (make_pluck, "synth pluck"),
    (make_lead, "synth lead"),
    (make_electric_piano, "electric piano"),
    (make_piano, "piano"),
    (make_fm_bell, "bell"),
    (make_flute, "flute"),
    (make_acoustic, "guitar"),
)


def melody_loop(rng: Rng) -> Sound:
    """Play a riff or a tune that repeats."""
    make, instrument = pick(rng, _LEADS)
    bpm = rng.uniform(75, 170)
    n_steps = 16 * _bars(rng, bpm)
    events = _line(rng, float(rng.integers(52, 76)), n_steps, rng.uniform(0.35, 0.8), rng.uniform(0.6, 1.0))
    wave = _render(make(rng), events, 15.0 / bpm, n_steps)
    wave = crush(wave, log_uniform(rng, 8_000, 30_000), 8) if chance(rng, 0.15) else wave
    names = ("melody", "riff", f"{instrument} loop", "melodic phrase", "tune")
    return sound(wave, "melodic loop", "loop", names, (instrument,), (*tempo_words(bpm), "melodic"))


_CHORD_PLAYERS: tuple[tuple[Callable[[Rng], Voice], str], ...] = (
    (make_electric_piano, "electric piano"),
    (make_piano, "piano"),
    (make_stab, "synth stab"),
    (make_pad, "pad"),
    (make_tonewheel, "organ"),
    (make_section, "strings"),
)


def chord_loop(rng: Rng) -> Sound:
    """Play a chord progression, held or in rhythm."""
    make, instrument = pick(rng, _CHORD_PLAYERS)
    voice, bpm = make(rng), rng.uniform(75, 140)
    shape, root = pick(rng, ((0, 3, 7), (0, 4, 7), (0, 3, 7, 10), (0, 4, 7, 11))), float(rng.integers(46, 62))
    n_steps, moves = 16 * _bars(rng, bpm), pick(rng, _PROGRESSIONS)
    rhythm = pick(rng, ((0,), (0, 8), (0, 6, 12), (0, 3, 6, 10, 12), (4, 12), (2, 6, 10, 14)))
    length = pick(rng, (1, 2, 4)) if len(rhythm) > 1 else 15
    events = [
        (bar + step, length, root + moves[bar // 16 % len(moves)] + tone, 0.8)
        for bar in range(0, n_steps, 16)
        for step in rhythm
        for tone in shape
    ]
    wave = _render(voice, events, 15.0 / bpm, n_steps, is_mono=False)
    names = ("chord progression", "chords", f"{instrument} loop", "chord loop")
    return sound(wave, "melodic loop", "loop", names, (instrument,), (*tempo_words(bpm), "harmonic"))


def guitar_loop(rng: Rng) -> Sound:
    """Play a guitar: strummed bars, picked patterns, muted funk, a distorted riff."""
    is_electric, bpm = chance(rng, 0.6), rng.uniform(75, 150)
    voice, n_steps = (make_electric if is_electric else make_acoustic)(rng), 16 * _bars(rng, bpm)
    root, shape = float(rng.integers(40, 53)), pick(rng, GUITAR_CHORDS)
    style = pick(rng, ("strum", "picked", "riff", "power"))
    if style in ("strum", "power"):
        tones = shape[:5] if style == "strum" else (0, 7, 12)
        rhythm = pick(rng, ((0, 4, 6, 10, 12, 14), (0, 2, 4, 6, 8, 10, 12, 14), (0, 6, 8, 14), (0, 3, 6, 8, 11, 14)))
        moves = pick(rng, _PROGRESSIONS)
        events = [
            (bar + step, 2, root + moves[bar // 16 % len(moves)] + tone, 0.6 + 0.3 * (step % 8 == 0))
            for bar in range(0, n_steps, 16)
            for step in rhythm
            for tone in tones
        ]
    elif style == "picked":
        events = [(step, 6, root + shape[pick(rng, range(len(shape)))], 0.7) for step in range(0, n_steps, 2)]
    else:
        events = _line(rng, root, n_steps, 0.5, 0.7, 3)
    wave = _render(voice, events, 15.0 / bpm, n_steps, is_mono=style == "riff")
    is_distorted = style == "power" or (is_electric and chance(rng, 0.3))
    wave = saturate(wave, log_uniform(rng, 6, 30)) if is_distorted else wave
    words = (*tempo_words(bpm), "distorted" if is_distorted else "clean")
    source = ("electric guitar",) if is_electric else ("acoustic guitar",)
    return sound(wave, "guitar loop", "loop", ("guitar riff", "gtr loop", f"guitar {style}"), source, words)


RECIPES: tuple[Recipe, ...] = (bass_loop, melody_loop, chord_loop, guitar_loop)
