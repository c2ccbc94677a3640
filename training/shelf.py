"""Dry sounds in memory, and batches of recordings made of them as they are drawn."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from indexer.encoders.compact.frontend import HOP, SILENCE_DB
from training.batch_pictures import centroid, draw_pictures, pack_columns, vary_pictures
from training.captions import Facts
from training.pool import Pool, Recordings, cropped
from training.sound import SAMPLE_RATE_HZ
from training.studio import Studio, unit_peak
from training.train import Batch
from training.truths import Truths

# A sound is drawn as often as others of its kind are rare, to this power: 1 makes kinds even.
_BALANCE = 0.7
# Drums are what libraries hold most of and what is hardest to tell apart.
_FAMILY_WEIGHT = {"drums": 3.0, "percussion": 1.5}
# Of a kind that was played and recorded, most is drawn from that: what recipes make is more, but less true.
_RECORDED, _RECORDED_SHARE = ("hits", "recordings"), 0.65
_CROP_COLUMNS = (60, 240)  # the network must know a pad by its first second
_LONG_CROP_COLUMNS = (240, 500)  # and a loop by all of its window
_LONG_TAKE_SECONDS = 5.25
_LONG_SHARE = 0.05
_STRUCK = ("drums", "percussion")
_MORPH_SHARE = 0.35
# Dry sounds, each recorded twice.
_POOLED, _RECORDED_AT_ONCE = 1536, 48
_N_MEASURED, _MEASURED_AT_ONCE = {"cpu": 2000, "cuda": 15_000}, 256


@dataclass
class _Stock:
    """Sounds of all shards: where each lies and what is true of it."""

    waveforms: torch.Tensor
    starts: torch.Tensor
    lengths: torch.Tensor
    seconds: torch.Tensor
    captions: torch.Tensor
    facts: list[Facts]
    is_recorded: list[bool]


class Shelf:
    """Draws batches for ``training.train``.

    Args:
        folder: Shards of ``training.dry``.
        studio: What records them.
        device: Where they are kept.
        take_seconds: How much of most sounds is recorded; time is proportional to it.
        n_uses: How often a recording is drawn; 1 records each batch anew.
    """

    def __init__(
        self,
        folder: Path,
        studio: Studio,
        device: torch.device,
        take_seconds: float = 2.5,
        n_uses: float = 1.0,
    ) -> None:
        self._take_seconds, self._n_uses, self._n_due = take_seconds, n_uses, 0.0
        self._pool = Pool(_POOLED, studio.dice)
        self._studio, self._dice, self._device = studio, studio.dice, device
        self._stock = stock = _read(sorted(folder.glob("*.npz")), device)
        self._truths = Truths(stock.facts, device)
        self._is_struck = torch.tensor([fact.family in _STRUCK for fact in stock.facts], device=device)
        self._weigh()
        self._measure()

    def __len__(self) -> int:
        return len(self._stock.facts)

    @property
    def kinds(self) -> list[str]:
        """Every kind, in order of name."""
        return self._truths.kind_names

    @property
    def name_rows(self) -> torch.Tensor:
        """What the text tower makes of every kind in every prompt, shape ``(n_kinds, len(PROMPTS), DIM)``."""
        return self._truths.name_rows

    def batch(self, n_dry: int) -> Batch:
        """Draw two recordings each of ``n_dry`` sounds, twins half a batch apart; now and then half as many, longer."""
        if float(self._dice.uniform(0, 1, 1)) < _LONG_SHARE:
            heard = self._record(self._draw(n_dry // 2).repeat(2), _LONG_TAKE_SECONDS)
            return self._batch(cropped(heard, self._dice, *_LONG_CROP_COLUMNS))
        heard = self._fresh(n_dry) if self._n_uses == 1 else self._pooled(n_dry)
        return self._batch(cropped(heard, self._dice, *_CROP_COLUMNS))

    def _batch(self, heard: Recordings) -> Batch:
        chosen = heard.chosen
        words = self._truths.words(chosen, heard.said, centroid(heard.pictures), heard.seconds)
        return Batch(
            pack_columns(vary_pictures(heard.pictures, heard.columns, self._dice), heard.columns, heard.seconds),
            self._truths.captions(chosen, self._stock.captions[chosen], words, self._dice),
            self._truths.kinds[chosen],
            self._truths.targets(chosen, words),
        )

    def _pooled(self, n_dry: int) -> Recordings:
        self._n_due += n_dry / self._n_uses
        while self._n_due >= 0 or not self._pool.is_full:
            self._pool.put(self._fresh(_RECORDED_AT_ONCE))
            self._n_due -= _RECORDED_AT_ONCE if self._pool.is_full else 0
        return self._pool.draw(n_dry)

    def _fresh(self, n_dry: int) -> Recordings:
        heard = self._record(self._draw(n_dry).repeat(2), self._take_seconds)
        self._morph(heard)
        return heard

    def _draw(self, n: int) -> torch.Tensor:
        return torch.multinomial(self._weights, n, replacement=True, generator=self._dice.generator)

    def _record(self, chosen: torch.Tensor, take_seconds: float) -> Recordings:
        n, dice = len(chosen), self._dice
        n_frames = int(take_seconds * SAMPLE_RATE_HZ) // HOP * HOP
        speed = 2 ** ((dice.normal(2.5, n).clamp(-7, 7) * dice.chance(0.6, n)) / 12)
        x, is_whole = self._take(chosen, speed, n_frames)
        self._layer(x, chosen, speed)
        recorded = self._studio(x, self._is_struck[chosen])
        loud = (recorded.waveform.abs() >= 10 ** (SILENCE_DB / 20)).byte()
        first = loud.argmax(1, keepdim=True)
        active = (n_frames - loud.flip(1).argmax(1, keepdim=True) - first).clamp(min=1)
        whole_seconds = self._stock.seconds[chosen] / speed[:, 0]
        seconds = torch.where(is_whole[:, 0], active[:, 0] / SAMPLE_RATE_HZ, whole_seconds)
        pictures, columns = draw_pictures(_cut_out(recorded.waveform, first, active, n_frames), active[:, 0])
        return Recordings(chosen, pictures, columns, seconds, recorded.words)

    def _morph(self, heard: Recordings) -> None:
        """Move some strokes part of the way to another of their kind, decibel by decibel.

        Between the few that were played and the many that recipes make lie sounds that neither has.
        """
        dice, n = self._dice, len(heard)
        rows = (self._is_struck[heard.chosen] & dice.chance(_MORPH_SHARE, n)[:, 0]).nonzero()[:, 0]
        if not len(rows):
            return
        other = self._record(self._another_of(heard.chosen[rows]), self._take_seconds)
        share = dice.uniform(0.5, 1.0, len(rows))
        heard.pictures[rows] = torch.lerp(other.pictures, heard.pictures[rows], share[:, :, None, None])
        heard.columns[rows] = torch.maximum(heard.columns[rows], other.columns)
        heard.seconds[rows] = torch.lerp(other.seconds, heard.seconds[rows], share[:, 0])

    def _take(self, chosen: torch.Tensor, speed: torch.Tensor, n_frames: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Read sounds at a speed, from their start or, of long ones, now and then from further on.

        Frames are joined by cubic curves (Catmull and Rom 1974).

        Returns:
            Waveforms ``(n, n_frames)``, and which end within them and were read from the start, ``(n, 1)``.
        """
        n, dice = len(chosen), self._dice
        lengths = self._stock.lengths[chosen][:, None]
        room = (lengths - n_frames * speed).clamp(min=0)
        offset = (room * dice.uniform(0, 1, n) * dice.chance(0.3, n)).long()
        n_read = int(n_frames * float(speed.max())) + 4
        read = self._read_at(chosen, offset - 1 + torch.arange(n_read, device=self._device))
        place = torch.arange(n_frames, device=self._device) * speed
        whole = place.long()
        t = place - whole
        before, here, after, last = (read[:, k:].gather(1, whole) for k in range(4))
        curve = 2 * before - 5 * here + 4 * after - last + t * (3 * (here - after) + last - before)
        is_whole = (room == 0) & (self._stock.seconds[chosen][:, None] * SAMPLE_RATE_HZ < lengths + 2)
        return unit_peak(here + 0.5 * t * (after - before + t * curve)), is_whole

    def _read_at(self, chosen: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
        starts, lengths = self._stock.starts[chosen][:, None], self._stock.lengths[chosen][:, None]
        is_inside = (place >= 0) & (place < lengths)
        flat = starts + torch.minimum(place.clamp(min=0), lengths - 1)
        return self._stock.waveforms[flat].float() * is_inside / 32_768

    def _layer(self, x: torch.Tensor, chosen: torch.Tensor, speed: torch.Tensor) -> None:
        """Put another of its kind under some strokes, as producers do: more of a kind than was rendered."""
        dice = self._dice
        rows = (dice.chance(0.25, len(x))[:, 0] & self._is_struck[chosen]).nonzero()[:, 0]
        if not len(rows):
            return
        layer, _ = self._take(
            self._another_of(chosen[rows]), speed[rows] * 2 ** (dice.normal(1.5, len(rows)) / 12), x.shape[1]
        )
        x[rows] = unit_peak(x[rows] + layer * dice.log_uniform(0.15, 1.0, len(rows)))

    def _another_of(self, chosen: torch.Tensor) -> torch.Tensor:
        """Draw one of the same kind for each, all of a kind alike."""
        kinds = self._truths.kinds[chosen]
        first, count = self._kind_first[kinds], self._kind_count[kinds]
        pick = torch.minimum((self._dice.uniform(0, 1, len(chosen))[:, 0] * count).long(), count - 1)
        return self._by_kind[first + pick]

    def _weigh(self) -> None:
        facts, kinds = self._stock.facts, self._truths.kinds
        self._weights = _draw_weights(facts, kinds.cpu(), torch.tensor(self._stock.is_recorded)).to(self._device)
        self._by_kind = torch.argsort(kinds, stable=True)
        self._kind_count = torch.bincount(kinds, minlength=len(self.kinds))
        self._kind_first = torch.cumsum(self._kind_count, 0) - self._kind_count

    def _measure(self) -> None:
        measured = []
        for _ in range(-(-_N_MEASURED[self._device.type] // _MEASURED_AT_ONCE)):
            chosen = self._draw(_MEASURED_AT_ONCE)
            heard = cropped(self._record(chosen, self._take_seconds), self._dice, *_CROP_COLUMNS)
            measured.append((self._truths.kinds[chosen], centroid(heard.pictures), heard.seconds))
        self._truths.measure(*(torch.cat(parts) for parts in zip(*measured, strict=True)))


def _draw_weights(facts: Sequence[Facts], kinds: torch.Tensor, is_recorded: torch.Tensor) -> torch.Tensor:
    """Weigh kinds by family and by how many sounds they have, then within a kind the recorded against the others."""
    counts = torch.bincount(kinds)
    recorded = torch.bincount(kinds[is_recorded], minlength=len(counts))
    share = torch.where(recorded == counts, 1.0, torch.where(recorded == 0, 0.0, _RECORDED_SHARE))
    of_each = torch.stack([(1 - share) / (counts - recorded), share / recorded])
    families = torch.tensor([_FAMILY_WEIGHT.get(fact.family, 1.0) for fact in facts])
    weights = families * counts[kinds] ** (1 - _BALANCE) * of_each[is_recorded.long(), kinds]
    return weights / weights.sum()


def _read(paths: Sequence[Path], device: torch.device) -> _Stock:
    waveforms, lengths, captions, facts, seconds, is_recorded = [], [], [], [], [], []
    for path in paths:
        with np.load(path) as arrays:
            waveforms.append(torch.from_numpy(arrays["waveforms"]).to(device))
            lengths.append(arrays["lengths"])
            captions.append(arrays["captions"])
        for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            seconds.append(fields.pop("seconds"))
            facts.append(Facts(**fields))
            is_recorded.append(path.name.startswith(_RECORDED))
    all_lengths = torch.from_numpy(np.concatenate(lengths)).to(device)
    return _Stock(
        torch.cat(waveforms),
        torch.cumsum(all_lengths, 0) - all_lengths,
        all_lengths,
        torch.tensor(seconds, device=device),
        torch.from_numpy(np.concatenate(captions)).to(device),
        facts,
        is_recorded,
    )


def _cut_out(x: torch.Tensor, start: torch.Tensor, length: torch.Tensor, n_frames: int) -> torch.Tensor:
    time = torch.arange(n_frames, device=x.device)
    return x.gather(1, (start + time).clamp(max=x.shape[1] - 1)) * (time < length)
