"""The system's eSpeak NG as a source of speech, and a linear-prediction vocoder that lets anything else say it."""

import shutil
import subprocess
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr
from scipy import signal

from training.recipes.dsp import Signal
from training.sound import SAMPLE_RATE_HZ

ESPEAK_RATE_HZ = 22_050
_WAV_HEADER_BYTES = 44
_LPC_ORDER = 26  # two poles a kilohertz and four more, as usual in speech coding
_FRAME = 512  # 23 ms
_HOP = _FRAME // 2
_PRE_EMPHASIS = 0.95
_UNVOICED_SHARE = 0.45  # of the power above 3 kHz, from which a frame counts as hiss

FEMALE_VARIANTS = ("f1", "f2", "f3", "f4", "f5", "belinda", "linda", "steph", "anika", "aunty", "grandma")
MALE_VARIANTS = (
    *(f"m{number}" for number in range(1, 9)),
    *("max", "ed", "rob", "robert", "paul", "david", "adam", "klatt2", "klatt4", "quincy", "grandpa", "croak"),
)
ACCENTS = tuple("en-us en-gb en-gb-scotland en-gb-x-rp en-029 de fr-fr es it pt-br nl sv pl tr id sw ro hu la".split())


@dataclass(frozen=True)
class Voice:
    """One speaker: an eSpeak NG language with a variant, and what a listener calls it."""

    name: str
    words: tuple[str, ...]


def random_voice(rng: np.random.Generator) -> Voice:
    accent = str(rng.choice(ACCENTS[:5] if rng.random() < 0.7 else ACCENTS))
    if rng.random() < 0.5:
        return Voice(f"{accent}+{rng.choice(FEMALE_VARIANTS)}", ("female",))
    return Voice(f"{accent}+{rng.choice(MALE_VARIANTS)}", ("male",))


def is_installed() -> bool:
    return shutil.which("espeak-ng") is not None


def speak(text: str, voice: str, pitch: int = 50, words_per_minute: int = 160, *, is_monotone: bool = False) -> Signal:
    """Say something.

    Args:
        text: Words, or phonemes in double brackets.
        voice: eSpeak NG language and variant, such as ``"en-us+f3"``.
        pitch: 0 to 99.
        words_per_minute: 80 to 450.
        is_monotone: Hold one pitch, as robots do.

    Returns:
        Mono float32 at ``ESPEAK_RATE_HZ`` with a peak of 1, without silence at its ends.

    Raises:
        RuntimeError: eSpeak NG said nothing.
    """
    spoken = f'<prosody range="0">{text}</prosody>' if is_monotone else text
    options = ["-z", "-v", voice, "-p", str(pitch), "-s", str(words_per_minute), *(["-m"] if is_monotone else [])]
    result = subprocess.run(["espeak-ng", *options, "--stdout", spoken], capture_output=True, check=True)
    waveform = np.frombuffer(result.stdout[_WAV_HEADER_BYTES:], dtype="<i2").astype(np.float32)
    loud = np.flatnonzero(np.abs(waveform) > 0.01 * np.max(np.abs(waveform), initial=1.0))
    if not len(loud):
        raise RuntimeError(f"espeak-ng -v {voice} said nothing for {text!r}")
    waveform = waveform[loud[0] : loud[-1] + 1]
    return waveform / np.max(np.abs(waveform))


def to_48k(waveform: Signal, semitones: float = 0.0) -> Signal:
    """Bring speech to 48 kHz, its speed and pitch changed like a record's."""
    return soxr.resample(waveform, ESPEAK_RATE_HZ * 2 ** (semitones / 12), SAMPLE_RATE_HZ)


def key_hz(key: Signal | float) -> Signal:
    """Turn MIDI keys into frequencies, 69 being 440 Hz."""
    return 440.0 * 2.0 ** ((np.asarray(key) - 69) / 12)


def sawtooth(hz: Signal) -> Signal:
    """Draw a sawtooth at ``ESPEAK_RATE_HZ``, one frequency a frame; the vocoder's filters hide its aliases."""
    return 2.0 * np.remainder(np.cumsum(hz) / ESPEAK_RATE_HZ, 1.0) - 1.0


def _frames(x: Signal) -> npt.NDArray[np.float64]:
    """Cut into half-overlapping frames, shape ``(n, _FRAME)``, the last one padded."""
    n = max(1, -(-len(x) // _HOP))
    padded = np.pad(np.asarray(x, dtype=np.float64), (0, (n + 1) * _HOP - len(x)))
    return np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP].copy()


def linear_prediction(frames: npt.NDArray[np.float64], order: int) -> tuple[npt.NDArray[np.float64], Signal]:
    """Fit an all-pole filter to each frame by the Levinson-Durbin recursion (Makhoul 1975).

    Args:
        frames: Windowed frames, shape ``(n, n_frames)``.
        order: Number of poles.

    Returns:
        Coefficients, shape ``(n, order + 1)``, the first of each 1, and the gain of each filter, shape ``(n,)``.
    """
    spectrum = np.abs(np.fft.rfft(frames, 2 * frames.shape[1])) ** 2
    correlation = np.fft.irfft(spectrum)[:, : order + 1]
    correlation[:, 0] = correlation[:, 0] * 1.0001 + 1e-9  # a noise floor of -40 dB keeps the filters stable
    coefficients = np.zeros((len(frames), order + 1))
    coefficients[:, 0] = 1.0
    error = correlation[:, 0].copy()
    for i in range(1, order + 1):
        known = coefficients[:, :i]
        reflection = -np.sum(known * correlation[:, i:0:-1], axis=1) / error
        coefficients[:, 1 : i + 1] += reflection[:, None] * known[:, ::-1]
        error *= 1.0 - reflection**2
    return coefficients, np.sqrt(np.maximum(error, 0.0) / frames.shape[1])


def vocode(speech: Signal, carrier: Signal, hiss: Signal) -> Signal:
    """Let a carrier speak: drive the filters of the speech with it, and with hiss where the speech hisses.

    Args:
        speech: At ``ESPEAK_RATE_HZ``.
        carrier: Voiced excitation of the same length and rate, falling by 6 dB an octave like a sawtooth.
        hiss: White noise of the same length.

    Returns:
        The same length and rate, with a peak of 1.
    """
    window = signal.windows.hann(_FRAME, sym=False)
    emphasized = signal.lfilter([1.0, -_PRE_EMPHASIS], [1.0], speech)
    filters, gains = linear_prediction(_frames(emphasized) * window, _LPC_ORDER)
    power = np.abs(np.fft.rfft(_frames(speech) * window)) ** 2
    split = round(3000 / ESPEAK_RATE_HZ * _FRAME)
    is_hiss = power[:, split:].sum(axis=1) > _UNVOICED_SHARE * (power.sum(axis=1) + 1e-12)
    drive = np.where(is_hiss[:, None], _frames(hiss) * 0.5, _frames(carrier)) * window
    out = np.zeros((len(drive) + 3) * _HOP)
    for index, (coefficients, gain) in enumerate(zip(filters, gains, strict=True)):
        spoken = signal.lfilter([gain], coefficients, np.pad(drive[index], (0, _HOP)))
        out[index * _HOP : index * _HOP + len(spoken)] += spoken
    out = out[: len(speech)]
    return (out / (np.max(np.abs(out)) + 1e-9)).astype(np.float32)
