"""Takes: dry sounds as they might have been played and recorded, kept as pictures: ``python -m training.takes``.

Each dry sound is tuned, layered, damped, cut and sent through the recording chain of ``training.studio`` several times.
To do so costs a CPU ten times what the towers need to learn from it, so it is done once. A shard of takes is a folder
entry ``NAME.npy`` (pictures in steps of a third of a dB as uint8, time first, all takes end to end) and ``NAME.npz``
(which dry sound each is of, its columns, its length in seconds, its brightness, what the chain made of it).
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, HOP, N_CHANNELS, N_MELS, SILENCE_DB
from training.batch_pictures import centroid, draw_pictures
from training.chain import load_impulse_responses
from training.sound import SAMPLE_RATE_HZ
from training.studio import Studio, unit_peak

# Takes of each recording: so many that a label has about this number, within limits; of synthesized sounds always two.
_TAKES_PER_LABEL, _FEWEST, _MOST = 300, 8, 36
_N_SYNTHESIZED_TAKES = 2
MAX_COLUMNS = 500  # one window
STRUCK = ("drums", "percussion")
# A sound is read in the shortest of these that holds it: the cost is proportional.
_LENGTHS_SECONDS = (0.6, 1.2, 2.5, 5.2)
_TAIL_SECONDS = 0.35  # for rooms and slower playing
_AT_ONCE_SECONDS = 40.0  # what stays in the processor's cache
_LAYER_SHARE = 0.25
_MORPH_SHARE = 0.15


class DryShards:
    """Dry sounds of some shards in memory.

    Args:
        paths: ``.npz`` files of ``training.dry``.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        waveforms, lengths, self.facts = [], [], []
        for path in paths:
            with np.load(path) as arrays:
                waveforms.append(arrays["waveforms"])
                lengths.append(arrays["lengths"])
            self.facts += [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]
        self.waveforms = torch.from_numpy(np.concatenate(waveforms))
        self.lengths = torch.from_numpy(np.concatenate(lengths))
        self.starts = torch.cumsum(self.lengths, 0) - self.lengths
        self.seconds = torch.tensor([fact["seconds"] for fact in self.facts])
        self.is_struck = torch.tensor([fact["family"] in STRUCK for fact in self.facts])
        # Layers and morphs are of the same label and, so that folds stay apart, of the same origin.
        names = [(fact["kind"], fact["origin"]) for fact in self.facts]
        order = {name: number for number, name in enumerate(sorted(set(names)))}
        self.groups = torch.tensor([order[name] for name in names])
        self.by_group = torch.argsort(self.groups, stable=True)
        self.group_count = torch.bincount(self.groups)
        self.group_first = torch.cumsum(self.group_count, 0) - self.group_count

    def __len__(self) -> int:
        return len(self.facts)


@dataclass
class Takes:
    """A batch of takes.

    Attributes:
        dry: Row of each one's dry sound.
        pictures: dB below the loudest cell, shape ``(n, N_CHANNELS, N_MELS, n_columns)``.
        columns: How many of the columns each fills.
        seconds: Length of each whole sound.
        said: What the chain made of each, as columns of ``studio.WORDS``.
    """

    dry: torch.Tensor
    pictures: torch.Tensor
    columns: torch.Tensor
    seconds: torch.Tensor
    said: torch.Tensor


class Player:
    """Plays dry sounds into a studio.

    Args:
        stock: The sounds.
        studio: Records them.
    """

    def __init__(self, stock: DryShards, studio: Studio) -> None:
        self._stock, self._studio, self._dice = stock, studio, studio.dice

    def play(self, chosen: torch.Tensor, take_seconds: float) -> Takes:
        """Record sounds once each; ``take_seconds`` is how much of each is read."""
        takes = self._record(chosen, take_seconds)
        self._morph(takes, take_seconds)
        return takes

    def _record(self, chosen: torch.Tensor, take_seconds: float) -> Takes:
        n, dice = len(chosen), self._dice
        n_frames = int(take_seconds * SAMPLE_RATE_HZ) // HOP * HOP
        speed = 2 ** ((dice.normal(2.0, n).clamp(-6, 6) * dice.chance(0.6, n)) / 12)
        x, is_whole = self._read(chosen, speed, n_frames)
        self._layer(x, chosen, speed)
        recorded = self._studio(x, self._stock.is_struck[chosen])
        loud = (recorded.waveform.abs() >= 10 ** (SILENCE_DB / 20)).byte()
        first = loud.argmax(1, keepdim=True)
        active = (n_frames - loud.flip(1).argmax(1, keepdim=True) - first).clamp(min=1)
        whole_seconds = self._stock.seconds[chosen] / speed[:, 0]
        seconds = torch.where(is_whole[:, 0], active[:, 0] / SAMPLE_RATE_HZ, whole_seconds)
        cut = _cut_out(recorded.waveform, first, active, n_frames)
        pictures, columns = draw_pictures(cut, active[:, 0])
        return Takes(chosen, pictures, columns, seconds, recorded.words)

    def _morph(self, takes: Takes, take_seconds: float) -> None:
        """Move some strokes part of the way to another of their kind and origin, decibel by decibel."""
        dice, n = self._dice, len(takes.dry)
        rows = (self._stock.is_struck[takes.dry] & dice.chance(_MORPH_SHARE, n)[:, 0]).nonzero()[:, 0]
        if not len(rows):
            return
        other = self._record(self._another_of(takes.dry[rows]), take_seconds)
        share = dice.uniform(0.5, 1.0, len(rows))
        takes.pictures[rows] = torch.lerp(other.pictures, takes.pictures[rows], share[:, :, None, None])
        takes.columns[rows] = torch.maximum(takes.columns[rows], other.columns)
        takes.seconds[rows] = torch.lerp(other.seconds, takes.seconds[rows], share[:, 0])

    def _read(self, chosen: torch.Tensor, speed: torch.Tensor, n_frames: int) -> tuple[torch.Tensor, torch.Tensor]:
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
        read = self._read_at(chosen, offset - 1 + torch.arange(n_read))
        place = torch.arange(n_frames) * speed
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
        """Put another of its kind and origin under some strokes, as producers do."""
        dice = self._dice
        rows = (dice.chance(_LAYER_SHARE, len(x))[:, 0] & self._stock.is_struck[chosen]).nonzero()[:, 0]
        if not len(rows):
            return
        layer_speed = speed[rows] * 2 ** (dice.normal(1.5, len(rows)) / 12)
        layer, _ = self._read(self._another_of(chosen[rows]), layer_speed, x.shape[1])
        x[rows] = unit_peak(x[rows] + layer * dice.log_uniform(0.15, 1.0, len(rows)))

    def _another_of(self, chosen: torch.Tensor) -> torch.Tensor:
        """Draw one of the same label and origin for each, all alike."""
        groups = self._stock.groups[chosen]
        first, count = self._stock.group_first[groups], self._stock.group_count[groups]
        pick = torch.minimum((self._dice.uniform(0, 1, len(chosen))[:, 0] * count).long(), count - 1)
        return self._stock.by_group[first + pick]


def _cut_out(x: torch.Tensor, start: torch.Tensor, length: torch.Tensor, n_frames: int) -> torch.Tensor:
    time_ = torch.arange(n_frames)
    return x.gather(1, (start + time_).clamp(max=x.shape[1] - 1)) * (time_ < length)


@dataclass(frozen=True)
class Session:
    """One shard of takes to record.

    Attributes:
        folder: Where it goes, by the name of the dry shard.
        dry: Dry shard.
        n_takes: Of each sound, by label; two of those that are not in it.
        impulse_responses: Folder of recorded rooms.
    """

    folder: Path
    dry: Path
    n_takes: dict[str, int]
    impulse_responses: Path


def record(session: Session) -> str:
    """Record a shard, all or nothing; return what was done, as a line to print."""
    name = session.dry.stem
    path = session.folder / f"{name}.npz"
    if path.exists():
        return f"{name}: kept"
    started = time.monotonic()
    torch.set_num_threads(1)
    session.folder.mkdir(parents=True, exist_ok=True)
    stock = DryShards([session.dry])
    n_takes = torch.tensor([session.n_takes.get(fact["kind"], _N_SYNTHESIZED_TAKES) for fact in stock.facts])
    seed = int.from_bytes(name.encode(), "little") % (1 << 62)
    player = Player(stock, Studio(_rooms(session.impulse_responses), seed, torch.device("cpu")))
    parts = [player.play(*group) for group in _groups(stock, n_takes)]
    blocks = [quantize(part.pictures[i], int(part.columns[i])) for part in parts for i in range(len(part.dry))]
    partial = path.with_suffix(".partial")
    np.save(path.with_suffix(".npy"), np.concatenate(blocks))
    with partial.open("wb") as file:
        np.savez(
            file,
            dry=torch.cat([part.dry for part in parts]).numpy(),
            columns=np.array([len(block) for block in blocks]),
            seconds=torch.cat([part.seconds for part in parts]).numpy(),
            centroids=torch.cat([centroid(part.pictures) for part in parts]).numpy(),
            said=torch.cat([part.said for part in parts]).numpy(),
        )
    path.with_suffix(".jsonl").write_text("\n".join(map(json.dumps, stock.facts)) + "\n", encoding="utf-8")
    partial.rename(path)
    return f"{name}: {len(blocks)} takes in {time.monotonic() - started:.0f} s"


def _groups(stock: DryShards, n_takes: torch.Tensor) -> Iterator[tuple[torch.Tensor, float]]:
    """Split all takes of a stock in batches of sounds that are about equally long."""
    needed = (stock.lengths / SAMPLE_RATE_HZ + _TAIL_SECONDS).clamp(max=_LENGTHS_SECONDS[-1])
    bucket = torch.bucketize(needed, torch.tensor(_LENGTHS_SECONDS))
    for number, take_seconds in enumerate(_LENGTHS_SECONDS):
        rows = (bucket == number).nonzero()[:, 0]
        rows = rows.repeat_interleave(n_takes[rows])
        if len(rows):
            yield from ((part, take_seconds) for part in rows.split(max(1, int(_AT_ONCE_SECONDS / take_seconds))))


def quantize(picture: torch.Tensor, n_columns: int) -> npt.NDArray[np.uint8]:
    """Keep a picture as uint8 steps of a third of a dB, time first: ``(n_columns, N_CHANNELS * N_MELS)``."""
    steps = (picture[:, :, : min(n_columns, MAX_COLUMNS)] / DYNAMIC_RANGE_DB + 1.0) * 255
    flat: npt.NDArray[np.uint8] = steps.round().to(torch.uint8).flatten(0, 1).T.contiguous().numpy()
    assert flat.shape[1] == N_CHANNELS * N_MELS
    return flat


@cache
def _rooms(folder: Path) -> list[npt.NDArray[np.float32]]:
    return load_impulse_responses(folder)


def takes_of_labels(shards: Sequence[Path]) -> dict[str, int]:
    """Choose how many takes each recording of a label gets: the rarer the label, the more."""
    lines = [line for path in shards for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]
    counts = Counter(json.loads(line)["kind"] for line in lines)
    return {label: min(_MOST, max(_FEWEST, round(_TAKES_PER_LABEL / n))) for label, n in counts.items()}


def _is_recorded(path: Path) -> bool:
    return path.name.startswith("recordings")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.takes", description=__doc__.splitlines()[0])
    parser.add_argument("--dry", type=Path, required=True, help="shards of training.dry")
    parser.add_argument("--folder", type=Path, required=True, help="where the takes go")
    parser.add_argument("--impulse-responses", type=Path, required=True, help="FLAC impulse responses (see SOURCES.md)")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    record_all(options.dry, options.folder, options.impulse_responses, options.workers)


def record_all(dry: Path, folder: Path, impulse_responses: Path, n_workers: int) -> None:
    """Record takes of all dry shards of a folder, recordings first, ``n_workers`` shards at a time."""
    shards = sorted(dry.glob("*.npz"), key=lambda path: (not _is_recorded(path), path.name))
    n_takes = takes_of_labels([path for path in shards if _is_recorded(path)])
    sessions = [Session(folder, path, n_takes if _is_recorded(path) else {}, impulse_responses) for path in shards]
    with ProcessPoolExecutor(n_workers) as pool:
        for line in pool.map(record, sessions):
            print(line, flush=True)


if __name__ == "__main__":
    main()
