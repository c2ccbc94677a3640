"""Train from dry sounds that are recorded anew each time they are drawn: ``python -m training.live``.

Needs the shards of ``python -m training.dry``, which may still be coming: those that are new are taken in on the way.
Begins with the shipped weights and keeps the space of the text tower. An H100 takes 0.1 s for 450 recordings; two cores
take 1.6 s for a hundred, and the towers learn from them in 0.2 s: ``--uses 5`` draws each several times.
"""

import argparse
import time
from pathlib import Path

import torch
from safetensors.torch import load_file

from indexer.encoders.compact.audio import AudioTower
from indexer.encoders.compact.model import AUDIO_CENTER, WEIGHTS_FOLDER, audio_path
from training.chain import load_impulse_responses
from training.export import export_audio
from training.shelf import Shelf
from training.studio import Studio
from training.train import Learner, Towers

_REPORT_EVERY = 100
_SAVE_EVERY = 1000
_LOOK_EVERY_SECONDS = 25.0
_TAKEN_IN_UNTIL = 0.7  # of the run: what comes later could hardly be learned
_N_CENTERED = 4000  # recordings


def main() -> None:
    """Train for the given steps or minutes, and export the averaged tower along the way and at the end."""
    options = _parse()
    torch.manual_seed(options.seed)
    device = torch.device(options.device)
    rooms = load_impulse_responses(options.impulse_responses) if options.impulse_responses else []
    studio = Studio(rooms, options.seed, device)
    shelf = _Restocked(options, studio)
    learner = Learner(_begin(options.begin), shelf.now.name_rows, options.learning_rate, device)
    started, seen = time.monotonic(), []
    for step in range(1, options.steps + 1):
        progress = max(step / options.steps, (time.monotonic() - started) / 60 / options.minutes)
        if progress >= 1.0:
            break
        seen.append(learner.step(shelf.now.batch(options.n_dry), progress))
        if step % _REPORT_EVERY == 0:
            losses = torch.stack(seen[-_REPORT_EVERY:]).mean(0).tolist()
            print(f"step {step}, {time.monotonic() - started:.0f} s: {[round(loss, 3) for loss in losses]}", flush=True)
        if step % _SAVE_EVERY == 0:
            _export(learner, shelf.now, options.out)
        if progress < _TAKEN_IN_UNTIL and shelf.restock():
            learner.objective.kind_rows = shelf.now.name_rows
    _export(learner, shelf.now, options.out)


class _Restocked:
    """A shelf that is filled again when there is clearly more to put on it."""

    def __init__(self, options: argparse.Namespace, studio: Studio) -> None:
        self._options, self._studio = options, studio
        self._fill()

    def restock(self) -> bool:
        """Look now and then; whether there is a new shelf."""
        if time.monotonic() - self._looked < _LOOK_EVERY_SECONDS:
            return False
        self._looked = time.monotonic()
        if self._count() < 1.4 * self._n_shards:
            return False
        self._fill()
        return True

    def _fill(self) -> None:
        self._n_shards = self._count()
        options = self._options
        self.now = Shelf(options.dry, self._studio, torch.device(options.device), options.take_seconds, options.uses)
        self._looked = time.monotonic()
        print(f"{len(self.now)} sounds in {len(self.now.kinds)} kinds", flush=True)

    def _count(self) -> int:
        return len(list(self._options.dry.glob("*.npz")))


def _begin(weights: Path) -> Towers:
    tower = AudioTower()
    tower.load_state_dict({name: value.float() for name, value in load_file(weights).items() if name != AUDIO_CENTER})
    return Towers(tower.to(memory_format=torch.channels_last), keeps_space=True)


@torch.no_grad()
def _export(learner: Learner, shelf: Shelf, folder: Path) -> None:
    tower = learner.averaged.audio.eval()
    n_dry = 128
    rows = [tower(shelf.batch(n_dry).packed) for _ in range(_N_CENTERED // (2 * n_dry))]
    export_audio(folder, tower, torch.cat(rows).mean(0).float().cpu().numpy())
    tower.to(rows[0].device)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.live", description=__doc__.splitlines()[0])
    parser.add_argument("--dry", type=Path, required=True, help="shards of dry sounds")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="where the weights go")
    parser.add_argument("--begin", type=Path, default=audio_path(WEIGHTS_FOLDER), help="audio weights to begin with")
    parser.add_argument("--impulse-responses", type=Path, help="folder of FLAC impulse responses (see SOURCES.md)")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=1e9, help="end the schedule after this time if it comes first")
    parser.add_argument("--n-dry", type=int, default=48, help="dry sounds in a batch, each recorded twice")
    parser.add_argument("--take-seconds", type=float, default=2.5, help="how much of a sound is recorded")
    parser.add_argument("--uses", type=float, default=1.0, help="draw each recording so often; 5 on a CPU")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="at its peak")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
