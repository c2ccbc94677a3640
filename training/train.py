"""Train the audio tower and the head of the text tower together: ``python -m training.train``.

Begins with trained weights, of a narrower network at first, and learns from takes. `training.soup` averages
what comes out, and `training.release` writes it as the weights that are shipped.
"""

import argparse
import copy
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from indexer.encoders.compact.model import WEIGHTS_FOLDER, tables_path
from training.anchors import anchor_texts
from training.batches import Batch, Batches, TakeStore
from training.captions import captions
from training.folds import FOLDS
from training.labels import table
from training.objective import Objective, Truth
from training.take_words import TakeWords, ToldCaptions
from training.texts import Arrays, ClassNames, Phrasebook, TextHead, class_rows, load_text_arrays
from training.towers import Towers, read_towers, save_towers

LOSS_WEIGHTS = {"label": 1.0, "wider": 0.3, "caption": 0.5, "sound": 0.7, "anchor": 10.0}
_CAPTIONS_OF_EACH = 4
_N_ANCHORS = 512  # in a step
_EMA_DECAY = 0.998
_WARM_UP = 0.03  # of the steps
_TEXT_SHARE = 0.5  # of the learning rate, for the text head
_WEIGHT_DECAY = 0.03
_LARGEST_GRADIENT = 5.0
_REPORT_EVERY = 100


@dataclass(frozen=True)
class Schedule:
    """How long and how fast.

    Attributes:
        n_steps: Optimizer steps.
        n_dry: Dry sounds in a batch; two takes of each are drawn.
        learning_rate: Of the audio tower at its peak, the text head's is half of it; warmed up, then a cosine to zero.
        seed: Of every draw.
    """

    n_steps: int = 6000
    n_dry: int = 64
    learning_rate: float = 2e-3
    seed: int = 1


class Learner:
    """Two towers that learn from takes; the same schedule gives the same weights on the same machine.

    Args:
        towers: What to begin with; stays as it is.
        store: The takes.
        text_arrays: Text tower whose tables are read, and whose vectors anchor those of texts without sounds.
        center: Of the text cone; subtracted from every description.
        schedule: How long and how fast.

    Attributes:
        averaged: Exponential mean of the towers; what is exported.
    """

    def __init__(
        self, towers: Towers, store: TakeStore, text_arrays: Arrays, center: torch.Tensor, schedule: Schedule
    ) -> None:
        torch.manual_seed(schedule.seed)
        self._schedule, self._center = schedule, center
        self.towers, self.averaged = copy.deepcopy(towers), copy.deepcopy(towers)
        self._batches = Batches(store, schedule.n_dry, schedule.seed)
        self._words = TakeWords(store)
        self._truth = Truth(store.facts, self._words.words, table())
        self._objective = Objective(self._truth)
        self._read_texts(store, text_arrays)
        self._optimizer = self._make_optimizer()

    def _read_texts(self, store: TakeStore, arrays: Arrays) -> None:
        book, rng = Phrasebook(arrays), np.random.default_rng(self._schedule.seed)
        self._names = ClassNames(self._truth.names, table(), book)
        self._told = ToldCaptions(sorted(table()), book, rng)
        self._captions = np.array([book.ids_of(captions(fact, rng, _CAPTIONS_OF_EACH)) for fact in store.facts])
        self._anchors = torch.tensor(book.ids_of(anchor_texts(self._truth.names, rng)))
        self._features = book.features()
        with torch.no_grad():
            self._anchor_rows = TextHead(arrays)(self._features[self._anchors])

    def _make_optimizer(self) -> torch.optim.Optimizer:
        weights = [value for value in self.towers.audio.parameters() if value.ndim > 1]
        others = [value for value in self.towers.audio.parameters() if value.ndim <= 1]
        rate = self._schedule.learning_rate
        return torch.optim.AdamW(
            [
                {"params": weights, "peak": rate, "weight_decay": _WEIGHT_DECAY},
                {"params": [*others, *self._objective.parameters()], "peak": rate, "weight_decay": 0.0},
                {"params": list(self.towers.text.parameters()), "peak": _TEXT_SHARE * rate, "weight_decay": 0.0},
            ]
        )

    def run(self) -> Iterator[tuple[int, dict[str, float]]]:
        """Train to the end of the schedule; yield the step and the mean losses now and then."""
        seen: list[dict[str, float]] = []
        n_steps = self._schedule.n_steps
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(self._batches.draw, 0)
            for step in range(n_steps):
                batch, coming = coming.result(), pool.submit(self._batches.draw, step + 1)
                seen.append(self._learn(batch, step))
                if (step + 1) % _REPORT_EVERY == 0 or step + 1 == n_steps:
                    yield step + 1, {name: float(np.mean([losses[name] for losses in seen])) for name in seen[0]}
                    seen.clear()

    def _learn(self, batch: Batch, step: int) -> dict[str, float]:
        progress = step / self._schedule.n_steps
        pace = min(1.0, progress / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * progress))
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * pace
        rng = np.random.default_rng([self._schedule.seed, step, 1])
        self.towers.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16()):
            audio = self.towers.audio(batch.packed)
        losses = self._objective(audio, batch.dry, batch.takes, self._class_rows(rng), self._caption_rows(batch, rng))
        losses["anchor"] = self._anchor(rng)
        self._optimizer.zero_grad(set_to_none=True)
        torch.stack([LOSS_WEIGHTS[name] * loss for name, loss in losses.items()]).sum().backward()
        nn.utils.clip_grad_norm_(self.towers.parameters(), _LARGEST_GRADIENT)
        self._optimizer.step()
        self._average(step + 1)
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def _class_rows(self, rng: np.random.Generator) -> torch.Tensor:
        ids, owners = self._names.draw(rng)
        return class_rows(self.towers.text, self._features[ids], owners, len(self._truth.names), self._center)

    def _caption_rows(self, batch: Batch, rng: np.random.Generator) -> torch.Tensor:
        """Take a caption of the dry sound where it is still true, or one that tells what is true now, or the name."""
        dry, takes = batch.dry.numpy(), batch.takes.numpy()
        labels = self._truth.labels[batch.dry].numpy()
        own = self._captions[dry, rng.integers(_CAPTIONS_OF_EACH, size=len(dry))]
        chosen = np.where(self._words.is_as_dry[takes], own, self._names.plain(labels))
        told = self._words.told(takes, rng)
        chosen = np.where(told >= 0, self._told.draw(labels, np.maximum(told, 0), rng), chosen)
        return nn.functional.normalize(self.towers.text(self._features[torch.from_numpy(chosen)]) - self._center, dim=1)

    def _anchor(self, rng: np.random.Generator) -> torch.Tensor:
        rows = torch.from_numpy(rng.integers(len(self._anchors), size=_N_ANCHORS))
        cosines = (self.towers.text(self._features[self._anchors[rows]]) * self._anchor_rows[rows]).sum(1)
        return 1 - cosines.mean()

    @torch.no_grad()
    def _average(self, n_steps: int) -> None:
        decay = min(_EMA_DECAY, (1 + n_steps) / (10 + n_steps))
        for mean, new in zip(self.averaged.state_dict().values(), self.towers.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(new, 1 - decay)
            else:
                mean.copy_(new)


def has_bfloat16() -> bool:
    """Whether the processor computes in bfloat16; one that only imitates it is several times slower with it."""
    return torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001 - no public way to ask


def train(store: TakeStore, towers: Towers, text: Path, schedule: Schedule) -> Towers:
    """Train towers; return their running mean.

    Args:
        store: The takes.
        towers: What to begin with.
        text: Text tower whose tables are read, and whose vectors of texts without sounds are kept.
        schedule: How long and how fast.
    """
    arrays, center = load_text_arrays(text)
    learner = Learner(towers, store, arrays, center, schedule)
    started = time.monotonic()
    for step, losses in learner.run():
        report = {name: round(loss, 3) for name, loss in losses.items()}
        print(f"step {step}, {time.monotonic() - started:.0f} s: {report}", flush=True)
    return learner.averaged


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__.splitlines()[0])
    parser.add_argument("--takes", type=Path, required=True, help="shards of training.takes")
    parser.add_argument("--begin", type=Path, required=True, help="towers, or exported audio weights, to begin with")
    parser.add_argument("--text", type=Path, default=tables_path(WEIGHTS_FOLDER), help="text tower with its tables")
    parser.add_argument("--out", type=Path, required=True, help="where the towers go, a .safetensors file")
    parser.add_argument("--fold", choices=FOLDS, help="leave out the sources of this fold")
    parser.add_argument("--steps", type=int, default=Schedule.n_steps)
    parser.add_argument("--learning-rate", type=float, default=Schedule.learning_rate)
    parser.add_argument("--seed", type=int, default=Schedule.seed)
    options = parser.parse_args()
    store = TakeStore(options.takes, options.fold)
    schedule = Schedule(options.steps, learning_rate=options.learning_rate, seed=options.seed)
    save_towers(train(store, read_towers(options.begin, options.text), options.text, schedule), options.out)


if __name__ == "__main__":
    main()
