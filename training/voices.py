"""Training sounds from eSpeak NG: speech, shouts, whispers, chops, robots, singers and choirs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy import ndimage, signal

from training.recipes.dsp import Rng, Signal, add_at, chance, crush, highpass, log_uniform, pick, saturate
from training.recipes.finish import sound
from training.sound import SAMPLE_RATE_HZ, Sound
from training.speech import ESPEAK_RATE_HZ, Voice, is_installed, random_voice, speak, to_48k, vocode

Way: TypeAlias = Callable[[Rng], Sound]
Effect: TypeAlias = Callable[[Rng, Signal], tuple[Signal, str]]

_VOICE = ("voice", "vox", "vocal", "vocals")

WORDS = """yes no go stop now more love baby music dance night fire water dream sunshine freedom tonight forever heart
soul body move feel money power energy system control machine future signal party people crazy ready listen everybody
again higher deeper summer city street rock bass drop beat sound drums money welcome goodbye hello never always
midnight shadow angel devil heaven moonlight danger attention computer robot transmission""".split()
PHRASES = tuple(
    line.strip()
    for line in """
    one two three | one two three four | five six seven eight | three two one | ten nine eight seven six | here we go
    let's go | come on everybody | put your hands up | turn it up | drop the bass | feel the rhythm | in the house
    all night long | I love you | I need you tonight | what is this | this is the sound | ladies and gentlemen
    welcome to the show | can you hear me | the quick brown fox | once upon a time | good morning | long time ago
    stop right there | we are the future | do not be afraid | back to the beat | check the microphone | oh my god
    everybody dance now | move your body | say it again | make some noise | are you ready | this is not a test
    attention please | system error | access denied | warning | all systems are ready | I am a machine | take control
    we come in peace | please stand by | message received | self destruct in ten seconds | end of transmission
    """.replace("\n", "|").split("|")
    if line.strip()
)
SHOUTS = "hey! ho! go! yeah! come on! woo! oi! hah! let's go! what! up! jump! fire! stop! no! yes! huh! ay!".split("! ")
SYLLABLES = tuple(
    onset + nucleus for onset in "b d g k l m n p r t v w y h sh".split() for nucleus in ("ah", "oh", "ee")
)
VOWELS = {"ah": "[[A:]]", "oh": "[[o:]]", "oo": "[[u:]]", "ee": "[[i:]]", "eh": "[[E:]]", "mm": "[[m:m:m:]]"}
_CHORDS = ((0,), (0, 12), (0, 7, 12), (0, 4, 7), (0, 3, 7), (0, 3, 7, 10), (-12, 0, 7, 16))


def _hz(key: float) -> float:
    return 440.0 * 2 ** ((key - 69) / 12)


def _saw(hz: Signal) -> Signal:
    """Draw a sawtooth at the rate of eSpeak, one frequency a frame; the vocoder's filters hide its aliases."""
    return 2.0 * np.remainder(np.cumsum(hz) / ESPEAK_RATE_HZ, 1.0) - 1.0


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
    return _hz(smooth + (depth_cents * vibrato + drift) / 100)


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


def _text(rng: Rng) -> str:
    return str(rng.choice(PHRASES)) if chance(rng, 0.5) else " ".join(rng.choice(WORDS, size=int(rng.integers(1, 4))))


def _key_range(voice: Voice) -> tuple[int, int]:
    return (52, 77) if "female" in voice.words else (40, 65)


# ---- ways of using a voice


def spoken_voice(rng: Rng) -> Sound:
    voice = random_voice(rng)
    wave = speak(_text(rng), voice.name, int(rng.integers(10, 90)), int(rng.integers(90, 230)))
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
    wave = speak(_text(rng), f"{accent}+{variant}", int(rng.integers(10, 90)), int(rng.integers(90, 200)))
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
        wave = vocode(wave, _saw(hz), rng.standard_normal(len(wave)))
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
        speech = speak(_text(rng), voice.name, 50, int(rng.integers(80, 110)), is_monotone=True)
    carrier = _saw(_sung_pitch(rng, len(speech), keys, float(rng.uniform(3, 15))))
    breath = rng.standard_normal(len(speech))
    sung = vocode(speech, carrier + float(rng.uniform(0, 0.15)) * breath, breath) * _swell(rng, len(speech), 0.15)
    aliases = ("singing", "singer", "sung voice", "vocal phrase", *_VOICE)
    words = ("melodic", "sustained") if len(keys) == 1 else ("melodic",)
    return sound(to_48k(sung, float(rng.uniform(-1, 1))), "sung vocal", "vocal", aliases, voice.words, words)


def choir(rng: Rng) -> Sound:
    """Layer many singers of one vowel, each a little late, detuned and with a vibrato of its own."""
    n_frames = round(ESPEAK_RATE_HZ * float(rng.uniform(1.0, 6.0)))
    vowel = pick(rng, ("ah", "oh", "oo", "ee", "mm"))
    chord = pick(rng, _CHORDS)
    root = int(rng.integers(45, 66))
    women = float(rng.uniform(0.0, 1.0))
    mouths = [_held(rng, random_voice(rng), vowel, n_frames) for _ in range(3)]
    total = np.zeros(n_frames)
    for mouth in mouths:
        carrier = np.zeros(n_frames)
        for _ in range(int(rng.integers(2, 5))):
            key = root + int(rng.choice(chord)) + (12 if chance(rng, 0.4 * women) else 0)
            carrier += _saw(_sung_pitch(rng, n_frames, [key], 20.0) * 2 ** float(rng.normal(0, 0.12) / 12))
        total += vocode(mouth, carrier, np.abs(rng.standard_normal(n_frames)))
    aliases = ("choir pad", "choral voices", "voices", f"choir {vowel}", "vocal pad", "chorus of voices")
    words = ("sustained", "wide", *(("chord",) if len(set(chord)) > 2 else ()))
    return sound(to_48k(total * _swell(rng, n_frames, 1.0)), "choir", "vocal", aliases, ("voices", "people"), words)


# ---- robots: what is done to a monotone voice; each returns the voice and a word for it


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
        _saw(_hz(root + interval) * glide * float(rng.uniform(0.995, 1.005))) for interval in pick(rng, _CHORDS)
    ]
    carrier = np.sum(carriers, axis=0)
    if chance(rng, 0.3):
        carrier = np.sign(carrier)
    return vocode(speech, carrier, rng.standard_normal(n) if chance(rng, 0.6) else carrier)


def robot_voice(rng: Rng) -> Sound:
    """Speak on one pitch, or through a vocoder, and spoil it with up to three effects."""
    voice = random_voice(rng)
    text = _text(rng) if chance(rng, 0.7) else " ".join(rng.choice(SYLLABLES, size=int(rng.integers(1, 6))))
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


def vocal_loop(rng: Rng) -> Sound:
    """Place chops of one word on the steps of a bar or two."""
    voice = random_voice(rng)
    bpm = float(rng.uniform(80, 160))
    step_seconds = 60 / bpm / 4
    n_bars = 2 if 32 * step_seconds <= 8.0 else 1
    loop = np.zeros(round(n_bars * 16 * step_seconds * SAMPLE_RATE_HZ))
    word = speak(_text(rng), voice.name, int(rng.integers(30, 90)), int(rng.integers(120, 200)))
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
