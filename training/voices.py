"""Training sounds from eSpeak NG: speech, shouts, whispers, chops, robots, singers and choirs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy import ndimage

from training.recipes.dsp import Rng, Signal, add_at, chance, highpass, log_uniform, pick, saturate
from training.recipes.finish import sound
from training.robots import CHORDS, robot_voice
from training.sayings import SHOUTS, SYLLABLES, WORDS, random_text
from training.sound import SAMPLE_RATE_HZ, Sound
from training.speech import (
    ESPEAK_RATE_HZ,
    Voice,
    is_installed,
    key_hz,
    random_voice,
    sawtooth,
    speak,
    to_48k,
    vocode,
)

Way: TypeAlias = Callable[[Rng], Sound]

_VOICE = ("voice", "vox", "vocal", "vocals")

VOWELS = {"ah": "[[A:]]", "oh": "[[o:]]", "oo": "[[u:]]", "ee": "[[i:]]", "eh": "[[E:]]", "mm": "[[m:m:m:]]"}


def _sung_pitch(rng: Rng, n_frames: int, keys: list[int], drift_cents: float) -> Signal:
    """Move through notes with short slides, vibrato that comes late, and a slow drift; hertz per frame."""
    edges = np.linspace(0, n_frames, len(keys) + 1)[1:-1]
    steps = np.array(keys, dtype=float)[np.searchsorted(edges, np.arange(n_frames), side="right")]
    slide = round(ESPEAK_RATE_HZ * float(rng.uniform(0.01, 0.08)))
    smooth = ndimage.uniform_filter1d(steps, slide)
    seconds = np.arange(n_frames) / ESPEAK_RATE_HZ
    depth_cents = float(rng.uniform(0, 60)) * np.clip(seconds / 0.6, 0.0, 1.0)
    vibrato = np.sin(2 * np.pi * float(rng.uniform(4.5, 6.8)) * seconds + float(rng.uniform(0, 6.28)))
    drift = np.sin(2 * np.pi * float(rng.uniform(0.2, 0.9)) * seconds + float(rng.uniform(0, 6.28))) * drift_cents
    return key_hz(smooth + (depth_cents * vibrato + drift) / 100)


def _held(rng: Rng, voice: Voice, vowel: str, n_frames: int) -> Signal:
    """Hold a vowel: the middle of a spoken one, there and back until it is long enough."""
    english = "en-us+" + voice.name.split("+")[1]  # other languages name their phonemes otherwise
    spoken = speak(VOWELS[vowel], english, int(rng.integers(20, 80)), 80)
    middle = spoken[len(spoken) // 4 : 3 * len(spoken) // 4]
    there_and_back = np.concatenate([middle, middle[::-1]])
    return np.resize(there_and_back, n_frames)


def _swell(rng: Rng, n_frames: int, longest_attack_seconds: float) -> Signal:
    attack = min(n_frames // 3, round(ESPEAK_RATE_HZ * float(rng.uniform(0.01, longest_attack_seconds))))
    release = min(n_frames // 3, round(ESPEAK_RATE_HZ * float(rng.uniform(0.05, 0.6))))
    return np.interp(np.arange(n_frames), [0, attack, n_frames - release, n_frames], [0.0, 1.0, 0.9, 0.0])


def _key_range(voice: Voice) -> tuple[int, int]:
    return (52, 77) if "female" in voice.words else (40, 65)


# ---- ways of using a voice


def spoken_voice(rng: Rng) -> Sound:
    voice = random_voice(rng)
    wave = speak(random_text(rng), voice.name, int(rng.integers(10, 90)), int(rng.integers(90, 230)))
    aliases = ("speech", "talking", "spoken word", "spoken vocal", *_VOICE)
    return sound(to_48k(wave, float(rng.uniform(-2, 2))), "spoken voice", "vocal", aliases, voice.words, ("spoken",))


def shout(rng: Rng) -> Sound:
    voice = random_voice(rng)
    wave = speak(pick(rng, SHOUTS), voice.name, int(rng.integers(65, 100)), int(rng.integers(110, 260)))
    wave = highpass(
        saturate(to_48k(wave, float(rng.uniform(0, 4))), log_uniform(rng, 1.5, 8.0)), log_uniform(rng, 100, 500)
    )
    if chance(rng, 0.3):  # a crowd: the same shout by several throats
        crowd = np.zeros(len(wave) + SAMPLE_RATE_HZ // 8)
        for _ in range(int(rng.integers(3, 8))):
            other = to_48k(speak(pick(rng, SHOUTS[:3]), random_voice(rng).name, int(rng.integers(50, 100)), 160))
            add_at(crowd, other, float(rng.uniform(0.0, 0.06)))
        return sound(crowd, "shout", "vocal", ("crowd shout", "gang vocal", *_VOICE), ("people",), ("loud", "group"))
    aliases = ("yell", "vocal shot", "adlib", "hype vocal", *_VOICE)
    return sound(wave, "shout", "vocal", aliases, voice.words, ("loud", "hard"))


def whisper(rng: Rng) -> Sound:
    variant = "whisper" if chance(rng, 0.5) else "whisperf"
    accent = random_voice(rng).name.split("+")[0]
    wave = speak(random_text(rng), f"{accent}+{variant}", int(rng.integers(10, 90)), int(rng.integers(90, 200)))
    if chance(rng, 0.5):  # breath alone drives the mouth
        hiss = rng.standard_normal(len(wave))
        wave = vocode(wave, hiss * 0.5, hiss)
    aliases = ("whispered voice", "whispering", "breathy voice", *_VOICE)
    return sound(to_48k(wave, float(rng.uniform(-3, 3))), "whisper", "vocal", aliases, (), ("soft", "breathy", "airy"))


def vocal_chop(rng: Rng) -> Sound:
    """Cut a slice out of a word or a sung vowel, pitch it, and now and then repeat it."""
    voice = random_voice(rng)
    text = pick(rng, SYLLABLES) if chance(rng, 0.6) else pick(rng, WORDS)
    wave = speak(text, voice.name, int(rng.integers(20, 99)), int(rng.integers(90, 180)))
    if chance(rng, 0.4):
        hz = _sung_pitch(rng, len(wave), [int(rng.integers(*_key_range(voice)))], 5.0)
        wave = vocode(wave, sawtooth(hz), rng.standard_normal(len(wave)))
    slice_frames = min(len(wave), round(ESPEAK_RATE_HZ * log_uniform(rng, 0.07, 0.45)))
    start = int(rng.integers(0, max(1, (len(wave) - slice_frames) // 2 + 1)))
    chop = wave[start : start + slice_frames] * _swell(rng, slice_frames, 0.01)
    words = ["chopped"]
    if chance(rng, 0.25):
        chop = np.tile(chop, int(rng.integers(2, 5)))
        words.append("stuttering")
    semitones = float(rng.uniform(-9, 14))
    words += ["pitched up"] if semitones > 5 else ["pitched down"] if semitones < -4 else []
    aliases = ("vocal stab", "vox chop", "vocal one shot", "chopped vocal", "vocal hit", *_VOICE)
    return sound(to_48k(chop, semitones), "vocal chop", "vocal", aliases, voice.words, tuple(words))


def sung_vocal(rng: Rng) -> Sound:
    """Sing a vowel or a few words on one to four notes."""
    voice = random_voice(rng)
    lowest, highest = _key_range(voice)
    keys = [int(rng.integers(lowest, highest))]
    for _ in range(int(rng.integers(0, 4))):
        keys.append(int(np.clip(keys[-1] + rng.choice((-5, -4, -3, -2, 2, 3, 4, 5)), lowest, highest)))
    if chance(rng, 0.6):
        speech = _held(rng, voice, pick(rng, tuple(VOWELS)), round(ESPEAK_RATE_HZ * float(rng.uniform(0.5, 4.0))))
    else:
        speech = speak(random_text(rng), voice.name, 50, int(rng.integers(80, 110)), is_monotone=True)
    carrier = sawtooth(_sung_pitch(rng, len(speech), keys, float(rng.uniform(3, 15))))
    breath = rng.standard_normal(len(speech))
    sung = vocode(speech, carrier + float(rng.uniform(0, 0.15)) * breath, breath) * _swell(rng, len(speech), 0.15)
    aliases = ("singing", "singer", "sung voice", "vocal phrase", *_VOICE)
    words = ("melodic", "sustained") if len(keys) == 1 else ("melodic",)
    return sound(to_48k(sung, float(rng.uniform(-1, 1))), "sung vocal", "vocal", aliases, voice.words, words)


def choir(rng: Rng) -> Sound:
    """Layer many singers of one vowel, each a little late, detuned and with a vibrato of its own."""
    n_frames = round(ESPEAK_RATE_HZ * float(rng.uniform(1.0, 6.0)))
    vowel = pick(rng, ("ah", "oh", "oo", "ee", "mm"))
    chord = pick(rng, CHORDS)
    root = int(rng.integers(45, 66))
    women = float(rng.uniform(0.0, 1.0))
    mouths = [_held(rng, random_voice(rng), vowel, n_frames) for _ in range(3)]
    total = np.zeros(n_frames)
    for mouth in mouths:
        carrier = np.zeros(n_frames)
        for _ in range(int(rng.integers(2, 5))):
            key = root + int(rng.choice(chord)) + (12 if chance(rng, 0.4 * women) else 0)
            carrier += sawtooth(_sung_pitch(rng, n_frames, [key], 20.0) * 2 ** float(rng.normal(0, 0.12) / 12))
        total += vocode(mouth, carrier, np.abs(rng.standard_normal(n_frames)))
    aliases = ("choir pad", "choral voices", "voices", f"choir {vowel}", "vocal pad", "chorus of voices")
    words = ("sustained", "wide", *(("chord",) if len(set(chord)) > 2 else ()))
    return sound(to_48k(total * _swell(rng, n_frames, 1.0)), "choir", "vocal", aliases, ("voices", "people"), words)


def vocal_loop(rng: Rng) -> Sound:
    """Place chops of one word on the steps of a bar or two."""
    voice = random_voice(rng)
    bpm = float(rng.uniform(80, 160))
    step_seconds = 60 / bpm / 4
    n_bars = 2 if 32 * step_seconds <= 8.0 else 1
    loop = np.zeros(round(n_bars * 16 * step_seconds * SAMPLE_RATE_HZ))
    word = speak(random_text(rng), voice.name, int(rng.integers(30, 90)), int(rng.integers(120, 200)))
    slices = np.array_split(word, max(2, round(len(word) / ESPEAK_RATE_HZ / 0.2)))
    is_sung = rng.random(n_bars * 16) < float(rng.uniform(0.25, 0.6))
    is_sung[0] = True
    for step in np.flatnonzero(is_sung):
        part = slices[int(rng.integers(len(slices)))]
        chop = to_48k(part * _swell(rng, len(part), 0.01), float(rng.choice((-12, -5, 0, 0, 0, 3, 7, 12))))
        add_at(loop, chop, float(step) * step_seconds)
    words = ("slow",) if bpm < 95 else ("fast",) if bpm > 140 else ()
    aliases = ("vocal phrase loop", "chopped vocal loop", "vox loop", "vocals")
    return sound(loop, "vocal loop", "loop", aliases, voice.words, ("chopped", *words))


SHARES: dict[Way, float] = {
    spoken_voice: 0.18,
    robot_voice: 0.24,
    vocal_chop: 0.18,
    sung_vocal: 0.12,
    choir: 0.12,
    whisper: 0.08,
    shout: 0.05,
    vocal_loop: 0.03,
}


def sounds(work_dir: Path, n: int, seed: int) -> Iterator[Sound]:
    """Speak and sing n varied sounds; the same seed makes the same sounds.

    Args:
        work_dir: Not needed: eSpeak NG answers through a pipe.
        n: How many.
        seed: Of the random choices.

    Raises:
        RuntimeError: eSpeak NG is not installed.
    """
    del work_dir
    if not is_installed():
        raise RuntimeError("voices need: apt-get install espeak-ng")
    rng = np.random.default_rng(seed)
    ways = tuple(SHARES)
    for way in rng.choice(len(ways), size=n, p=tuple(SHARES.values())):
        yield ways[way](rng)
