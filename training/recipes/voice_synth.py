"""Recipes for synthesized voices: choirs, singers, chops, robots, whispers, breaths and laughs by formant synthesis."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    chance,
    crush,
    decay,
    highpass,
    log_uniform,
    lowpass,
    pick,
    saturate,
    saw,
    sine,
    square,
    tilted_noise,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.instrument import Instrument, Voice, played
from training.recipes.modal import jittered
from training.recipes.synth import breakpoints, chorus, echo, mix, note_hz, resonances, sweep, unison, vibrato, wander
from training.sound import SAMPLE_RATE_HZ, Sound

# First four formants of sung vowels, an adult man's, in hertz (after Peterson and Barney 1952, and Klatt 1980).
VOWELS = {
    "ah": (730, 1090, 2440, 3400),
    "oh": (490, 850, 2400, 3300),
    "oo": (310, 800, 2240, 3200),
    "ee": (280, 2250, 2900, 3500),
    "eh": (560, 1800, 2500, 3400),
    "er": (490, 1350, 1690, 3300),
    "uh": (620, 1200, 2500, 3350),
}
_LEVELS = (1.0, 0.6, 0.3, 0.15)
_BANDWIDTHS_HZ = (80.0, 95.0, 130.0, 200.0)


def vocal_tract(source: Signal, vowel: str, size: float = 1.0, sharpness: float = 1.0) -> Signal:
    """Say a vowel: pass a source through its formants; ``size`` below 1 is a longer, lower tract."""
    hz = [f * size for f in VOWELS[vowel]]
    return resonances(source, hz, [sharpness * f / b for f, b in zip(hz, _BANDWIDTHS_HZ, strict=True)], _LEVELS)


def talk(rng: Rng, t: Signal, source: Signal, rate_hz: float, size: float = 1.0) -> Signal:
    """Move a source through random syllables: formants glide between vowels, consonants cut in with noise."""
    n_targets = max(2, int(t[-1] * rate_hz) + 2)
    names = [pick(rng, tuple(VOWELS)) for _ in range(n_targets)]
    at = np.linspace(0.0, t[-1], n_targets) * rng.uniform(0.85, 1.15)
    total = np.zeros(len(t))
    for formant, level in enumerate(_LEVELS[:3]):
        path = np.interp(t, at, [VOWELS[name][formant] * size for name in names])
        total += level * sweep(source, "bandpass", path, float(np.median(path)) / _BANDWIDTHS_HZ[formant])
    opened = np.clip(0.55 + 1.1 * wander(rng, t, rng.uniform(1.0, 2.0) * rate_hz), 0.0, 1.0)
    total = total / (np.std(total) + 1e-9) * opened
    hiss = highpass(white_noise(rng, len(t)), log_uniform(rng, 1500, 5000))
    spoken = np.maximum(0.0, wander(rng, t, 1.7 * rate_hz) - 0.55)
    return total + rng.uniform(0.0, 1.2) * hiss * spoken


def _glottis(rng: Rng, t: Signal, hz: float | Signal, breathiness: float, slope_hz: float) -> Signal:
    return lowpass(saw(hz, t), slope_hz, 1) + breathiness * white_noise(rng, len(t))


def make_singer(rng: Rng) -> Voice:
    """Draw one singer: a glottal source with vibrato through a vowel, or two in a row."""
    size, sharpness = rng.uniform(0.88, 1.28), rng.uniform(0.7, 1.6)
    first, second = pick(rng, tuple(VOWELS)), pick(rng, tuple(VOWELS))
    cents, breath, slope = rng.uniform(5, 70), log_uniform(rng, 0.005, 0.15), log_uniform(rng, 500, 3000)
    scoop, changes = pick(rng, (0.0, rng.uniform(-3, 3))), chance(rng, 0.5)

    def voice(midi: float, held: float, velocity: float) -> Signal:
        t = times(held + 0.15)
        hz = vibrato(rng, t, note_hz(midi), cents, rng.uniform(4.5, 6.5), 0.4) * 2.0 ** (scoop / 12 * decay(t, 0.4))
        source = _glottis(rng, t, hz, breath, slope * (0.5 + velocity))
        wave = vocal_tract(source, first, size, sharpness)
        if changes:
            blend = np.clip((t - rng.uniform(0.1, 0.7) * held) / 0.15, 0.0, 1.0)
            wave = wave * (1 - blend) + vocal_tract(source, second, size, sharpness) * blend
        return wave * adsr(t, log_uniform(rng, 0.01, 0.12), 4, 0.8, held, 0.12)

    return voice


def make_choir(rng: Rng) -> Voice:
    """Gather a section: many detuned voices on one vowel, women or men, from breathy to operatic or synthetic."""
    size, vowel = rng.uniform(0.9, 1.25), pick(rng, ("ah", "ah", "oh", "oo", "uh", "eh"))
    opens_to = pick(rng, ("", "", "ah", "oh", "eh"))
    n_voices, detune = int(rng.integers(3, 7)), log_uniform(rng, 6, 30)
    breath, slope = log_uniform(rng, 0.01, 0.2), log_uniform(rng, 400, 2500)
    attack, release, sharpness = log_uniform(rng, 0.03, 0.7), log_uniform(rng, 0.2, 1.0), rng.uniform(0.6, 1.3)

    def voice(midi: float, held: float, _velocity: float) -> Signal:
        t = times(held + release)
        drift = vibrato(rng, t, note_hz(midi), rng.uniform(4, 25), 5.0, 0.5)
        source = lowpass(unison(rng, "saw", drift, t, n_voices, detune), slope, 1) + breath * white_noise(rng, len(t))
        wave = vocal_tract(source, vowel, size, sharpness)
        if opens_to:
            blend = np.clip(t / held, 0.0, 1.0)
            wave = wave * (1 - blend) + vocal_tract(source, opens_to, size, sharpness) * blend
        return chorus(rng, wave, 7.0, 1.5) * adsr(t, attack, 9, 1, held, release)

    return voice


def make_chop(rng: Rng) -> Voice:
    """Cut a syllable out of a voice: abrupt ends, a consonant, a pitch that jumps, sometimes a stutter."""
    singer, breath = make_singer(rng), log_uniform(rng, 0.05, 0.8)
    n_repeats, gap = pick(rng, (1, 1, 1, 2, 3, 4)), rng.uniform(0.07, 0.2)
    shift = pick(rng, (0, 0, 12, -12, 7))

    def voice(midi: float, held: float, velocity: float) -> Signal:
        consonant = highpass(
            white_noise(rng, int(SAMPLE_RATE_HZ * rng.uniform(0.01, 0.09))), log_uniform(rng, 500, 6000)
        )
        syllable = mix((0.0, breath * 0.1 * consonant), (len(consonant) / 60_000, singer(midi + shift, held, velocity)))
        syllable = syllable[: int(SAMPLE_RATE_HZ * (held + 0.05))]
        return mix(
            *(
                (k * gap, syllable[: int(SAMPLE_RATE_HZ * gap)] if k + 1 < n_repeats else syllable)
                for k in range(n_repeats)
            )
        )

    return voice


_ROBOT = ("robotic voice", "vocoder", "talking robot")


def _carrier(rng: Rng, t: Signal, hz: float) -> tuple[Signal, str]:
    """Choose what a robot's throat is made of."""
    how = pick(rng, ("saw", "square", "chord", "ring", "pulse train", "noise"))
    if how == "saw":
        return unison(rng, "saw", hz, t, int(rng.integers(1, 4)), 8), "vocoder"
    if how == "square":
        return square(hz, t, rng.uniform(0.1, 0.5)), "vocoder"
    if how == "chord":
        return saw(hz, t) + saw(hz * pick(rng, (1.19, 1.26, 1.5)), t) + saw(hz * 2, t), "vocoder"
    if how == "ring":
        return saw(hz, t) * sine(log_uniform(rng, 30, 300), t), "ring modulator"
    if how == "noise":
        return white_noise(rng, len(t)) * (0.3 + square(hz, t)), "vocoder"
    return np.maximum(0.0, sine(hz, t)) ** 12 * 3.0, "speech synthesizer"


def robot_voice(rng: Rng) -> Sound:
    """Let a machine talk: syllables on a monotone or stepped pitch, through metal, bits, combs or echoes."""
    t = times(log_uniform(rng, 0.35, 3.5))
    steps = np.repeat(pick(rng, ((0,), (0,), (0, 0, -5), (0, 3, 7), (0, 12), (0, -2, -4))), 1)
    pitch = log_uniform(rng, 55, 320) * 2.0 ** (
        steps[np.minimum((t / t[-1] * len(steps)).astype(int), len(steps) - 1)] / 12
    )
    if chance(rng, 0.3):
        pitch = pitch * 2.0 ** (np.round(wander(rng, t, 3.0, 4.0)) / 12)
    carrier, method = _carrier(rng, t, 1.0 * pitch if chance(rng, 0.7) else float(pitch[0]))
    wave = talk(rng, t, carrier, log_uniform(rng, 3, 9), rng.uniform(0.8, 1.35))
    effect = pick(rng, ("none", "none", "bits", "comb", "ring", "chorus", "echo", "drive", "phone"))
    wave = _robot_effect(rng, effect, t, wave)
    words = ("monotone",) if len(steps) == 1 else ("melodic",)
    words += {"bits": ("lo-fi",), "comb": ("metallic",), "ring": ("metallic",), "drive": ("distorted",)}.get(effect, ())
    return sound(wave, "robot voice", "vocal", _ROBOT, (method, "speech"), ("electronic", *words))


def _robot_effect(rng: Rng, effect: str, t: Signal, wave: Signal) -> Signal:
    match effect:
        case "bits":
            wave = crush(wave, log_uniform(rng, 4_000, 14_000), rng.uniform(3, 7))
        case "comb":
            wave = echo(wave, log_uniform(rng, 0.002, 0.012), rng.uniform(0.5, 0.85), 12)
        case "ring":
            wave = wave * sine(log_uniform(rng, 25, 600), t)
        case "chorus":
            wave = chorus(rng, wave, 3.0, 0.5, 3)
        case "echo":
            wave = echo(wave, rng.uniform(0.06, 0.25), 0.5, 4)
        case "phone":
            wave = highpass(lowpass(wave, 3200, 4), 350, 4)
        case "drive":
            wave = saturate(wave, log_uniform(rng, 2, 12))
    return wave


def whisper(rng: Rng) -> Sound:
    """Talk with air alone."""
    t = times(log_uniform(rng, 0.4, 3.0))
    air = tilted_noise(rng, len(t), rng.uniform(-2, 1))
    wave = talk(rng, t, air, rng.uniform(3, 7), rng.uniform(0.9, 1.3)) + 0.03 * air
    return sound(wave, "whisper", "vocal", ("whispering", "whispered voice"), ("voice",), ("airy", "soft", "breathy"))


def breath(rng: Rng) -> Sound:
    """Breathe in, out, or both: air through a still tract with a slow swell."""
    t = times(log_uniform(rng, 0.25, 2.5))
    size, n_breaths = rng.uniform(0.9, 1.3), pick(rng, (1, 1, 2))
    swell = np.abs(np.sin(np.pi * n_breaths * (t / t[-1]) ** rng.uniform(0.5, 1.6))) ** rng.uniform(0.7, 2)
    air = lowpass(tilted_noise(rng, len(t), rng.uniform(-5, 1)), log_uniform(rng, 2_500, 15_000))
    wave = (vocal_tract(air, pick(rng, ("uh", "ah", "er", "ee")), size, 0.6) + 0.2 * air) * swell
    return sound(wave, "breath", "vocal", ("breathing", "inhale", "exhale", "gasp"), ("voice",), ("airy", "noisy"))


def laugh(rng: Rng) -> Sound:
    """Laugh: a run of short voiced puffs that sink in pitch and strength."""
    pitch, size, rate = log_uniform(rng, 110, 420), rng.uniform(0.9, 1.35), rng.uniform(3.5, 6.5)
    vowel, n_puffs = pick(rng, ("ah", "eh", "uh", "oh", "ee")), int(rng.integers(3, 11))
    parts = []
    for k in range(n_puffs):
        t = times(rng.uniform(0.5, 0.8) / rate)
        hz = pitch * (1.15 - 0.3 * k / n_puffs) * breakpoints(t, (0.0, 1.1), (t[-1], 0.85)) * rng.uniform(0.93, 1.07)
        puff = _glottis(rng, t, hz, 0.25, 1800.0) * np.abs(np.sin(np.pi * t / t[-1])) ** 0.7
        h = 0.25 * white_noise(rng, len(t)) * decay(t, 0.12)
        parts.append(
            ((k + rng.uniform(-0.08, 0.08)) / rate + 0.01, vocal_tract(puff + h, vowel, size) * (1 - 0.6 * k / n_puffs))
        )
    return sound(mix(*parts), "laugh", "vocal", ("laughter", "laughing", "giggle"), ("voice",), ("human",))


def throat_singing(rng: Rng) -> Sound:
    """Hold a drone while one overtone wanders: chant and throat singing."""
    t = times(log_uniform(rng, 1.5, 5.0))
    f0 = log_uniform(rng, 65, 160)
    source = saw(vibrato(rng, t, f0, 8.0), t) + 0.3 * saw(f0 * 0.5, t)
    whistle = f0 * np.round(8 + wander(rng, t, 1.2, 4.0))
    wave = vocal_tract(source, "oh", 0.9) + 0.8 * sweep(source, "bandpass", whistle, 30.0)
    wave = wave * jittered(rng, [1.0], 0.1)[0] * np.minimum(1.0, np.minimum(t, t[-1] - t) / 0.1)
    return sound(wave, "sung vocal", "vocal", ("chant", "throat singing", "vox"), ("voice", "overtone"), ("sustained",))


INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument("choir", "vocal", make_choir, 45, 84, ("choir pad", "vocal pad", "vox"), ("voices",), held=(0.6, 5.0)),
    Instrument("choir", "vocal", make_choir, 48, 80, ("choir chord", "aahs"), ("voices",), chords=1.0, held=(0.6, 3.0)),
    Instrument("sung vocal", "vocal", make_singer, 43, 84, ("singing", "vox", "vocal"), ("voice",), held=(0.4, 4.0)),
    Instrument("vocal chop", "vocal", make_chop, 45, 84, ("vox chop", "vocal stab"), ("voice",), held=(0.08, 0.5)),
)

RECIPES = (
    *map(played, INSTRUMENTS),
    robot_voice,
    robot_voice,  # twice as often: it has the most methods
    whisper,
    breath,
    laugh,
    throat_singing,
)
