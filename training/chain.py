"""The recording chain: what happens to a sound between its making and its file.

Real libraries hold sounds that went through rooms, plates, tape, samplers, compressors and codecs. Each effect takes a
waveform and a generator and gives back the waveform and the words that are now true of it.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.signal
import soundfile
import soxr

from training.sound import SAMPLE_RATE_HZ, Waveform

MAX_SECONDS = 8.0
MIN_FRAMES = int(0.02 * SAMPLE_RATE_HZ)

Changed = tuple[Waveform, tuple[str, ...]]
Effect = Callable[[Waveform, np.random.Generator], Changed]

# What an effect makes untrue.
CONTRADICTS = {
    "wet": {"dry", "tight"},
    "distorted": {"clean", "pure", "soft"},
    "lo-fi": {"clean", "hi-fi", "crisp", "pure"},
    "muffled": {"bright", "crisp", "sizzling", "airy"},
    "bright": {"dark", "warm", "muffled"},
    "thin": {"fat", "thick", "deep", "boomy"},
    "short": {"long", "sustained", "ringing"},
}


def load_impulse_responses(folder: Path) -> list[Waveform]:
    """Read every FLAC below ``folder`` as an impulse response at 48 kHz, unit energy, three seconds at most."""
    responses = []
    for path in sorted(folder.rglob("*.flac")):
        frames, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        response = soxr.resample(frames.mean(axis=1), rate_hz, SAMPLE_RATE_HZ)[: 3 * SAMPLE_RATE_HZ]
        response = response[np.argmax(np.abs(response) > 0.1 * np.abs(response).max()) :]
        responses.append((response / np.sqrt(np.sum(response**2))).astype(np.float32))
    return responses


class Chain:
    """A random recording chain, deterministic by its generator.

    Args:
        impulse_responses: Recorded rooms and plates; synthetic ones are used as well, or alone if there are none.
    """

    def __init__(self, impulse_responses: Sequence[Waveform] = ()) -> None:
        self._responses = impulse_responses
        # (probability, effect), in the order of a studio: instrument, room, desk, recorder, sampler, editor.
        self._effects: tuple[tuple[float, Effect], ...] = (
            (0.6, change_speed),
            (0.25, saturate),
            (0.45, self._room),
            (0.1, echo),
            (0.7, equalize),
            (0.25, compress),
            (0.2, limit_band),
            (0.25, sample_coarsely),
            (0.1, clip_hard),
            (0.35, add_noise_floor),
            (0.15, cut_tail),
            (0.1, cut_attack),
            (0.15, lead_in),
        )

    def __call__(self, waveform: Waveform, rng: np.random.Generator) -> Changed:
        """Send a sound through the chain.

        Returns:
            The recorded sound at unit peak, and the words that the chain made true of it.
        """
        words: list[str] = []
        for probability, effect in self._effects:
            if rng.random() < probability:
                waveform, new_words = effect(waveform, rng)
                words.extend(new_words)
        waveform = waveform[: int(MAX_SECONDS * SAMPLE_RATE_HZ)]
        return _unit_peak(waveform), tuple(words)

    def _room(self, waveform: Waveform, rng: np.random.Generator) -> Changed:
        if self._responses and rng.random() < 0.6:
            response = self._responses[int(rng.integers(len(self._responses)))]
        else:
            response = synthetic_room(rng)
        wet = float(rng.beta(1.2, 2.5))
        # A tail longer than the sound by much would be a sound of its own.
        tail = response[: int(len(waveform) * rng.uniform(0.5, 1.5)) + SAMPLE_RATE_HZ // 5]
        reverberant = scipy.signal.oaconvolve(waveform, tail).astype(np.float32)
        reverberant *= _rms(waveform) / max(_rms(reverberant), 1e-9)
        mixed = wet * reverberant
        mixed[: len(waveform)] += (1 - wet) * waveform
        return _trim_quiet_end(mixed), ("wet", "reverb") if wet > 0.35 else ()


def synthetic_room(rng: np.random.Generator) -> Waveform:
    """Noise that decays faster at high frequencies, after early reflections; 0.08 to 2.5 s (Moorer 1979)."""
    seconds = float(np.exp(rng.uniform(np.log(0.08), np.log(2.5))))
    n_frames = int(seconds * SAMPLE_RATE_HZ)
    time = np.arange(n_frames) / SAMPLE_RATE_HZ
    noise = rng.standard_normal(n_frames)
    dull = scipy.signal.lfilter([1.0], [1.0, -rng.uniform(0.5, 0.95)], noise)
    dull /= max(_rms(dull), 1e-9)
    response = noise * np.exp(-time * 6.9 / (seconds * rng.uniform(0.2, 0.6))) + dull * np.exp(-time * 6.9 / seconds)
    early = (rng.uniform(0.001, 0.04, 6) * SAMPLE_RATE_HZ).astype(int)
    early = early[early < n_frames]
    response[early] += rng.uniform(-4, 4, len(early))
    return (response / np.sqrt(np.sum(response**2))).astype(np.float32)


def change_speed(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Play faster or slower, pitch and length together, mostly within a third, a fifth at most."""
    semitones = float(np.clip(rng.normal(0, 2.5), -7, 7))
    rate = SAMPLE_RATE_HZ * 2 ** (-semitones / 12)
    return _at_least(soxr.resample(waveform, SAMPLE_RATE_HZ, rate, quality="LQ")), ()


def saturate(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Drive a tape or a tube: symmetric or not, up to 30 dB in."""
    drive = 10 ** (rng.uniform(0, 30) / 20)
    bias = rng.uniform(0, 0.3) if rng.random() < 0.5 else 0.0
    driven = np.tanh(drive * _unit_peak(waveform) + bias) - np.tanh(bias)
    return driven.astype(np.float32), ("distorted",) if drive > 10 else ()


def clip_hard(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Clip 3 to 15 dB off the peaks."""
    ceiling = 10 ** (-rng.uniform(3, 15) / 20)
    return np.clip(_unit_peak(waveform), -ceiling, ceiling), ("distorted",) if ceiling < 0.35 else ()


def echo(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Repeat after 60 to 400 ms, each time weaker and two to four times."""
    delay = int(rng.uniform(0.06, 0.4) * SAMPLE_RATE_HZ)
    feedback = rng.uniform(0.2, 0.6)
    n_repeats = int(rng.integers(2, 5))
    out = np.zeros(len(waveform) + n_repeats * delay, dtype=np.float32)
    for repeat in range(n_repeats + 1):
        start = repeat * delay
        out[start : start + len(waveform)] += feedback**repeat * waveform
    return out, ("echo", "delay", "wet") if feedback > 0.35 else ()


def equalize(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Tilt the spectrum, then raise or cut up to four bands; drawn as one smooth curve over log frequency."""
    tilt_db = rng.normal(0, 1.5)  # per octave

    def curve_db(octaves: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        gain = tilt_db * octaves
        for _ in range(int(rng.integers(0, 5))):
            center, width = rng.uniform(-5, 4.2), rng.uniform(0.2, 2.0)
            gain = gain + rng.normal(0, 7) * np.exp(-0.5 * ((octaves - center) / width) ** 2)
        return np.clip(gain, -36, 36)

    words = ("bright",) if tilt_db > 2.5 else ("dark",) if tilt_db < -2.5 else ()
    return _filter(waveform, curve_db), words


def limit_band(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Cut as a codec, a telephone, an old tape or a small speaker does."""
    kind = rng.random()
    low_hz, high_hz, words = 10.0, 20_000.0, ()
    if kind < 0.35:
        high_hz = rng.uniform(10_000, 17_000)  # mp3 and early samplers
    elif kind < 0.65:
        high_hz, words = np.exp(rng.uniform(np.log(1500), np.log(9000))), ("muffled",)
    elif kind < 0.85:
        low_hz, words = np.exp(rng.uniform(np.log(60), np.log(400))), ("thin",)
    else:
        low_hz, high_hz, words = rng.uniform(200, 450), rng.uniform(2800, 5000), ("lo-fi",)
    slope_db = rng.uniform(12, 60)  # per octave
    low, high = np.log2(low_hz / 1000), np.log2(high_hz / 1000)

    def curve_db(octaves: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(-slope_db * (np.maximum(octaves - high, 0) + np.maximum(low - octaves, 0)))

    return _filter(waveform, curve_db), words


def compress(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Compress 2:1 to 20:1 above -35 to -8 dB of the peak; the gain follows a smoothed envelope."""
    waveform = _unit_peak(waveform)
    attack, release = rng.uniform(0.0005, 0.03), rng.uniform(0.03, 0.3)
    level = np.maximum(_smooth(np.abs(waveform), attack), _smooth(np.abs(waveform), release))
    over_db = np.maximum(20 * np.log10(level + 1e-6) + rng.uniform(8, 35), 0)
    gain_db = -over_db * (1 - 1 / rng.uniform(2, 20))
    return (waveform * 10 ** (gain_db / 20)).astype(np.float32), ()


def sample_coarsely(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Record with an early sampler: 8 to 32 kHz with or without an alias filter, 8 or 12 bits, companded or not."""
    rate_hz = float(np.exp(rng.uniform(np.log(8000), np.log(32_000))))
    waveform = _unit_peak(waveform)
    if rng.random() < 0.6:
        narrow = soxr.resample(waveform, SAMPLE_RATE_HZ, rate_hz, quality="LQ")
    else:
        narrow = waveform[(np.arange(0, len(waveform), SAMPLE_RATE_HZ / rate_hz)).astype(int)]
    bits = int(rng.choice([8, 8, 10, 12, 12, 16]))
    steps = 2.0 ** (bits - 1)
    if rng.random() < 0.3:  # mu-law companding, as in the drum machines of 1982
        narrow = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
        narrow = np.round(narrow * steps) / steps
        narrow = np.sign(narrow) * (256 ** np.abs(narrow) - 1) / 255
    else:
        narrow = np.round(narrow * steps) / steps
    narrow = np.ascontiguousarray(narrow, dtype=np.float32)
    if rng.random() < 0.5:
        wide = soxr.resample(narrow, rate_hz, SAMPLE_RATE_HZ, quality="LQ")
    else:  # held steps, with their images above
        held = (np.arange(len(waveform)) * rate_hz / SAMPLE_RATE_HZ).astype(int)
        wide = _at_least(narrow)[np.minimum(held, max(0, len(narrow) - 1))]
    return _at_least(wide), ("lo-fi", "gritty") if bits == 8 and rate_hz < 16_000 else ()


def add_noise_floor(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Add hiss, pink noise or mains hum, 75 to 30 dB below the peak."""
    n_frames = len(waveform)
    kind = rng.random()
    if kind < 0.5:
        noise = rng.standard_normal(n_frames)
    elif kind < 0.8:
        noise = scipy.signal.lfilter([0.05], [1.0, -0.95], rng.standard_normal(n_frames)) * 3
    else:
        mains_hz, time = rng.choice([50.0, 60.0]), np.arange(n_frames) / SAMPLE_RATE_HZ
        noise = sum(np.sin(2 * np.pi * mains_hz * n * time + rng.uniform(0, 6)) / n for n in (1, 2, 3, 5, 7))
    below_db = rng.uniform(30, 75)
    noisy = _unit_peak(waveform) + 10 ** (-below_db / 20) * noise
    return noisy.astype(np.float32), ("noisy",) if below_db < 36 else ()


def cut_tail(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """End the file early, with a short fade."""
    keep = rng.uniform(0.35, 0.9)
    kept = _at_least(waveform[: int(len(waveform) * keep)]).copy()
    n_fade = min(len(kept), int(rng.uniform(0.001, 0.08) * SAMPLE_RATE_HZ))
    kept[-n_fade:] *= np.linspace(1, 0, n_fade, dtype=np.float32)
    return kept, ()


def cut_attack(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Start late by up to 8 ms, or fade in over up to 15 ms."""
    if rng.random() < 0.5:
        return _at_least(waveform[int(rng.uniform(0.0005, 0.008) * SAMPLE_RATE_HZ) :]), ()
    faded = waveform.copy()
    n_fade = min(len(faded), int(rng.uniform(0.001, 0.015) * SAMPLE_RATE_HZ))
    faded[:n_fade] *= np.linspace(0, 1, n_fade, dtype=np.float32)
    return faded, ()


def lead_in(waveform: Waveform, rng: np.random.Generator) -> Changed:
    """Wait before the sound, up to 80 ms, over the quietest of hiss."""
    silence = rng.standard_normal(int(rng.uniform(0.001, 0.08) * SAMPLE_RATE_HZ)).astype(np.float32)
    level = 10 ** (-rng.uniform(40, 90) / 20) * np.abs(waveform).max(initial=1e-6)
    return np.concatenate([level * silence, waveform]).astype(np.float32), ()


def _filter(waveform: Waveform, curve_db: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]) -> Waveform:
    """Apply a minimum-phase filter, given as dB over octaves from 1 kHz, so that no attack is smeared ahead."""
    n_fft = 4096
    hz = np.arange(n_fft // 2 + 1) * SAMPLE_RATE_HZ / n_fft
    gain = curve_db(np.log2(np.maximum(hz, 15) / 1000)) / 20 * np.log(10)
    cepstrum = np.fft.irfft(np.maximum(gain, -9))
    cepstrum[1 : n_fft // 2] *= 2
    cepstrum[n_fft // 2 + 1 :] = 0
    response = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)))[: n_fft // 2].astype(np.float32)
    return scipy.signal.oaconvolve(waveform, response)[: len(waveform)].astype(np.float32)


def _smooth(level: Waveform, seconds: float) -> Waveform:
    pole = float(np.exp(-1 / (seconds * SAMPLE_RATE_HZ)))
    return np.asarray(scipy.signal.lfilter([1 - pole], [1, -pole], level))


def _trim_quiet_end(waveform: Waveform) -> Waveform:
    loud = np.flatnonzero(np.abs(waveform) > 1e-3 * np.abs(waveform).max(initial=1e-9))
    return waveform[: loud[-1] + 1] if len(loud) else waveform


def _at_least(waveform: Waveform) -> Waveform:
    """Pad what an effect has left shorter than ``MIN_FRAMES``."""
    return np.pad(waveform, (0, max(0, MIN_FRAMES - len(waveform))))


def _unit_peak(waveform: Waveform) -> Waveform:
    return waveform / max(float(np.abs(waveform).max(initial=0.0)), 1e-9)


def _rms(waveform: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(waveform))))
