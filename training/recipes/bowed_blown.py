"""Recipes for bowed strings and blown pipes: ensembles, solos, brass, flutes, reeds."""

from functools import partial

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    decay,
    highpass,
    log_uniform,
    lowpass,
    pick,
    rise,
    saturate,
    saw,
    sine,
    square,
    tilted_noise,
    times,
    triangle,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.instrument import Instrument, Voice, chord, played
from training.recipes.plucked import string
from training.recipes.synth import chorus, mix, note_hz, resonances, room, sweep, unison, vibrato, wander
from training.sound import Recipe, Sound

# Main resonances of a violin's body in hertz; a viola's and a cello's lie lower by their size.
_BODY_HZ = np.array([280.0, 460.0, 550.0, 900.0, 1500.0, 2600.0])
_BOWED = (("violin", 1.0, 55, 96), ("viola", 0.8, 48, 84), ("cello", 0.55, 36, 76), ("double bass", 0.35, 28, 60))
_BRASS = (("trumpet", 54, 84), ("trombone", 40, 72), ("french horn", 41, 74), ("tuba", 28, 58))
_REEDS = {  # formants in hertz, lowest and highest note
    "clarinet": ((1500, 3000), 50, 88),
    "saxophone": ((700, 1800), 46, 84),
    "oboe": ((1100, 2900), 58, 88),
    "bassoon": ((450, 1150), 34, 68),
    "duduk": ((500, 1000), 50, 76),
}
_BODY_Q = (12, 14, 14, 9, 7, 5)
_BODY_LEVELS = (0.8, 0.8, 0.9, 0.6, 0.5, 0.7)


def make_bowed(rng: Rng, size: float = 1.0) -> Voice:
    """Bow one instrument: vibrato, rosin noise, bite, body; resonances scale with ``size``, 1 for a violin."""
    size, cents = size * rng.uniform(0.9, 1.1), rng.uniform(4, 35)
    bite, rosin, speed = rng.uniform(0, 0.6), log_uniform(rng, 0.01, 0.12), log_uniform(rng, 0.015, 0.25)
    cutoff = log_uniform(rng, 1500, 7000)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.15)
        hz = vibrato(rng, t, note_hz(midi), cents, rng.uniform(4.5, 6.5), 0.35) * (1 - 0.012 * decay(t, 0.08))
        bowed = saw(hz, t) * (1 + 0.12 * wander(rng, t, 8.0)) + rosin * white_noise(rng, len(t))
        bowed = bowed + bite * white_noise(rng, len(t)) * decay(t, 0.07)
        wave = resonances(bowed, _BODY_HZ * size, _BODY_Q, _BODY_LEVELS) + 0.25 * bowed
        return lowpass(wave, cutoff * (0.6 + 0.6 * velocity)) * adsr(t, speed, 9, 1, held, 0.12)

    return voice


def make_section(rng: Rng) -> Voice:
    """Seat a string section, real or from a string machine; swelling, sustained, staccato, tremolo, spiccato."""
    n_players, detune = int(rng.integers(3, 7)), log_uniform(rng, 5, 22)
    style = pick(rng, ("sustained", "sustained", "slow", "staccato", "tremolo", "machine"))
    attack = {"slow": log_uniform(rng, 0.3, 1.2), "staccato": 0.01}.get(style, log_uniform(rng, 0.03, 0.3))
    size, cutoff = rng.uniform(0.4, 1.1), log_uniform(rng, 1800, 8000)
    rosin = 0.0 if style == "machine" else log_uniform(rng, 0.02, 0.15)
    rate, depth = rng.uniform(7, 13), rng.uniform(0.4, 0.8)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        held = min(held, 0.35) if style == "staccato" else held
        t = times(held + (0.12 if style == "staccato" else 0.4))
        hz = vibrato(rng, t, note_hz(midi), rng.uniform(3, 15), 5.3, 0.4)
        wave = unison(rng, "saw", hz, t, n_players, detune) + rosin * highpass(white_noise(rng, len(t)), 1500)
        if style == "machine":
            wave = chorus(rng, highpass(wave, 150), 3.5, 0.7, 3)
        else:
            wave = resonances(wave, _BODY_HZ * size, _BODY_Q, _BODY_LEVELS) + 0.35 * wave
        wave = wave * (1 - depth * (0.5 + 0.5 * sine(rate, t))) if style == "tremolo" else wave
        release = 0.08 if style == "staccato" else 0.3
        return lowpass(wave, cutoff * (0.6 + 0.6 * velocity)) * adsr(t, attack, 9, 1, held, release)

    return voice


def make_pizzicato(rng: Rng) -> Voice:
    """Pluck the strings of a section."""
    size, n_players, t60 = rng.uniform(0.4, 1.1), int(rng.integers(1, 4)), log_uniform(rng, 0.25, 0.9)

    def voice(midi: float, _held: float, velocity: float) -> Signal:
        t = times(t60 + 0.1)
        slope = 1.7 - 0.4 * velocity
        players = [string(rng, t, note_hz(midi + rng.uniform(-0.08, 0.08)), t60, 0.3, slope) for _ in range(n_players)]
        wave = mix(*((rng.uniform(0, 0.02), player) for player in players))
        return wave + resonances(wave, _BODY_HZ * size, _BODY_Q, _BODY_LEVELS)

    return voice


def make_brass(rng: Rng) -> Voice:
    """Blow a trumpet, trombone, horn or tuba, alone or as a section: the louder, the brighter; scoop and fall."""
    n_players, mute = pick(rng, (1, 1, 2, 3)), pick(rng, (0.0, 0.0, rng.uniform(900, 2200)))
    attack, growl = log_uniform(rng, 0.015, 0.12), pick(rng, (0.0, 0.0, rng.uniform(0.1, 0.4)))
    swell, cents = pick(rng, (0.0, 0.0, rng.uniform(0.3, 1))), rng.uniform(2, 25)
    top, fall = log_uniform(rng, 4, 16), pick(rng, (0.0, 0.0, 0.0, rng.uniform(-7, -2)))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(held + 0.12), note_hz(midi)
        hz = vibrato(rng, t, f0, cents) * 2.0 ** ((-0.8 * decay(t, 0.12) + fall * np.clip(t / held - 0.6, 0, 1)) / 12)
        loud = rise(t, 3 * attack) * (1 - swell + swell * t / t[-1]) * (1 + 0.06 * wander(rng, t, 6))
        wave = unison(rng, "saw", hz, t, n_players, 9)
        # a brass spectrum opens with its level (Risset 1966)
        wave = sweep(wave, "lowpass", np.minimum(f0 * (1 + top * (0.3 + 0.7 * velocity) * loud), 15_000.0), 0.8, 2)
        wave = wave * (1 - growl * (0.5 + 0.5 * sine(rng.uniform(22, 40), t)))
        wave = resonances(wave, (mute, 2.1 * mute), (4, 5), (1, 0.5)) if mute else wave
        wave = wave + 0.08 * lowpass(white_noise(rng, len(t)), 3000) * decay(t, 0.05)
        return wave * loud * adsr(t, 0.005, 9, 1, held, 0.08)

    return voice


def make_synth_brass(rng: Rng) -> Voice:
    """Patch the brass of a polysynth: two saws under a filter that swells."""
    detune, rate, q = log_uniform(rng, 3, 18), log_uniform(rng, 0.03, 0.25), log_uniform(rng, 0.7, 2)
    top = log_uniform(rng, 1200, 7000)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.2)
        path = 200 + top * velocity * rise(t, 3 * rate) * (0.5 + 0.5 * decay(np.maximum(t - 3 * rate, 0), 3.0))
        wave = sweep(unison(rng, "saw", note_hz(midi), t, 2, detune), "lowpass", path, q, 2)
        return wave * adsr(t, 0.5 * rate, 9, 1, held, 0.15)

    return voice


def make_flute(rng: Rng) -> Voice:
    """Blow an edge: concert flute, recorder, pan pipe, shakuhachi, ocarina, tin whistle, blown bottle."""
    air, chiff = log_uniform(rng, 0.02, 0.5), rng.uniform(0, 0.8)
    second, third = rng.uniform(0, 0.5), rng.uniform(0, 0.25)
    attack, cents, tremolo = log_uniform(rng, 0.02, 0.15), rng.uniform(3, 40), rng.uniform(0, 0.3)
    scoop = pick(rng, (0.0, rng.uniform(-2, -0.2)))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t, f0 = times(held + 0.15), note_hz(midi)
        hz = vibrato(rng, t, f0, cents, 5.0, 0.4) * 2.0 ** (scoop / 12 * decay(t, 0.15))
        wave = sine(hz, t) + second * sine(2 * hz, t) + third * velocity * sine(3 * hz, t)
        wind = sweep(white_noise(rng, len(t)), "bandpass", np.full(len(t), f0 * pick(rng, (1.0, 2.0))), 2.5)
        wind = wind + 0.15 * highpass(white_noise(rng, len(t)), 3000)
        wave = wave * (1 - tremolo * (0.5 + 0.5 * sine(5.0, t))) + wind * (air + chiff * decay(t, 0.12))
        return wave * adsr(t, attack, 9, 1, held, 0.1)

    return voice


def make_reed(rng: Rng, style: str = "saxophone") -> Voice:
    """Blow one of the ``_REEDS``."""
    formants = _REEDS[style][0]
    shift, breath, growl = (
        rng.uniform(0.85, 1.2),
        log_uniform(rng, 0.01, 0.15),
        pick(rng, (0, 0, rng.uniform(0.1, 0.4))),
    )
    cutoff, attack, cents = log_uniform(rng, 1800, 7000), log_uniform(rng, 0.015, 0.1), rng.uniform(2, 35)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.1)
        hz = vibrato(rng, t, note_hz(midi), cents, 5.2, 0.4) * 2.0 ** (-0.5 / 12 * decay(t, 0.1))
        wave = (
            square(hz, t) + 0.2 * triangle(hz, t)
            if style == "clarinet"
            else square(hz, t, 0.12 if style == "oboe" else 0.25)
        )
        wave = wave * (1 - growl * (0.5 + 0.5 * sine(rng.uniform(25, 45), t)))
        wave = wave + breath * tilted_noise(rng, len(t), -1) * (1 + 3 * decay(t, 0.08))
        wave = resonances(wave, np.array(formants) * shift, (3, 4), (1.0, 0.6)) + 0.4 * wave
        return lowpass(wave, cutoff * (0.5 + 0.7 * velocity)) * adsr(t, attack, 9, 1, held, 0.07)

    return voice


def brass_stab(rng: Rng) -> Sound:
    """Hit one chord with a horn section: funk, ska, film."""
    voice = pick(rng, (make_brass, make_synth_brass))(rng)
    wave = chord(rng, voice, float(rng.integers(48, 66)), log_uniform(rng, 0.1, 0.8), rng.uniform(0.7, 1.0))
    wave = saturate(wave, rng.uniform(0.5, 2))
    return sound(wave, "brass", "melodic", ("horns", "brass stab", "horn hit"), ("horn section",), ("punchy", "chord"))


def orchestra_hit(rng: Rng) -> Sound:
    """Hit a chord with everybody: the sampled orchestra of the eighties."""
    section, horns = make_section(rng), make_brass(rng)
    root, held = float(rng.integers(40, 60)), rng.uniform(0.15, 0.5)
    chords = ((0.0, chord(rng, section, root + 12, held, 1.0)), (0.0, 0.8 * chord(rng, horns, root, held, 1.0)))
    t = times(0.5)
    thump = (sine(90 * (1 + decay(t, 0.05)), t) + 0.5 * tilted_noise(rng, len(t), -4)) * decay(t, 0.3)
    wave = room(
        rng, mix(*chords, (0.0, np.max(np.abs(chords[0][1])) * thump)), rng.uniform(0.5, 1.5), rng.uniform(0.1, 0.5)
    )
    names = ("orchestra hit", "orch hit", "stab", "orchestral stab")
    return sound(wave, "chord stab", "melodic", names, ("orchestral", "sampler"), ("punchy", "dramatic"))


_ORCHESTRA = ("orchestral",)
_SECTION = ("string section", "ensemble", "string ensemble")
_SYNTH_BRASS = ("synth brass", "horns")
INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument("strings", "melodic", make_section, 36, 91, _SECTION, _ORCHESTRA, held=(0.2, 4.5)),
    Instrument("strings", "melodic", make_section, 43, 79, _SECTION, _ORCHESTRA, chords=1.0, held=(0.3, 3.0)),
    *(
        Instrument(
            "strings", "melodic", partial(make_bowed, size=size), low, high, (name, "bowed string"), (name, "solo")
        )
        for name, size, low, high in _BOWED
    ),
    Instrument("strings", "melodic", make_pizzicato, 40, 88, ("pizzicato",), _ORCHESTRA, ("plucky",), chords=0.15),
    *(Instrument("brass", "melodic", make_brass, low, high, (name, "horn"), (name,)) for name, low, high in _BRASS),
    Instrument("brass", "melodic", make_brass, 48, 76, ("brass section", "horns"), ("section",), chords=1.0),
    Instrument("brass", "melodic", make_synth_brass, 40, 80, _SYNTH_BRASS, ("synthesizer",), chords=0.4),
    Instrument("flute", "melodic", make_flute, 57, 98, ("flutes", "wind instrument"), ("wind",), ("airy", "soft")),
    *(
        Instrument("woodwind", "melodic", partial(make_reed, style=style), low, high, (style, "reed"), ("reed",))
        for style, (_, low, high) in _REEDS.items()
    ),
)

RECIPES: tuple[Recipe, ...] = (*map(played, INSTRUMENTS), brass_stab, orchestra_hit)
