"""Instruments: a way to make a patch, and how it is played as a single training sound."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from training.recipes.dsp import Rng, Signal, chance, log_uniform, pick
from training.recipes.finish import sound
from training.recipes.synth import mix
from training.sound import Recipe, Sound

Voice: TypeAlias = Callable[[float, float, float], Signal]  # (MIDI note, seconds held, velocity 0 to 1) -> wave

CHORDS = (
    (0, 4, 7),
    (0, 3, 7),
    (0, 4, 7, 11),
    (0, 3, 7, 10),
    (0, 4, 7, 10),
    (0, 3, 7, 10, 14),
    (0, 5, 7),
    (0, 7, 12),
    (0, 3, 6),
    (0, 7, 12, 16),
    (-12, 0, 4, 7, 12),
    (-12, 0, 3, 7, 12),
)


@dataclass(frozen=True)
class Instrument:
    """What plays a kind of sound.

    Attributes:
        kind: As in ``Sound``; so are ``family``, ``aliases``, ``source`` and ``character``.
        make: Draws a patch, the knobs of one instrument, and returns the voice that plays it.
        low: Lowest MIDI note; ``high`` the highest.
        chords: How often it plays a chord instead of a note.
        held: Shortest and longest time that a key is held, in seconds.
        strum: Longest delay between the notes of a chord, in seconds.
    """

    kind: str
    family: str
    make: Callable[[Rng], Voice]
    low: int
    high: int
    aliases: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    character: tuple[str, ...] = ()
    chords: float = 0.0
    held: tuple[float, float] = (0.15, 3.0)
    strum: float = 0.012


def chord(rng: Rng, voice: Voice, root: float, held: float, velocity: float, strum: float = 0.012) -> Signal:
    """Play a chord of a random quality, its notes slightly apart."""
    delay = rng.uniform(0.0, strum)
    return mix(*((delay * k, voice(root + step, held, velocity)) for k, step in enumerate(pick(rng, CHORDS))))


def played(instrument: Instrument) -> Recipe:
    """Make the recipe that plays one note or chord of a fresh patch of an instrument."""

    def recipe(rng: Rng) -> Sound:
        voice = instrument.make(rng)
        midi = float(rng.integers(instrument.low, instrument.high + 1))
        held = log_uniform(rng, *instrument.held)
        velocity = float(rng.uniform(0.3, 1.0))
        is_chord = chance(rng, instrument.chords)
        if is_chord:
            wave = chord(rng, voice, min(midi, instrument.high - 14.0), held, velocity, instrument.strum)
        else:
            wave = voice(midi, held, velocity)
        words = (*instrument.character, *_words(instrument, midi, is_chord=is_chord))
        return sound(wave, instrument.kind, instrument.family, instrument.aliases, instrument.source, words)

    return recipe


def _words(instrument: Instrument, midi: float, *, is_chord: bool) -> tuple[str, ...]:
    words = ["chord"] if is_chord else []
    if instrument.high - instrument.low > 36:
        place = (midi - instrument.low) / (instrument.high - instrument.low)
        words += ["low"] if place < 0.25 else ["high"] if place > 0.75 else []
    return tuple(words)
