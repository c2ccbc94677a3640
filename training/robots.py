"""Robot voices: one pitch or a vocoder, and what is done to them after."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from scipy import signal

from training.recipes.dsp import Rng, Signal, chance, crush, log_uniform, pick, saturate
from training.recipes.finish import sound
from training.sayings import SYLLABLES, random_text
from training.sound import SAMPLE_RATE_HZ, Sound
from training.speech import key_hz, random_voice, sawtooth, speak, to_48k, vocode

CHORDS = ((0,), (0, 12), (0, 7, 12), (0, 4, 7), (0, 3, 7), (0, 3, 7, 10), (-12, 0, 7, 16))

Effect: TypeAlias = Callable[[Rng, Signal], tuple[Signal, str]]  # returns the voice and a word for it


def _ring(rng: Rng, x: Signal) -> tuple[Signal, str]:
    t = np.arange(len(x)) / SAMPLE_RATE_HZ
    carrier = np.sin(2 * np.pi * log_uniform(rng, 25, 900) * t)
    if chance(rng, 0.3):
        carrier = np.sign(carrier)
    return x * carrier + float(rng.uniform(0, 0.5)) * x, "ring modulated"


def _crushed(rng: Rng, x: Signal) -> tuple[Signal, str]:
    return crush(x, log_uniform(rng, 2500, 12_000), float(rng.uniform(3, 8))), "bitcrushed"


def _comb(rng: Rng, x: Signal) -> tuple[Signal, str]:
    delay = round(SAMPLE_RATE_HZ * log_uniform(rng, 0.0015, 0.02))
    feedback = np.zeros(delay + 1)
    feedback[0], feedback[-1] = 1.0, -float(rng.uniform(0.6, 0.92)) * float(rng.choice((-1, 1)))
    return signal.lfilter([1.0], feedback, np.pad(x, (0, SAMPLE_RATE_HZ // 8))), "metallic"


def _stutter(rng: Rng, x: Signal) -> tuple[Signal, str]:
    grain = round(SAMPLE_RATE_HZ * log_uniform(rng, 0.025, 0.12))
    parts = [np.tile(part, int(rng.choice((1, 1, 2, 3)))) for part in np.array_split(x, max(1, len(x) // grain))]
    return np.concatenate(parts), "glitchy"


def _doubled(rng: Rng, x: Signal) -> tuple[Signal, str]:
    octave_down = np.interp(np.arange(len(x)) / 2, np.arange(len(x)), x)
    return x + float(rng.uniform(0.4, 1.0)) * octave_down, "deep"


def _buzz(rng: Rng, x: Signal) -> tuple[Signal, str]:
    t = np.arange(len(x)) / SAMPLE_RATE_HZ
    return x * (np.remainder(t * log_uniform(rng, 18, 70), 1.0) < float(rng.uniform(0.3, 0.7))), "buzzing"


def _driven(rng: Rng, x: Signal) -> tuple[Signal, str]:
    return saturate(x, log_uniform(rng, 3, 20)), "distorted"


EFFECTS: tuple[Effect, ...] = (*(_ring, _crushed, _comb, _stutter, _doubled, _buzz, _driven),)


def _vocoded(rng: Rng, speech: Signal) -> Signal:
    """Let a synthesizer chord speak."""
    root = int(rng.integers(33, 60))
    n = len(speech)
    glide = np.linspace(1.0, 2 ** (float(rng.uniform(-7, 7)) / 12), n) if chance(rng, 0.3) else np.ones(n)
    carriers = [
        sawtooth(key_hz(root + interval) * glide * float(rng.uniform(0.995, 1.005))) for interval in pick(rng, CHORDS)
    ]
    carrier = np.sum(carriers, axis=0)
    if chance(rng, 0.3):
        carrier = np.sign(carrier)
    return vocode(speech, carrier, rng.standard_normal(n) if chance(rng, 0.6) else carrier)


def robot_voice(rng: Rng) -> Sound:
    """Speak on one pitch, or through a vocoder, and spoil it with up to three effects."""
    voice = random_voice(rng)
    text = random_text(rng) if chance(rng, 0.7) else " ".join(rng.choice(SYLLABLES, size=int(rng.integers(1, 6))))
    speed = int(rng.integers(80, 260))
    speech = speak(text, voice.name, int(rng.integers(0, 100)), speed, is_monotone=chance(rng, 0.85))
    words = ["electronic"]
    is_vocoded = chance(rng, 0.45)
    if is_vocoded:
        speech = _vocoded(rng, speech)
        words.append("vocoded")
    wave = to_48k(speech, float(rng.uniform(-5, 5)))
    n_effects = int(rng.choice(4, p=(0.12, 0.43, 0.3, 0.15)))
    for index in rng.choice(len(EFFECTS), size=n_effects, replace=False):
        wave, word = EFFECTS[index](rng, wave)
        words.append(word)
    source = ("vocoder", "synthesizer") if is_vocoded else ("computer voice", "speech synthesizer")
    aliases = ("robotic voice", "robot", "android voice", "vocoder voice", "computer voice", "synthetic voice", "vocal")
    return sound(wave, "robot voice", "vocal", aliases, source, tuple(words))
