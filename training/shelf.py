"""Dry sounds in memory, and batches of recordings made of them as they are drawn."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from indexer.compact.frontend import HOP, SILENCE_DB
from training.batch_pictures import centroid, draw_pictures, pack_columns, vary_pictures
from training.captions import Facts
from training.sound import SAMPLE_RATE_HZ
from training.studio import Studio, unit_peak
from training.train import Batch
from training.truths import Truths

# A sound is drawn as often as others of its kind are rare, to this power: 1 makes kinds even.
_BALANCE = 0.7
# Struck things that were played and recorded count more than those that recipes make.
_RECORDED, _RECORDED_SHARE = ("hits", "recordings"), 5.0
_CROP_FRAMES = (60, 240)  # the network must know a pad by its first second
_LONG_CROP_FRAMES = (240, 500)  # and a loop by all of its window
_LONG_TAKE_SECONDS = 5.25
_LONG_SHARE = 0.05
_STRUCK = ("drums", "percussion")
_MORPH_SHARE = 0.35
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


@dataclass
class _Recordings:
    pictures: torch.Tensor
    columns: torch.Tensor
    seconds: torch.Tensor
    said: torch.Tensor
    starts_late: torch.Tensor


class Shelf:
    """Draws batches for ``training.train``.

    Args:
        folder: Shards of ``training.dry``.
        studio: What records them.
        device: Where they are kept.
        take_seconds: How much of most sounds is recorded; time is proportional to it.
    """

    def __init__(self, folder: Path, studio: Studio, device: torch.device, take_seconds: float = 2.5) -> None:
        self._take_seconds = take_seconds
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
        is_long = float(self._dice.uniform(0, 1, 1)) < _LONG_SHARE
        chosen = self._draw(n_dry // 2 if is_long else n_dry).repeat(2)
        heard = self._record(chosen, is_long=is_long)
        if not is_long:
            self._morph(heard, chosen)
        words = self._truths.words(chosen, heard.said, centroid(heard.pictures), heard.seconds)
        return Batch(
            pack_columns(vary_pictures(heard.pictures, heard.columns, self._dice), heard.columns, heard.seconds),
            self._truths.captions(chosen, self._stock.captions[chosen], words, self._dice),
            self._truths.kinds[chosen],
            self._truths.targets(chosen, words),
        )

    def _draw(self, n: int) -> torch.Tensor:
        return torch.multinomial(self._weights, n, replacement=True, generator=self._dice.generator)

    def _record(self, chosen: torch.Tensor, *, is_long: bool) -> _Recordings:
        n, dice = len(chosen), self._dice
        n_frames = int((_LONG_TAKE_SECONDS if is_long else self._take_seconds) * SAMPLE_RATE_HZ)
        speed = 2 ** ((dice.normal(2.5, n).clamp(-7, 7) * dice.chance(0.6, n)) / 12)
        x, is_whole = self._take(chosen, speed, n_frames)
        self._layer(x, chosen, speed)
        recorded = self._studio(x, self._is_struck[chosen])
        loud = (recorded.waveform.abs() >= 10 ** (SILENCE_DB / 20)).byte()
        first = loud.argmax(1, keepdim=True)
        active = (n_frames - loud.flip(1).argmax(1, keepdim=True) - first).clamp(min=1)
        whole_seconds = self._stock.seconds[chosen] / speed[:, 0]
        seconds = torch.where(is_whole[:, 0], active[:, 0] / SAMPLE_RATE_HZ, whole_seconds)
        low, high = _LONG_CROP_FRAMES if is_long else _CROP_FRAMES
        length = torch.minimum(active, (dice.log_uniform(low, high, n) * HOP).long())
        starts_late = dice.chance(0.4, n)
        skipped = dice.uniform(0, 1, n) * (active - length) * starts_late
        crop = _cut_out(recorded.waveform, first + skipped.long(), length, high * HOP)
        return _Recordings(*draw_pictures(crop, length[:, 0]), seconds, recorded.words, starts_late[:, 0])

    def _morph(self, heard: _Recordings, chosen: torch.Tensor) -> None:
        """Move some strokes part of the way to another of their kind, decibel by decibel.

        Between the few that were played and the many that recipes make lie sounds that neither has.
        """
        dice, n = self._dice, len(chosen)
        may = self._is_struck[chosen] & ~heard.starts_late & dice.chance(_MORPH_SHARE, n)[:, 0]
        rows = may.nonzero()[:, 0]
        if not len(rows):
            return
        other = self._record(self._another_of(chosen[rows]), is_long=False)
        kept = ~other.starts_late
        rows, share = rows[kept], dice.uniform(0.5, 1.0, len(kept))[kept]
        own, others = heard.pictures[rows], other.pictures[kept]
        heard.pictures[rows] = torch.lerp(others, own, share[:, :, None, None])
        heard.columns[rows] = torch.maximum(heard.columns[rows], other.columns[kept])
        heard.seconds[rows] = torch.lerp(other.seconds[kept], heard.seconds[rows], share[:, 0])

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
        counts = Counter(fact.kind for fact in facts)
        weights = torch.tensor([counts[fact.kind] ** -_BALANCE for fact in facts])
        weights[torch.tensor(self._stock.is_recorded)] *= _RECORDED_SHARE
        self._weights = (weights / weights.sum()).to(self._device)
        self._by_kind = torch.argsort(kinds, stable=True)
        self._kind_count = torch.bincount(kinds, minlength=len(self.kinds))
        self._kind_first = torch.cumsum(self._kind_count, 0) - self._kind_count

    def _measure(self) -> None:
        measured = []
        for _ in range(-(-_N_MEASURED[self._device.type] // _MEASURED_AT_ONCE)):
            chosen = self._draw(_MEASURED_AT_ONCE)
            heard = self._record(chosen, is_long=False)
            measured.append((self._truths.kinds[chosen], centroid(heard.pictures), heard.seconds))
        self._truths.measure(*(torch.cat(parts) for parts in zip(*measured, strict=True)))


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
