"""Recipes for struck bars and bells: marimba to music box, kalimba, church, hand and FM bells."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    decay,
    fm,
    log_uniform,
    lowpass,
    pick,
    saturate,
    sine,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.instrument import Instrument, Voice, played
from training.recipes.modal import FREE_BAR_RATIOS, jittered, ring
from training.recipes.synth import mix, note_hz, room
from training.sound import Recipe, Sound


@dataclass(frozen=True)
class Bar:
    """How a struck instrument rings.

    Attributes:
        ratios: Partials over the note (Fletcher and Rossing, The Physics of Musical Instruments, ch. 19 to 21).
        levels: Of the partials, for a medium stroke.
        t60: Decay of the lowest partial at middle C, in seconds.
        fading: How much sooner high partials die: ``t60 / ratio ** fading``.
        knock: Level of the stroke's own noise.
    """

    ratios: tuple[float, ...]
    levels: tuple[float, ...]
    t60: float
    fading: float
    knock: float


_MARIMBA = Bar((1, 3.93, 9.2, 16.3), (1, 0.18, 0.05, 0.02), 1.3, 1.2, 0.12)
_XYLOPHONE = Bar((1, 3.0, 6.1, 10.2, 14.0), (1, 0.5, 0.25, 0.15, 0.08), 0.55, 0.9, 0.25)
_VIBRAPHONE = Bar((1, 3.98, 10.7), (1, 0.14, 0.04), 6.5, 0.9, 0.04)
_GLOCKENSPIEL = Bar(FREE_BAR_RATIOS[:4], (1, 0.5, 0.25, 0.1), 3.5, 0.8, 0.06)
_KALIMBA = Bar((1, 5.4, 6.27, 14.2, 17.5), (1, 0.12, 0.16, 0.05, 0.03), 1.5, 0.9, 0.25)
_MUSIC_BOX = Bar((1, 2.01, 6.27, 11.0, 17.55), (1, 0.2, 0.35, 0.1, 0.08), 2.2, 0.7, 0.1)
_CHURCH = Bar(
    (0.5, 1, 1.183, 1.506, 2.0, 2.514, 2.662, 3.01, 4.166, 5.43),
    (0.6, 0.8, 0.7, 0.4, 1, 0.4, 0.4, 0.4, 0.3, 0.15),
    9,
    0.9,
    0.05,
)
_HAND = Bar((1, 3.0, 4.9, 7.2), (1, 0.5, 0.12, 0.05), 4.5, 1.0, 0.03)
_TUBULAR = Bar((0.78, 1.62, 2.0, 3.0, 4.2, 5.4, 6.8), (0.4, 0.3, 1, 0.9, 0.7, 0.4, 0.25), 5.5, 0.6, 0.06)
_SMALL = Bar((1, 1.02, 2.4, 2.9, 4.6, 6.3, 7.9), (1, 0.7, 0.6, 0.4, 0.4, 0.25, 0.2), 1.6, 0.4, 0.05)
_BOWL = Bar((1, 1.004, 2.71, 2.73, 5.1, 8.0), (1, 0.8, 0.6, 0.5, 0.25, 0.1), 12, 1.0, 0.02)


def _maker(*bars: Bar) -> Callable[[Rng], Voice]:
    """Make the patch of an instrument from the bars that it may have."""

    def make(rng: Rng) -> Voice:
        bar = pick(rng, bars)
        ratios = jittered(rng, bar.ratios, 0.004)
        levels = jittered(rng, bar.levels, 0.35)
        length, softness = log_uniform(rng, 0.5, 1.6), rng.uniform(0.0, 0.9)
        beating, tremolo = rng.uniform(0.0, 0.004), pick(rng, (0.0, 0.0, rng.uniform(0.2, 0.8)))
        rate, knock_hz = rng.uniform(2.5, 7.5), log_uniform(rng, 700, 6000)

        def voice(midi: float, held: float, velocity: float) -> Signal:
            f0 = note_hz(midi)
            t60s = bar.t60 * length * (261.6 / f0) ** 0.45 / ratios**bar.fading
            t = times(min(max(held, 0.25) + min(1.2 * bar.t60 * length, 2.5), 6.0))
            struck = levels * ratios ** (-softness * (1.3 - velocity))
            wave = ring(t, f0 * ratios, struck, t60s) + 0.4 * ring(t, f0 * ratios * (1 + beating), struck, t60s)
            wave = wave / (np.max(np.abs(wave)) + 1e-9)
            if bar is _VIBRAPHONE and tremolo:
                wave = wave * (1 - tremolo * (0.5 + 0.5 * sine(rate, t)))
            knock = lowpass(white_noise(rng, len(t)), knock_hz) * decay(t, log_uniform(rng, 0.006, 0.05))
            return (wave + bar.knock * (1.5 - softness) * velocity * knock) * adsr(t, 0.0005, 9, 1, t[-1] - 0.25, 0.2)

        return voice

    return make


def make_fm_bell(rng: Rng) -> Voice:
    """Ring an FM bell (Chowning 1973): an irrational ratio, and an index that dies with the level."""
    ratio, index = pick(rng, (1.4, 1.414, 2.76, 3.5, 3.14, 5.19, 7.07)), log_uniform(rng, 0.8, 9)
    t60, second = log_uniform(rng, 0.6, 5), rng.uniform(0, 0.6)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(min(max(held, 0.4) + t60, 6.0)), note_hz(midi)
        wave = fm(f0, ratio, index * velocity * decay(t, 0.8 * t60), t)
        wave = wave + second * fm(f0 * 2.003, ratio * 0.7, 0.5 * index * decay(t, 0.3 * t60), t)
        return wave * decay(t, t60) * adsr(t, 0.001, 9, 1, t[-1] - 0.2, 0.15)

    return voice


def desk_bell(rng: Rng) -> Sound:
    """Ring a small bell: desk, bicycle, door chime, ship, school; one stroke, two tones or a fast clapper."""
    voice = _maker(_SMALL, _HAND, _SMALL)(rng)
    style, midi = pick(rng, ("once", "once", "ding dong", "clapper")), float(rng.integers(72, 104))
    if style == "once":
        wave = voice(midi, 0.5, 0.9)
    elif style == "ding dong":
        wave = mix((0.0, voice(midi, 0.6, 0.9)), (rng.uniform(0.3, 0.7), voice(midi - 4, 0.9, 0.8)))
    else:
        gap, stroke = rng.uniform(0.04, 0.09), voice(midi, 0.25, 0.9)
        wave = mix(
            *((k * gap * rng.uniform(0.96, 1.04), stroke * rng.uniform(0.6, 1)) for k in range(rng.integers(6, 24)))
        )
    words = ("metallic", "ringing", "bright")
    return sound(wave, "bell", "melodic", ("desk bell", "door bell", "ding", "chime"), ("small bell",), words)


def chimes(rng: Rng) -> Sound:
    """Stroke a rack of chimes or a bell tree, or let the wind do it."""
    n_tubes, gap = int(rng.integers(6, 26)), log_uniform(rng, 0.015, 0.15)
    hz = np.geomspace(log_uniform(rng, 900, 2500), log_uniform(rng, 3_500, 9_000), n_tubes)[:: pick(rng, (1, -1))]
    parts = []
    for k, f in enumerate(hz):
        t = times(rng.uniform(0.6, 2.0))
        parts.append(
            (
                k * gap * rng.uniform(0.7, 1.3),
                rng.uniform(0.3, 1)
                * ring(t, f * np.array([1, 2.76, 5.4]), (1, 0.5, 0.2), t[-1] * np.array([1, 0.6, 0.4])),
            )
        )
    names = ("wind chimes", "mark tree", "chimes", "bell tree")
    return sound(mix(*parts), "bell", "melodic", names, ("chimes",), ("metallic", "shimmering", "bright"))


def toll(rng: Rng) -> Sound:
    """Toll a big bell in its tower: hum, strike note, room."""
    wave = _maker(_CHURCH, _TUBULAR)(rng)(float(rng.integers(44, 72)), 2.0, rng.uniform(0.5, 1))
    wave = room(rng, saturate(wave, rng.uniform(0.5, 1.5)), rng.uniform(1, 3), rng.uniform(0.1, 0.6))
    names = ("church bell", "tubular bell", "tower bell")
    return sound(wave, "bell", "melodic", names, ("church", "orchestral"), ("metallic", "ringing", "solemn"))


_METAL = ("metallic", "ringing")
INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        "marimba", "melodic", _maker(_MARIMBA), 45, 96, ("mallet",), ("mallet",), ("wooden", "warm"), chords=0.1
    ),
    Instrument("xylophone", "melodic", _maker(_XYLOPHONE), 60, 108, ("mallet",), ("mallet",), ("wooden", "plucky")),
    Instrument(
        "vibraphone", "melodic", _maker(_VIBRAPHONE), 53, 92, ("vibes", "mallet"), ("mallet",), _METAL, chords=0.2
    ),
    Instrument("glockenspiel", "melodic", _maker(_GLOCKENSPIEL), 72, 108, ("glock", "celesta"), ("mallet",), _METAL),
    Instrument(
        "kalimba", "melodic", _maker(_KALIMBA), 53, 89, ("thumb piano", "mbira"), ("tines",), ("plucky", "warm")
    ),
    Instrument("music box", "melodic", _maker(_MUSIC_BOX), 65, 101, ("musical box", "toy"), ("tines",), ("delicate",)),
    Instrument("bell", "melodic", _maker(_CHURCH), 44, 84, ("church bell", "bells"), ("church",), _METAL),
    Instrument("bell", "melodic", _maker(_TUBULAR), 55, 84, ("tubular bell", "chime"), ("orchestral",), _METAL),
    Instrument("bell", "melodic", _maker(_HAND), 60, 100, ("hand bell", "chime"), ("hand bell",), _METAL),
    Instrument("bell", "melodic", _maker(_BOWL), 48, 80, ("singing bowl", "temple bell"), ("bowl",), _METAL),
    Instrument(
        "bell", "melodic", make_fm_bell, 48, 96, ("fm bell", "synth bell"), ("fm", "dx7"), (*_METAL, "electronic")
    ),
)

RECIPES: tuple[Recipe, ...] = (*map(played, INSTRUMENTS), desk_bell, chimes, toll)
