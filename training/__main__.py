"""Make the built-in model: ``python -m training``.

Synthesizes and reads sounds, records takes of them, and trains in two steps: without the sources of a fold, which all
choices are made on and all figures of left-out sources are measured on; then, from there, with all sources. What exists
in the folder of work is kept, so that an interrupted run goes on where it stopped; delete it to begin anew.
"""

import argparse
import subprocess
from pathlib import Path

from indexer.encoders.compact.model import WEIGHTS_FOLDER, tables_path
from training.batches import TakeStore
from training.calibrate import calibrate
from training.dry import held_out_orders, orders, render_dry
from training.folds import CHOICE
from training.held_out import print_figures
from training.ranges import write_ranges
from training.release import release
from training.relevance import fit_relevance
from training.takes import record_all
from training.towers import Towers, mean_towers, read_towers, save_towers
from training.train import Schedule, train

_BEGINNING = "78701d4:indexer/encoders/compact/compact-5-audio.safetensors"  # in the history of this repository
_SEEDS = (1, 2)
_BEGINNING_SHARE = 0.3  # of the mean of the runs without the fold
_LAST = Schedule(n_steps=2400, learning_rate=1.5e-3)
_LAST_SHARE = 0.5  # of the mean of the last run and what it began with


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=Path, required=True, help="folder with manifest.csv (see SOURCES.md)")
    parser.add_argument("--impulse-responses", type=Path, required=True, help="FLAC impulse responses (see SOURCES.md)")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work", help="sounds, takes and towers")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="where the weights go")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    work, recordings = options.work, options.recordings
    _render(work, recordings, options.impulse_responses, options.workers)
    text = tables_path(WEIGHTS_FOLDER)
    without_fold = _train_without_fold(work, text)
    release(without_fold, text, TakeStore(work / "takes", CHOICE), work / "weights-of-fold")
    store = TakeStore(work / "takes", None)
    last = _run(work / "towers-all.safetensors", store, without_fold, text, _LAST)
    release(mean_towers([last, without_fold], [_LAST_SHARE, 1 - _LAST_SHARE]), text, store, options.out)
    held_out = TakeStore(work / "held-out-takes", None)
    for folder, fold in ((work / "weights-of-fold", CHOICE), (options.out, None)):
        write_ranges(recordings, folder, fold)
        calibrate(recordings, held_out, work / "weights-of-fold", CHOICE, folder)
        fit_relevance(recordings, work / "weights-of-fold", CHOICE, folder)
    print_figures(recordings, work / "weights-of-fold", CHOICE)


def _render(work: Path, recordings: Path, impulse_responses: Path, n_workers: int) -> None:
    render_dry(orders(work / "dry", recordings), n_workers)
    render_dry(held_out_orders(work / "held-out-dry", recordings), n_workers)
    for dry, takes in (("dry", "takes"), ("held-out-dry", "held-out-takes")):
        record_all(work / dry, work / takes, impulse_responses, n_workers)


def _train_without_fold(work: Path, text: Path) -> Towers:
    """Return the mean of runs that began with the fifth revision, and of that."""
    audio = work / "compact-5-audio.safetensors"
    _read_from_history(audio)
    beginning, store = read_towers(audio, text), TakeStore(work / "takes", CHOICE)
    runs = [_run(work / f"towers-{seed}.safetensors", store, beginning, text, Schedule(seed=seed)) for seed in _SEEDS]
    return mean_towers([beginning, *runs], [_BEGINNING_SHARE, *[(1 - _BEGINNING_SHARE) / len(runs)] * len(runs)])


def _run(path: Path, store: TakeStore, beginning: Towers, text: Path, schedule: Schedule) -> Towers:
    if not path.exists():
        save_towers(train(store, beginning, text, schedule), path)
    return read_towers(path, text)


def _read_from_history(path: Path) -> None:
    """Get the weights that training begins with, which the package carries no more."""
    if not path.exists():
        done = subprocess.run(["git", "show", _BEGINNING], capture_output=True, check=True, cwd=Path(__file__).parent)
        path.write_bytes(done.stdout)


if __name__ == "__main__":
    main()
