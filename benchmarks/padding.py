"""Measure how a short sound should fill LAION's ten seconds: ``python -m benchmarks.padding FOLDER [--labels CSV]``.

Repeated as often as it fits whole, as the checkpoints were trained and as earmark does, or once with silence behind
it, as others do. Without a fetched model, on HTSAT-tiny with random weights: these know no words, but what they keep of
a sound, its nearest neighbour tells.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.laion import write_model
from db.errors import SoundError
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.architecture import TINY
from indexer.encoders.laion.encoder import LaionEncoder
from indexer.encoders.laion.engines import own
from indexer.encoders.laion.frontend import WINDOW_FRAMES, fill_window
from indexer.evaluation.folder import read_labels
from indexer.evaluation.zero_shot import measure
from indexer.ingest.observe import read_sound

_AT_ONCE = 32


def main() -> None:
    """Embed a labelled folder by both rules and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.padding", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labels", type=Path, help="CSV with the columns path,label; else names of folders")
    parser.add_argument("--model", type=Path, help="folder of a fetched model; else random weights")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work_dir:
        figures = compare(options.model or random_model(Path(work_dir)), options.folder, options.labels)
    print(json.dumps(figures, indent=1))


def random_model(work_dir: Path) -> Path:
    """Write an untrained model of full size."""
    return write_model(work_dir / "random", TINY, "random weights")[0]


def compare(model: Path, folder: Path, labels_csv: Path | None) -> dict[str, dict[str, float]]:
    """Return the figures of both rules, and how close their vectors of one sound are.

    Args:
        model: Folder of a converted model.
        folder: Labelled sounds.
        labels_csv: As `earmark eval` takes it.
    """
    sounds: list[Waveform] = []
    labels: list[str] = []
    for path, label in read_labels(folder, labels_csv).items():
        try:
            waveform = read_sound(Path(os.fsdecode(path))).waveform
        except SoundError:
            continue
        if waveform is not None:
            sounds.append(waveform)
            labels.append(label)
    rules: dict[str, Callable[[Waveform], Waveform]] = {"repeated": fill_window, "silence behind": with_silence}
    figures: dict[str, dict[str, float]] = {}
    rows = {}
    for name, rule in rules.items():
        with patch.object(own, "fill_window", rule):
            encoder = LaionEncoder(model, engine="earmark")
            parts = [encoder.embed_audio(sounds[at : at + _AT_ONCE]) for at in range(0, len(sounds), _AT_ONCE)]
        rows[name] = np.concatenate(parts)
        found = measure(encoder, rows[name], labels)
        figures[name] = {"top1": found.top1, "p_at_10": found.p_at_10, "one_nn": found.one_nn}
    cosines = (rows["repeated"] * rows["silence behind"]).sum(axis=1)
    return figures | {"cosine of both": {"median": float(np.median(cosines)), "least": float(cosines.min())}}


def with_silence(waveform: Waveform) -> Waveform:
    """Fill a window as `fill_window` does, but with the sound once."""
    filled = fill_window(waveform)
    filled[len(waveform) :] = 0
    return filled[:WINDOW_FRAMES]


if __name__ == "__main__":
    main()
