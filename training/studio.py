"""The recording chain for whole batches: the effects of ``training.chain``, drawn anew each time a sound is used.

Rows of a batch are sounds of one length, padded with zeros. Effects that few rows draw work on those rows alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from training.chain import CONTRADICTS, synthetic_room
from training.sound import SAMPLE_RATE_HZ, Waveform

# What the studio can make true of a sound.
WORDS = ("wet", "distorted", "lo-fi", "bright", "dark", "muffled", "thin", "noisy", "echo")

_N_SYNTHETIC_ROOMS = 400
_ROOM_FRAMES = 65_536  # 1.4 s
_FILTER_FRAMES = 4096
_LEVEL_BLOCK = 48  # 1 ms: how finely a compressor follows


@dataclass
class Recorded:
    """A batch after the chain.

    Attributes:
        waveform: Unit peak, shape ``(n, n_frames)``.
        words: Which of ``WORDS`` the chain made true, shape ``(n, len(WORDS))``.
    """

    waveform: torch.Tensor
    words: torch.Tensor


class Dice:
    """Random numbers of one generator, a row of a batch each."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self.generator = torch.Generator(device).manual_seed(seed)
        self.device = device

    def uniform(self, low: float, high: float, n: int, columns: int = 1) -> torch.Tensor:
        """Draw shape ``(n, columns)``."""
        return torch.rand(n, columns, generator=self.generator, device=self.device) * (high - low) + low

    def log_uniform(self, low: float, high: float, n: int) -> torch.Tensor:
        """Draw evenly on a log scale, shape ``(n, 1)``."""
        return self.uniform(math.log(low), math.log(high), n).exp()

    def normal(self, deviation: float, n: int, columns: int = 1) -> torch.Tensor:
        """Draw shape ``(n, columns)`` around zero."""
        return torch.randn(n, columns, generator=self.generator, device=self.device) * deviation

    def chance(self, probability: float, n: int) -> torch.Tensor:
        """Decide for each row, shape ``(n, 1)``."""
        return self.uniform(0, 1, n) < probability

    def rows(self, probability: float, n: int) -> torch.Tensor:
        """Draw which rows, shape ``(about n * probability,)``."""
        return self.chance(probability, n)[:, 0].nonzero()[:, 0]

    def integers(self, high: int, n: int) -> torch.Tensor:
        """Draw from ``[0, high)``, shape ``(n,)``."""
        return torch.randint(high, (n,), generator=self.generator, device=self.device)


class Studio:
    """A random recording chain over batches.

    Args:
        impulse_responses: Recorded rooms and plates at 48 kHz; synthetic ones are used as well.
        seed: Of everything that is drawn.
        device: Where batches lie.
    """

    def __init__(self, impulse_responses: Sequence[Waveform], seed: int, device: torch.device) -> None:
        self.dice = Dice(seed, device)
        rng = np.random.default_rng(seed)
        rooms = [*impulse_responses, *(synthetic_room(rng) for _ in range(_N_SYNTHETIC_ROOMS))]
        self._n_recorded = len(impulse_responses)
        self._rooms = torch.stack([_fitted(room, _ROOM_FRAMES) for room in rooms]).to(device)

    def __call__(self, x: torch.Tensor, is_struck: torch.Tensor) -> Recorded:
        """Record sounds.

        Args:
            x: Shape ``(n, n_frames)``.
            is_struck: Which are drums and other strokes, shape ``(n,)``.
        """
        words = torch.zeros(len(x), len(WORDS), dtype=torch.bool, device=x.device)
        x = unit_peak(x)
        self._damp(x)
        self._sustain(x, is_struck)
        self._shake_the_kit(x, is_struck)
        self._saturate(x, words)
        self._room(x, words)
        self._echo(x, words)
        x = self._filter(x, words)
        self._compress(x)
        self._sample_coarsely(x, words)
        self._clip(x, words)
        self._cut(x)
        x = self._start(x)
        self._noise_floor(x, words)
        return Recorded(unit_peak(x), words)

    def _damp(self, x: torch.Tensor) -> None:
        """Let some decay sooner, as a damped head or a short envelope does."""
        rows = self.dice.rows(0.2, len(x))
        seconds = self.dice.log_uniform(0.04, 2.0, len(rows))
        time = torch.arange(x.shape[1], device=x.device) / SAMPLE_RATE_HZ
        x[rows] *= torch.exp(-6.9 / seconds * time)

    def _sustain(self, x: torch.Tensor, is_struck: torch.Tensor) -> None:
        """Let some strokes ring up to twice as long, as a looser head or a hand taken away does."""
        rows = (self.dice.chance(0.3, len(x))[:, 0] & is_struck).nonzero()[:, 0]
        ends = _ends(x[rows], 1e-3)
        time = torch.arange(x.shape[1], device=x.device)
        longer = 1 - 1 / self.dice.uniform(1, 2, len(rows))
        gain = torch.exp(6.9 * longer * (time / ends).clamp(max=1)) * _fade_at(ends, 0.3 * ends, x.shape[1])
        x[rows] = unit_peak(x[rows] * gain)

    def _shake_the_kit(self, x: torch.Tensor, is_struck: torch.Tensor) -> None:
        """Let what stands around a stroke answer it: snares, heads and cymbals fill every band far below it.

        What a synthesizer leaves dark between partials, no recorded drum does.
        """
        n, dice = len(x), self.dice
        rows = (dice.uniform(0, 1, n)[:, 0] < torch.where(is_struck, 0.5, 0.1)).nonzero()[:, 0]
        n = len(rows)
        octaves = torch.log2(torch.linspace(0, 24, _FILTER_FRAMES // 2 + 1, device=x.device).clamp(min=0.03))[None]
        colour = _minimum_phase(dice.uniform(-6, 1, n) * octaves - (octaves - dice.uniform(1, 4.5, n)).clamp(min=0) * 9)
        noise = torch.randn(n, x.shape[1], generator=dice.generator, device=x.device)
        time = torch.arange(x.shape[1], device=x.device) / SAMPLE_RATE_HZ
        noise = _convolve(noise, colour) * torch.exp(-6.9 / dice.log_uniform(0.04, 2.0, n) * time)
        x[rows] = unit_peak(x[rows] + 10 ** (-dice.uniform(6, 45, n) / 20) * unit_peak(noise))

    def _saturate(self, x: torch.Tensor, words: torch.Tensor) -> None:
        rows = self.dice.rows(0.25, len(x))
        drive = 10 ** (self.dice.uniform(0, 30, len(rows)) / 20)
        bias = self.dice.uniform(0, 0.3, len(rows)) * self.dice.chance(0.5, len(rows))
        x[rows] = unit_peak(torch.tanh(drive * x[rows] + bias) - torch.tanh(bias))
        _say(words, "distorted", rows, drive > 10)

    def _room(self, x: torch.Tensor, words: torch.Tensor) -> None:
        rows = self.dice.rows(0.6, len(x))
        n = len(rows)
        synthetic = self._n_recorded + self.dice.integers(len(self._rooms) - self._n_recorded, n)
        recorded = self.dice.integers(max(1, self._n_recorded), n)
        is_recorded = self.dice.chance(0.6 if self._n_recorded else 0.0, n)[:, 0]
        dry = x[rows]
        wet_sound = _convolve(dry, self._rooms[torch.where(is_recorded, recorded, synthetic)])
        # A tail longer than the sound by much would be a sound of its own.
        ends = _ends(dry, 1e-3) * self.dice.uniform(1.5, 3, n) + self.dice.uniform(0.1, 0.8, n) * SAMPLE_RATE_HZ
        wet_sound *= _fade_at(ends, 0.05 * SAMPLE_RATE_HZ, x.shape[1])
        wet_sound *= _rms(dry) / _rms(wet_sound).clamp(min=1e-9)
        # Half of what is recorded "dry" still has a room far below it.
        faint = 10 ** (-self.dice.uniform(14, 40, n) / 20)
        wet = torch.where(self.dice.chance(0.5, n), faint, _beta(self.dice, 1.2, 2.5, n))
        x[rows] = unit_peak((1 - wet) * dry + wet * wet_sound)
        _say(words, "wet", rows, wet > 0.35)

    def _echo(self, x: torch.Tensor, words: torch.Tensor) -> None:
        """Repeat some after 60 to 400 ms, and others so soon that it colours them, as a wall or a second microphone."""
        for probability, low, high in ((0.07, 0.06, 0.4), (0.15, 0.0001, 0.02)):
            rows = self.dice.rows(probability, len(x))
            delay = (self.dice.log_uniform(low, high, len(rows)) * SAMPLE_RATE_HZ).long()
            feedback = self.dice.uniform(0.2, 0.6, len(rows)) * torch.where(self.dice.chance(0.7, len(rows)), 1, -1)
            repeated = x[rows]
            out = repeated.clone()
            for repeat in range(1, 4 if low > 0.05 else 2):
                out += feedback**repeat * _shifted(repeated, delay * repeat)
            x[rows] = unit_peak(out)
            if low > 0.05:
                _say(words, "echo", rows, feedback.abs() > 0.35)
                _say(words, "wet", rows, feedback.abs() > 0.35)

    def _filter(self, x: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Tilt, raise and cut bands, and limit some as codecs, telephones, tapes and small speakers do."""
        n, dice = len(x), self.dice
        hz = torch.arange(_FILTER_FRAMES // 2 + 1, device=x.device) * SAMPLE_RATE_HZ / _FILTER_FRAMES
        octaves = torch.log2(hz.clamp(min=15) / 1000)[None]
        tilt = dice.normal(1.8, n) * dice.chance(0.7, n)
        gain = tilt * octaves
        for probability in (0.55, 0.4, 0.3, 0.15):
            center, width = dice.uniform(-5, 4.2, n), dice.uniform(0.2, 2.0, n)
            height = dice.normal(7, n) * dice.chance(probability, n)
            gain = gain + height * torch.exp(-0.5 * ((octaves - center) / width) ** 2)
        gain = gain.clamp(-36, 36)
        kind = dice.uniform(0, 1, n) / 0.25  # a quarter is limited
        low, high = torch.full_like(kind, 10.0), torch.full_like(kind, 20_000.0)
        high = torch.where(kind < 0.35, dice.uniform(10_000, 17_000, n), high)
        is_muffled = (kind >= 0.35) & (kind < 0.65)
        high = torch.where(is_muffled, dice.log_uniform(1500, 9000, n), high)
        is_thin = (kind >= 0.65) & (kind < 0.85)
        low = torch.where(is_thin, dice.log_uniform(60, 400, n), low)
        is_small = (kind >= 0.85) & (kind < 1.0)
        low = torch.where(is_small, dice.uniform(200, 450, n), low)
        high = torch.where(is_small, dice.uniform(2800, 5000, n), high)
        above = (octaves - torch.log2(high / 1000)).clamp(min=0)
        below = (torch.log2(low / 1000) - octaves).clamp(min=0)
        gain = gain - dice.uniform(12, 60, n) * (above + below)
        everyone = torch.arange(n, device=x.device)
        for word, is_true in (
            ("bright", tilt > 2.5),
            ("dark", tilt < -2.5),
            ("muffled", is_muffled),
            ("thin", is_thin),
            ("lo-fi", is_small),
        ):
            _say(words, word, everyone, is_true)
        return unit_peak(_convolve(x, _minimum_phase(gain)))

    def _compress(self, x: torch.Tensor) -> None:
        rows = self.dice.rows(0.25, len(x))
        n = len(rows)
        level = functional.avg_pool1d(x[rows].abs()[:, None], _LEVEL_BLOCK, ceil_mode=True)[:, 0]
        blocks_per_second = SAMPLE_RATE_HZ / _LEVEL_BLOCK
        time = torch.arange(level.shape[1], device=x.device)
        smooth = []
        for seconds in (self.dice.uniform(0.001, 0.03, n), self.dice.uniform(0.03, 0.3, n)):
            pole = torch.exp(-1 / (seconds * blocks_per_second))
            smooth.append(_convolve(level, (1 - pole) * pole**time))
        over_db = (20 * torch.log10(torch.maximum(*smooth).clamp(min=1e-6)) + self.dice.uniform(8, 35, n)).clamp(min=0)
        gain_db = -over_db * (1 - 1 / self.dice.uniform(2, 20, n))
        gain = functional.interpolate(gain_db[:, None], size=x.shape[1], mode="linear")[:, 0]
        x[rows] = unit_peak(x[rows] * 10 ** (gain / 20))

    def _sample_coarsely(self, x: torch.Tensor, words: torch.Tensor) -> None:
        """Hold or join samples at 8 to 32 kHz, with 8 to 16 bits, some of them companded."""
        rows = self.dice.rows(0.2, len(x))
        n = len(rows)
        rate_hz = self.dice.log_uniform(8000, 32_000, n)
        choices = torch.tensor([8, 8, 10, 12, 12, 16], device=x.device)
        bits = choices[self.dice.integers(len(choices), n)][:, None]
        place = torch.arange(x.shape[1], device=x.device) * (rate_hz / SAMPLE_RATE_HZ)
        part = torch.where(self.dice.chance(0.5, n), place.frac(), 0.0)
        sound = x[rows]
        held, after = (
            sound.gather(1, ((place.floor() + k) * (SAMPLE_RATE_HZ / rate_hz)).long().clamp(max=x.shape[1] - 1))
            for k in (0, 1)
        )
        narrow = held + part * (after - held)
        steps = 2.0 ** (bits - 1)
        companded = narrow.sign() * torch.log1p(255 * narrow.abs()) / math.log(256)
        companded = (companded * steps).round() / steps
        expanded = companded.sign() * (256 ** companded.abs() - 1) / 255
        x[rows] = torch.where(self.dice.chance(0.3, n), expanded, (narrow * steps).round() / steps)
        _say(words, "lo-fi", rows, (bits == 8) & (rate_hz < 16_000))

    def _clip(self, x: torch.Tensor, words: torch.Tensor) -> None:
        rows = self.dice.rows(0.08, len(x))
        ceiling = 10 ** (-self.dice.uniform(3, 15, len(rows)) / 20)
        x[rows] = unit_peak(torch.minimum(torch.maximum(unit_peak(x[rows]), -ceiling), ceiling))
        _say(words, "distorted", rows, ceiling < 0.35)

    def _noise_floor(self, x: torch.Tensor, words: torch.Tensor) -> None:
        """Add hiss, dull noise or hum, 75 to 30 dB below the peak."""
        rows = self.dice.rows(0.4, len(x))
        n = len(rows)
        white = torch.randn(n, x.shape[1], generator=self.dice.generator, device=x.device)
        dull = 0.05 * functional.avg_pool1d(white[:, None], 41, 1, 20, count_include_pad=False)[:, 0] * 41**0.5
        time = torch.arange(x.shape[1], device=x.device) / SAMPLE_RATE_HZ
        mains = 2 * torch.pi * torch.where(self.dice.chance(0.5, n), 50.0, 60.0) * time
        hum = sum(torch.sin(number * mains + self.dice.uniform(0, 6, n)) / number for number in (1, 3, 5))
        kind = self.dice.uniform(0, 1, n)
        noise = torch.where(kind < 0.5, white, torch.where(kind < 0.8, dull * 10, torch.as_tensor(hum)))
        below_db = self.dice.uniform(30, 75, n)
        # The file ends some time after its sound, and the noise with it.
        ends = _ends(x[rows], 1e-3) + self.dice.log_uniform(0.005, 0.5, n) * SAMPLE_RATE_HZ
        x[rows] += 10 ** (-below_db / 20) * noise * _fade_at(ends, 0.01 * SAMPLE_RATE_HZ, x.shape[1])
        _say(words, "noisy", rows, below_db < 36)

    def _cut(self, x: torch.Tensor) -> None:
        """End some files early, with a short fade."""
        rows = self.dice.rows(0.15, len(x))
        n = len(rows)
        ends = _ends(x[rows], 0.03) * self.dice.uniform(0.35, 0.95, n) + 0.02 * SAMPLE_RATE_HZ
        x[rows] *= _fade_at(ends, self.dice.uniform(0.001, 0.08, n) * SAMPLE_RATE_HZ, x.shape[1])

    def _start(self, x: torch.Tensor) -> torch.Tensor:
        """Begin some late, cut the start of others or fade them in."""
        n, time = len(x), torch.arange(x.shape[1], device=x.device)
        fade = (self.dice.log_uniform(0.001, 0.015, n) * SAMPLE_RATE_HZ) * self.dice.chance(0.1, n)
        x = x * ((time + 1) / fade.clamp(min=1)).clamp(max=1)
        late = self.dice.log_uniform(0.0005, 0.08, n) * self.dice.chance(0.4, n)
        early = self.dice.uniform(0.0005, 0.008, n) * self.dice.chance(0.05, n)
        return _shifted(x, ((late - early) * SAMPLE_RATE_HZ).long())


def unit_peak(x: torch.Tensor) -> torch.Tensor:
    """Scale rows to a peak of one; silence stays."""
    return x / x.abs().amax(1, keepdim=True).clamp(min=1e-9)


def contradictions(vocabulary: Sequence[str]) -> torch.Tensor:
    """Tell which words each of ``WORDS`` makes untrue, shape ``(len(WORDS), len(vocabulary))``."""
    return torch.tensor([[word in CONTRADICTS.get(said, ()) for word in vocabulary] for said in WORDS])


def _say(words: torch.Tensor, word: str, rows: torch.Tensor, is_true: torch.Tensor) -> None:
    words[rows, WORDS.index(word)] |= is_true[:, 0]


def _fitted(waveform: Waveform, n_frames: int) -> torch.Tensor:
    cut = torch.from_numpy(waveform[:n_frames])
    return functional.pad(cut, (0, n_frames - len(cut)))


def _convolve(x: torch.Tensor, kernels: torch.Tensor) -> torch.Tensor:
    """Convolve each row with a kernel of its own; the length stays."""
    if not len(x):  # MKL transforms no empty batch
        return x
    n = _fast_length(x.shape[1] + kernels.shape[1])
    return torch.fft.irfft(torch.fft.rfft(x, n) * torch.fft.rfft(kernels, n), n)[:, : x.shape[1]]


def _fast_length(n: int) -> int:
    """Find the next length with factors of 2, 3 and 5 alone."""
    best = 1 << (n - 1).bit_length()
    for factor in (3, 5, 9, 15):
        length = factor
        while length < n:
            length *= 2
        best = min(best, length)
    return best


def _minimum_phase(gain_db: torch.Tensor) -> torch.Tensor:
    """Turn magnitudes into kernels that smear no attack ahead, by the folded cepstrum."""
    if not len(gain_db):
        return gain_db[:, : _FILTER_FRAMES // 2]
    cepstrum = torch.fft.irfft((gain_db / 20 * math.log(10)).clamp(min=-9))
    cepstrum[:, 1 : _FILTER_FRAMES // 2] *= 2
    cepstrum[:, _FILTER_FRAMES // 2 + 1 :] = 0
    return torch.fft.irfft(torch.exp(torch.fft.rfft(cepstrum)))[:, : _FILTER_FRAMES // 2]


def _shifted(x: torch.Tensor, frames: torch.Tensor) -> torch.Tensor:
    """Move each row later by ``frames``, shape ``(n, 1)``, or earlier if that is negative."""
    place = torch.arange(x.shape[1], device=x.device) - frames
    is_inside = (place >= 0) & (place < x.shape[1])
    return x.gather(1, place.clamp(0, x.shape[1] - 1)) * is_inside


def _ends(x: torch.Tensor, share: float) -> torch.Tensor:
    """Find the last frame of each row above a share of its peak, shape ``(n, 1)``."""
    level = x.abs()
    is_loud = level >= share * level.amax(1, keepdim=True)
    return x.shape[1] - is_loud.flip(1).byte().argmax(1, keepdim=True)


def _fade_at(ends: torch.Tensor, fade_frames: torch.Tensor | float, n_frames: int) -> torch.Tensor:
    """Make gains that reach zero at ``ends`` after a straight fade."""
    time = torch.arange(n_frames, device=ends.device)
    return ((ends - time) / torch.as_tensor(fade_frames)).clamp(0, 1)


def _rms(x: torch.Tensor) -> torch.Tensor:
    return x.square().mean(1, keepdim=True).sqrt()


def _beta(dice: Dice, a: float, b: float, n: int) -> torch.Tensor:
    """Draw from a beta distribution through two gammas that are sums of powers; close enough for a mix."""
    u, v = dice.uniform(1e-6, 1, n) ** (1 / a), dice.uniform(1e-6, 1, n) ** (1 / b)
    return u / (u + v)
