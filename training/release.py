"""Write the weights that are shipped from towers: ``python -m training.release``.

With the weights go the centres of sounds and of texts, and the axes of timbre. `training.ranges` and
`training.calibrate` are next.
"""

import argparse
import shutil
from pathlib import Path

import numpy as np

from indexer.encoders.compact.model import WEIGHTS_FOLDER, ranges_path, tables_path
from training.batches import TakeStore
from training.evaluate import embed_takes
from training.export import export_towers
from training.folds import FOLDS
from training.texts import load_text_arrays
from training.timbre import write_timbre
from training.towers import Towers, read_towers

_N_CENTERED = 2000  # takes


def release(towers: Towers, text: Path, store: TakeStore, folder: Path) -> None:
    """Write towers and all that goes with them but ranges and calibration.

    Args:
        towers: Often the mean of several.
        text: Text tower whose tables and centre stay.
        store: Sounds that they were trained on.
        folder: Where the weights go.
    """
    towers.eval()
    rng = np.random.default_rng(0)
    dry = rng.choice(len(store.facts), _N_CENTERED, p=store.weights)
    rows = embed_takes(towers.audio, store, [int(store.takes_of(row)[0]) for row in dry])
    export_towers(folder, towers.audio, towers.text, rows.mean(0), load_text_arrays(text)[1].numpy())
    if not tables_path(folder).exists():
        shutil.copy(text, tables_path(folder))
    write_timbre(store, folder)
    ranges_path(folder).unlink(missing_ok=True)  # of other weights


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.release", description=__doc__.splitlines()[0])
    parser.add_argument("towers", type=Path, help="of training.train or training.soup")
    parser.add_argument("--takes", type=Path, required=True, help="shards of training.takes")
    parser.add_argument("--text", type=Path, default=tables_path(WEIGHTS_FOLDER), help="text tower with its tables")
    parser.add_argument("--fold", choices=FOLDS, help="leave out the sources of this fold")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="where the weights go")
    options = parser.parse_args()
    store = TakeStore(options.takes, options.fold)
    release(read_towers(options.towers, options.text), options.text, store, options.out)


if __name__ == "__main__":
    main()
