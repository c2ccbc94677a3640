"""Batches drawn from takes: labels evenly, two sources of each label if there are as many, two takes of each sound."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, N_CHANNELS, N_MELS
from training.audio_tower import Packed
from training.batch_pictures import band_style, pack_rows, vary_pictures
from training.captions import Facts
from training.folds import is_left_out, is_recorded
from training.labels import table
from training.studio import Dice

# Of the draws; the rest is synthesized, for what recordings lack.
RECORDED_SHARE = 0.6
_MORE_OF = {"drums": 1.5, "percussion": 1.5}  # what libraries hold most of, and what is hardest to tell apart
_FEW = 4  # sounds of a label: it is drawn half as often as others
_CROP_COLUMNS = (60, 240)  # the network must know a pad by its first second
_LONG_CROP_COLUMNS = (240, 500)  # and a loop by all of its window
_LONG_SHARE = 0.06  # of the batches, of half as many sounds
_LATE_SHARE = 0.35  # of the crops
_PACK_ROWS = 12
# What is exchanged between sources, so that what a source sounds like says nothing of what its sounds are: the mean and
# spread over time of each band (as in "Freq-MixStyle", Schmid et al. 2022), and whole pictures decibel by decibel.
_STYLE_SHARE, _MORPH_SHARE = 0.4, 0.1
_LEAST_OF_ITS_OWN = 0.75  # of the style, where the other is of another label

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Two takes each of some sounds, twins half a batch apart.

    Attributes:
        packed: Input of the audio tower.
        dry: Row of each one's dry sound in `TakeStore.facts`.
        takes: Row of each take.
    """

    packed: Packed
    dry: torch.Tensor
    takes: torch.Tensor


class TakeStore:
    """All takes of a folder, on disk, and what is true of their dry sounds.

    Args:
        folder: Shards of ``training.takes``.
        left_out: Fold whose sources are left out; None for none.

    Attributes:
        facts: Of every dry sound.
        weights: How often each is drawn; sums to 1, zero for those left out.
        dry: Row of the dry sound of each take.
        seconds: Length of the whole sound of each take.
        centroids: Mean mel band of each take, weighted by power.
        said: What the chain made of each take, as columns of ``studio.WORDS``.
    """

    def __init__(self, folder: Path, left_out: str | None) -> None:
        self.facts: list[Facts] = []
        self._pictures: list[npt.NDArray[np.uint8]] = []
        parts: dict[str, list[npt.NDArray[Any]]] = defaultdict(list)
        for path in sorted(folder.glob("*.npz")):
            with np.load(path) as arrays:
                for name in ("columns", "seconds", "centroids", "said"):
                    parts[name].append(arrays[name])
                parts["dry"].append(arrays["dry"] + len(self.facts))
            columns = parts["columns"][-1]
            parts["shards"].append(np.full(len(columns), len(self._pictures)))
            parts["starts"].append(np.cumsum(columns) - columns)
            self._pictures.append(np.load(path.with_suffix(".npy"), mmap_mode="r"))
            for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines():
                fields = json.loads(line)
                del fields["seconds"]
                self.facts.append(Facts(**fields))
        whole = {name: np.concatenate(blocks) for name, blocks in parts.items()}
        self._shards, self._starts, self._columns = whole["shards"], whole["starts"], whole["columns"]
        self.dry, self.seconds, self.centroids, self.said = (
            whole[name] for name in ("dry", "seconds", "centroids", "said")
        )
        self._by_dry = np.argsort(self.dry, kind="stable")
        counts = np.bincount(self.dry, minlength=len(self.facts))
        self._first, self._n_takes = np.cumsum(counts) - counts, counts
        self.weights = draw_weights(self.facts, np.array([is_left_out(fact.origin, left_out) for fact in self.facts]))

    def two_takes(self, dry: Ints, rng: np.random.Generator) -> Ints:
        """Choose two takes of each dry sound; all first ones, then all second ones."""
        first = rng.integers(self._n_takes[dry])
        second = (first + 1 + rng.integers(np.maximum(self._n_takes[dry] - 1, 1))) % self._n_takes[dry]
        return np.concatenate([self._by_dry[self._first[dry] + pick] for pick in (first, second)])

    def whole(self, take: int) -> tuple[npt.NDArray[np.float32], float]:
        """Return the picture of a take in dB, ``(N_CHANNELS, N_MELS, n_columns)``, and its length in seconds."""
        start = self._starts[take]
        steps = self._pictures[self._shards[take]][start : start + self._columns[take]]
        decibels = (steps.astype(np.float32) / 255 - 1.0) * np.float32(DYNAMIC_RANGE_DB)
        return np.ascontiguousarray(decibels.T.reshape(N_CHANNELS, N_MELS, -1)), float(self.seconds[take])

    def takes_of(self, dry: int) -> Ints:
        """Return all takes of a dry sound."""
        return self._by_dry[self._first[dry] : self._first[dry] + self._n_takes[dry]]

    def crops(
        self, takes: Ints, shortest: int, longest: int, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Cut a part of random length out of each take, of most from its start; even on a log scale.

        Returns:
            Pictures in dB, shape ``(n, N_CHANNELS, N_MELS, n_columns)``, how many columns each fills, and how many
            seconds the whole sound has.
        """
        n, columns = len(takes), self._columns[takes]
        lengths = np.minimum(columns, np.exp(rng.uniform(np.log(shortest), np.log(longest), n)).astype(int))
        starts = self._starts[takes] + ((columns - lengths) * rng.random(n) * (rng.random(n) < _LATE_SHARE)).astype(int)
        steps = np.zeros((n, lengths.max(), N_CHANNELS * N_MELS), np.uint8)
        for row, shard, start, length in zip(steps, self._shards[takes], starts, lengths, strict=True):
            row[:length] = self._pictures[shard][start : start + length]
        decibels = (torch.from_numpy(steps).float() / 255 - 1.0) * DYNAMIC_RANGE_DB
        pictures = decibels.transpose(1, 2).reshape(n, N_CHANNELS, N_MELS, -1)
        return pictures, torch.from_numpy(lengths), torch.from_numpy(self.seconds[takes])


class Batches:
    """Draws batches, each from a generator of its own.

    Args:
        store: The takes.
        n_dry: Dry sounds in a batch; half of them are of another source of the label of the other half.
        seed: Of all draws.
    """

    def __init__(self, store: TakeStore, n_dry: int, seed: int) -> None:
        self._store, self._n_dry, self._seed = store, n_dry, seed
        self._cumulative = np.cumsum(store.weights)
        self._members: dict[str, dict[str, Ints]] = {}
        for row in np.flatnonzero(store.weights > 0):
            fact = store.facts[row]
            origins = self._members.setdefault(fact.kind, {})
            origins[fact.origin] = np.append(origins.get(fact.origin, np.empty(0, np.int64)), row)

    def draw(self, step: int) -> Batch:
        """Draw the batch of a step: most of short crops, some of half as many long ones."""
        rng = np.random.default_rng([self._seed, step])
        dice = Dice(int(rng.integers(1 << 62)), torch.device("cpu"))
        is_long = rng.random() < _LONG_SHARE
        n_labels = self._n_dry // (4 if is_long else 2)
        first = np.searchsorted(self._cumulative, rng.random(n_labels) * self._cumulative[-1], side="right")
        dry = np.concatenate([first, [self._elsewhere(row, rng) for row in first]])
        limits = _LONG_CROP_COLUMNS if is_long else _CROP_COLUMNS
        takes = self._store.two_takes(dry, rng)
        pictures, columns, seconds = self._store.crops(takes, *limits, rng)
        twice = np.concatenate([dry, dry])
        self._morph(pictures, columns, twice, limits, rng)
        self._exchange_style(pictures, columns, twice, rng)
        packed = pack_rows(vary_pictures(pictures, columns, dice), columns, seconds, _PACK_ROWS)
        return Batch(packed, torch.from_numpy(twice), torch.from_numpy(takes))

    def _elsewhere(self, dry: int, rng: np.random.Generator) -> int:
        """Draw a sound of the same label, of another origin if there is one."""
        fact = self._store.facts[dry]
        members = self._members[fact.kind]
        others = [origin for origin in members if origin != fact.origin] or [fact.origin]
        return int(rng.choice(members[others[int(rng.integers(len(others)))]]))

    def _morph(
        self,
        pictures: torch.Tensor,
        columns: torch.Tensor,
        dry: Ints,
        limits: tuple[int, int],
        rng: np.random.Generator,
    ) -> None:
        """Move some part of the way to a sound of the same label, decibel by decibel."""
        rows = np.flatnonzero(rng.random(len(dry)) < _MORPH_SHARE)
        if not len(rows):
            return
        others = self._store.two_takes(np.array([self._elsewhere(row, rng) for row in dry[rows]]), rng)[: len(rows)]
        theirs, their_columns, _ = self._store.crops(others, *limits, rng)
        n = min(pictures.shape[3], theirs.shape[3])
        padded = torch.full_like(pictures[rows], -DYNAMIC_RANGE_DB)
        padded[..., :n] = theirs[..., :n]
        share = torch.from_numpy(rng.uniform(0.5, 1.0, len(rows)).astype(np.float32))
        pictures[rows] = torch.lerp(padded, pictures[rows], share[:, None, None, None])
        columns[rows] = torch.maximum(columns[rows], their_columns.clamp(max=n))

    def _exchange_style(
        self, pictures: torch.Tensor, columns: torch.Tensor, dry: Ints, rng: np.random.Generator
    ) -> None:
        """Give some the band means and spreads of another source of their label, or a little of anything's."""
        facts = [self._store.facts[row] for row in dry]
        rows = np.flatnonzero(rng.random(len(dry)) < _STYLE_SHARE)
        partners, own = [], []
        for row in rows:
            near = [
                i for i, fact in enumerate(facts) if fact.kind == facts[row].kind and fact.origin != facts[row].origin
            ]
            partners.append(int(rng.choice(near)) if near else int(rng.integers(len(dry))))
            own.append(rng.uniform(0.0 if near else _LEAST_OF_ITS_OWN, 1.0))
        mean, spread = band_style(pictures, columns)
        share = torch.tensor(own, dtype=torch.float32)[:, None, None]
        new_mean = torch.lerp(mean[partners], mean[rows], share)[..., None]
        new_spread = torch.lerp(spread[partners], spread[rows], share)[..., None]
        plain = (pictures[rows] - mean[rows][..., None]) / spread[rows][..., None]
        pictures[rows] = plain * new_spread + new_mean


def draw_weights(facts: Sequence[Facts], is_out: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Weigh sounds so that labels are drawn about evenly, and of a label its origins by the roots of their sizes.

    Args:
        facts: Of each dry sound.
        is_out: Which are never drawn.
    """
    weights = np.zeros(len(facts))
    recorded = np.array([is_recorded(fact.origin) for fact in facts])
    for share, rows in (
        (RECORDED_SHARE, np.flatnonzero(recorded & ~is_out)),
        (1 - RECORDED_SHARE, np.flatnonzero(~recorded & ~is_out)),
    ):
        groups = Counter((facts[row].kind, facts[row].origin) for row in rows)
        n_by_label = Counter(facts[row].kind for row in rows)
        roots: Counter[str] = Counter()
        for (label, _), n in groups.items():
            roots[label] += n**0.5  # type: ignore[assignment]
        for row in rows:
            label, n = facts[row].kind, groups[facts[row].kind, facts[row].origin]
            weights[row] = _label_weight(label, n_by_label[label]) * n**-0.5 / roots[label]
        if len(rows):
            weights[rows] *= share / weights[rows].sum()
    return weights / weights.sum()


def _label_weight(label: str, n: int) -> float:
    return float(n / (n + _FEW) * n**0.15 * _MORE_OF.get(table()[label].family, 1.0))
