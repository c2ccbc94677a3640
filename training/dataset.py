"""Rendered shards in memory, and batches drawn from them."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, N_CHANNELS, N_MELS
from training.captions import Facts, captions

CAPTIONS_PER_RECORDING = 2
# A recording is drawn as often as others of its kind are rare, to this power: 1 makes kinds even.
_BALANCE = 0.7
_CROP_FRAMES = (60, 240)  # the network must know a pad by its first second

_POWER = (10 ** ((np.arange(256) / 255 - 1) * DYNAMIC_RANGE_DB / 10)).astype(np.float32)

Picture = npt.NDArray[np.float32]  # dB, shape (N_CHANNELS, N_MELS, t)


@dataclass(frozen=True)
class Recording:
    """One rendered sound: what is true of it and where its picture lies."""

    facts: Facts
    dry: str
    seconds: float
    start: int
    length: int


class Dataset:
    """All recordings of one split.

    Args:
        folder: Folder of shards, as ``training.render`` writes them.
    """

    def __init__(self, folder: Path) -> None:
        self.recordings: list[Recording] = []
        blocks = []
        at = 0
        for path in sorted(folder.glob("*.npz")):
            if path.name.endswith(".partial.npz"):
                continue
            with np.load(path) as arrays:
                blocks.append(arrays["pictures"])
                lengths = arrays["lengths"].tolist()
            lines = path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
            for line, length in zip(lines, lengths, strict=True):
                self.recordings.append(_recording(json.loads(line), at, length))
                at += length
        self._pictures = np.concatenate(blocks)
        self._add_measured_words()

    def __len__(self) -> int:
        return len(self.recordings)

    @cached_property
    def kinds(self) -> list[str]:
        """Every kind, in order of name."""
        return sorted({recording.facts.kind for recording in self.recordings})

    @cached_property
    def variants(self) -> list[npt.NDArray[np.int64]]:
        """Recordings of the same dry sound."""
        groups: dict[str, list[int]] = {}
        for index, recording in enumerate(self.recordings):
            groups.setdefault(recording.dry, []).append(index)
        return [np.array(group) for group in groups.values()]

    def draw(self, rng: np.random.Generator, n_dry: int) -> npt.NDArray[np.int64]:
        """Draw two recordings each of ``n_dry`` sounds; rare kinds are drawn more often than they are."""
        chosen = rng.choice(len(self.variants), n_dry, p=self._weights)
        return np.concatenate([rng.choice(self.variants[i], 2, replace=len(self.variants[i]) < 2) for i in chosen])

    def picture(self, index: int, rng: np.random.Generator | None = None) -> Picture:
        """Give the picture of one recording in dB below its maximum, with ``rng`` a random crop of it."""
        recording = self.recordings[index]
        start, length = (0, recording.length) if rng is None else _crop(recording.length, rng)
        block = self._pictures[recording.start + start : recording.start + start + length]
        decibels = (block.T.astype(np.float32) / 255 - 1.0) * DYNAMIC_RANGE_DB
        return decibels.reshape(N_CHANNELS, N_MELS, -1)

    def captions(self, seed: int) -> list[list[str]]:
        """Write the captions of every recording."""
        rng = np.random.default_rng(seed)
        return [captions(recording.facts, rng, CAPTIONS_PER_RECORDING) for recording in self.recordings]

    @cached_property
    def _weights(self) -> npt.NDArray[np.float64]:
        kinds = [self.recordings[group[0]].facts.kind for group in self.variants]
        counts = Counter(kinds)
        weights = np.array([counts[kind] ** -_BALANCE for kind in kinds])
        return weights / weights.sum()

    def _add_measured_words(self) -> None:
        """Call the extremes of each kind what they are: the brightest, darkest, shortest and longest fifth."""
        centroid = np.array([self._centroid(index) for index in range(len(self))])
        seconds = np.array([recording.seconds for recording in self.recordings])
        by_kind: dict[str, list[int]] = {}
        for index, recording in enumerate(self.recordings):
            by_kind.setdefault(recording.facts.kind, []).append(index)
        for values, low_word, high_word in ((centroid, "dark", "bright"), (seconds, "short", "long")):
            for members in by_kind.values():
                low, high = np.quantile(values[members], [0.2, 0.8])
                for index in members:
                    self._set_word(index, (low_word, high_word), values[index] <= low, values[index] >= high)

    def _set_word(self, index: int, words: tuple[str, str], *is_true: bool) -> None:
        recording = self.recordings[index]
        kept = [word for word in recording.facts.character if word not in words]
        added = [word for word, true in zip(words, is_true, strict=True) if true]
        facts = Facts(**(vars(recording.facts) | {"character": (*kept, *added)}))
        self.recordings[index] = Recording(facts, recording.dry, recording.seconds, recording.start, recording.length)

    def _centroid(self, index: int) -> float:
        """Power-weighted mean mel band."""
        recording = self.recordings[index]
        power = _POWER[self._pictures[recording.start : recording.start + recording.length, :N_MELS]].sum(0)
        return float(power @ np.arange(N_MELS) / power.sum())


def augment(picture: Picture, rng: np.random.Generator, background: Picture | None = None) -> Picture:
    """Vary a picture cheaply: pitch, tone, noise floor, a quiet neighbour, and holes (Park et al. 2019)."""
    if rng.random() < 0.3:
        picture = _shift_bands(picture, int(rng.integers(-3, 4)))
    if rng.random() < 0.8:
        picture = picture + _tone_curve(rng)[None, :, None]
    if background is not None and rng.random() < 0.15:
        picture = _add_background(picture, background, -rng.uniform(15, 40))
    picture = picture - picture.max(axis=(1, 2), keepdims=True)
    floor = -DYNAMIC_RANGE_DB if rng.random() < 0.5 else -rng.uniform(35, DYNAMIC_RANGE_DB)
    picture = np.maximum(picture, floor)
    if rng.random() < 0.4:
        start, width = int(rng.integers(N_MELS)), int(rng.integers(1, 10))
        picture[:, start : start + width] = floor
    if picture.shape[-1] > 20 and rng.random() < 0.3:
        start, width = int(rng.integers(4, picture.shape[-1])), int(rng.integers(1, 1 + picture.shape[-1] // 6))
        picture[:, :, start : start + width] = floor
    return picture


def to_tensors(pictures: list[Picture]) -> list[torch.Tensor]:
    """Hand pictures to torch without a copy where that is possible."""
    return [torch.from_numpy(np.ascontiguousarray(picture, dtype=np.float32)) for picture in pictures]


def _recording(line: dict[str, object], start: int, length: int) -> Recording:
    dry, seconds = str(line.pop("dry")), float(str(line.pop("seconds")))
    return Recording(Facts(**line), dry, seconds, start, length)  # type: ignore[arg-type]


def _crop(n_frames: int, rng: np.random.Generator) -> tuple[int, int]:
    """Choose start and length; lengths even on a log scale, half of the crops keep the attack."""
    limit = int(np.exp(rng.uniform(*np.log(_CROP_FRAMES))))
    if n_frames <= limit:
        return 0, n_frames
    return 0 if rng.random() < 0.5 else int(rng.integers(n_frames - limit)), limit


def _shift_bands(picture: Picture, n_bands: int) -> Picture:
    """Transpose by moving along the mel axis; what moves in is the floor."""
    moved = np.full_like(picture, -DYNAMIC_RANGE_DB)
    if n_bands >= 0:
        moved[:, n_bands:] = picture[:, : N_MELS - n_bands]
    else:
        moved[:, :n_bands] = picture[:, -n_bands:]
    return moved


def _tone_curve(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Draw a straight tilt and a few slow waves, in dB over the bands."""
    place = np.linspace(-1, 1, N_MELS)
    curve = rng.normal(0, 5) * place
    for waves in (1, 2, 4):
        curve = curve + rng.normal(0, 3 / np.sqrt(waves)) * np.cos(np.pi * (waves * place + rng.uniform(0, 2)))
    return curve.astype(np.float32)


def _add_background(picture: Picture, background: Picture, level_db: float) -> Picture:
    """Add another sound's power below this one, cut or repeated to its length."""
    fitted = np.take(background, np.arange(picture.shape[-1]), axis=2, mode="wrap")
    return np.asarray(10 * np.log10(10 ** (picture / 10) + 10 ** ((fitted + level_db) / 10)), dtype=np.float32)
