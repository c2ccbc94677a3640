"""Train the audio tower and the text projection together."""

import copy
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from indexer.encoders.compact.audio import AudioTower, Packed, pack
from training.dataset import Dataset, augment, to_tensors
from training.objective import Likeness, Objective, TextProjection
from training.teacher import has_bfloat16
from training.texts import Texts

LOSS_WEIGHTS = {"caption": 0.7, "kind": 1.0, "sound": 0.7}
_EMA_DECAY = 0.998
_REPORT_EVERY = 100


@dataclass(frozen=True)
class Schedule:
    """How long and how fast.

    Attributes:
        n_steps: Optimizer steps.
        n_dry: Dry sounds in a batch; two recordings of each are drawn.
        learning_rate: Peak; warmed up over 3 % of the steps, then a cosine to zero.
        max_minutes: The cosine ends there if the steps would take longer; 0 for no limit.
    """

    n_steps: int
    n_dry: int = 64
    learning_rate: float = 2e-3
    max_minutes: float = 0.0


@dataclass
class Batch:
    packed: Packed
    captions: torch.Tensor
    kinds: torch.Tensor
    targets: torch.Tensor


class Towers(nn.Module):
    """What is trained and averaged.

    Args:
        audio: The audio tower to begin with; a new one by default.
        keeps_space: Texts are read by an earlier text tower and lie in the common space already, which stays as it is.
    """

    def __init__(self, audio: AudioTower | None = None, *, keeps_space: bool = False) -> None:
        super().__init__()
        self.audio = audio or AudioTower()
        self.project: nn.Module = nn.Identity() if keeps_space else TextProjection()


class Learner:
    """One pair of towers that learns from batches.

    Args:
        towers: What to begin with.
        name_rows: What the reader of texts made of each kind's names.
        learning_rate: At its peak.
        device: Where it learns.
    """

    def __init__(self, towers: Towers, name_rows: torch.Tensor, learning_rate: float, device: torch.device) -> None:
        self._device, self._learning_rate = device, learning_rate
        self._is_half = has_bfloat16(device.type)
        self.towers = towers.to(device)
        self.averaged = copy.deepcopy(self.towers)
        self.objective = Objective(name_rows).to(device)
        parameters = [*self.towers.parameters(), *self.objective.parameters()]
        self._optimizer = torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=0.03)
        self._n_steps = 0

    def step(self, batch: Batch, progress: float) -> torch.Tensor:
        """Learn from one batch; the rate is warmed up over 3 % of the run, then a cosine to zero.

        Returns:
            The losses, in the order of ``LOSS_WEIGHTS``.
        """
        warm = min(1.0, progress / 0.03)
        for group in self._optimizer.param_groups:
            group["lr"] = self._learning_rate * warm * 0.5 * (1 + np.cos(np.pi * progress))
        self.towers.train()
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=self._is_half):
            audio = self.towers.audio(batch.packed)
        losses = self.objective(audio, batch.captions, batch.kinds, batch.targets, self.towers.project)
        total = sum(weight * losses[name] for name, weight in LOSS_WEIGHTS.items())
        self._optimizer.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.towers.parameters(), 5.0)
        self._optimizer.step()
        self._n_steps += 1
        self._average()
        return torch.stack([losses[name].detach() for name in LOSS_WEIGHTS])

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(_EMA_DECAY, (1 + self._n_steps) / (10 + self._n_steps))
        for mean, new in zip(self.averaged.state_dict().values(), self.towers.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(new, 1 - decay)
            else:
                mean.copy_(new)


class Trainer:
    """One training run; the same seed gives the same run on the same machine.

    Args:
        dataset: Training recordings.
        texts: What ``embed_texts`` made of it.
        device: ``"cpu"`` or ``"cuda"``.
        seed: Of weights, batches and augmentation.
        towers: What to begin with; new ones by default.
    """

    def __init__(
        self,
        dataset: Dataset,
        texts: Texts,
        schedule: Schedule,
        device: str,
        seed: int,
        towers: Towers | None = None,
    ) -> None:
        torch.manual_seed(seed)
        self._dataset, self._texts, self._schedule = dataset, texts, schedule
        self._device, self._seed = torch.device(device), seed
        self._likeness = Likeness([recording.facts for recording in dataset.recordings])
        place = {kind: number for number, kind in enumerate(dataset.kinds)}
        self._kinds = torch.tensor([place[recording.facts.kind] for recording in dataset.recordings])
        self._learner = Learner(towers or Towers(), texts.name_rows, schedule.learning_rate, self._device)

    def resume(self, checkpoint: Path) -> None:
        """Begin with towers that an earlier run has saved."""
        state = torch.load(checkpoint, weights_only=True)
        self._learner.towers.load_state_dict(state)
        self._learner.averaged.load_state_dict(state)

    def run(self, checkpoint: Path) -> Towers:
        """Train to the end of the schedule; the averaged towers are saved every thousand steps and returned."""
        started, seen = time.monotonic(), []
        for step, batch in enumerate(self._batches(), start=1):
            progress = self._progress(step, started)
            if progress >= 1.0:
                break
            seen.append(self._learner.step(batch, progress).tolist())
            if step % _REPORT_EVERY == 0:
                means = np.mean(seen[-_REPORT_EVERY:], axis=0).round(3).tolist()
                report = dict(zip(LOSS_WEIGHTS, means, strict=True))
                print(f"step {step} at {progress:.0%}, {time.monotonic() - started:.0f} s: {report}", flush=True)
            if step % 1000 == 0:
                torch.save(self._learner.averaged.state_dict(), checkpoint)
        torch.save(self._learner.averaged.state_dict(), checkpoint)
        return self._learner.averaged.eval()

    def _progress(self, step: int, started: float) -> float:
        by_steps = step / self._schedule.n_steps
        if not self._schedule.max_minutes:
            return by_steps
        return max(by_steps, (time.monotonic() - started) / 60 / self._schedule.max_minutes)

    def _batches(self) -> Iterator[Batch]:
        """Make batches one ahead in a thread, each from a generator of its own."""
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(self._make_batch, 0)
            for step in range(self._schedule.n_steps):
                batch, coming = coming.result(), pool.submit(self._make_batch, step + 1)
                yield batch

    def _make_batch(self, step: int) -> Batch:
        rng = np.random.default_rng([self._seed, step])
        pairs = self._dataset.draw(rng, self._schedule.n_dry).reshape(-1, 2)
        indices = pairs.T.reshape(-1)  # twins are half a batch apart
        pictures = [self._dataset.picture(index, rng) for index in indices]
        noise = rng.permutation(len(pictures))
        varied = [augment(picture, rng, pictures[other]) for picture, other in zip(pictures, noise, strict=True)]
        seconds = [self._dataset.recordings[index].seconds for index in indices]
        chosen = self._texts.caption_ids[indices, rng.integers(self._texts.caption_ids.shape[1], size=len(indices))]
        return Batch(
            pack(to_tensors(varied), seconds).to(self._device),
            self._texts.caption_rows[chosen].to(self._device),
            self._kinds[indices].to(self._device),
            self._likeness.targets(indices).to(self._device),
        )
