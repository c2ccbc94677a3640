"""Measure which values the layers of the audio tower take: ``python -m training.ranges``, after `training.release`.

With them beside the weights, the tower is computed in 8 bits. Prints how near its vectors are to those in floating
point, on recordings that the ranges were not measured on.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.audio.waveform import Waveform
from indexer.encoders.compact.frontend import active_part, cut_windows, draw, length_views, to_input
from indexer.encoders.compact.graph import EMBEDDING, LENGTH, PICTURE, QUANTIZED
from indexer.encoders.compact.model import WEIGHTS_FOLDER, ranges_path, start_session
from indexer.encoders.compact.quantized import Ranges
from training import recordings
from training.folds import FOLDS, is_left_out

_N_MEASURED, _N_COMPARED = 600, 500
# The largest values of all but the most extreme hundredth of sounds, and a tenth more: with the very largest, all
# others are told apart less finely; with fewer, some are cut off too hard.
_SHARE, _MARGIN = 0.99, 1.1

Inputs = dict[str, npt.NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.ranges", description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=Path, required=True, help="folder with manifest.csv (see SOURCES.md)")
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER, help="folder of weights")
    parser.add_argument("--fold", choices=FOLDS, help="leave out the sources of this fold")
    options = parser.parse_args()
    cosines = write_ranges(options.recordings, options.weights, options.fold)
    print(f"cosine to floating point, {len(cosines)} recordings: mean {cosines.mean():.5f}, least {cosines.min():.5f}")


def write_ranges(folder: Path, weights: Path, fold: str | None) -> npt.NDArray[np.float32]:
    """Write the ranges of weights beside them.

    Args:
        folder: Recordings.
        weights: Folder of weights.
        fold: Its sources are left out.

    Returns:
        As `compare`, for recordings that the ranges were not measured on.
    """
    listed = [one for one in recordings.read_manifest(folder) if not is_left_out(one.source, fold)]
    chosen = np.random.default_rng(0).permutation(len(listed))[: _N_MEASURED + _N_COMPARED]
    inputs = [inputs_of(recordings.read(listed[number].path)) for number in chosen.tolist()]
    ranges = measure_ranges(weights, inputs[:_N_MEASURED])
    text = json.dumps({name: [round(end, 4) for end in ends] for name, ends in ranges.items()})
    ranges_path(weights).write_text(text + "\n", encoding="utf-8")
    return compare(weights, ranges, inputs[_N_MEASURED:])


def inputs_of(waveform: Waveform) -> Inputs:
    """Return what the tower is fed of the first window of a sound."""
    part = active_part(waveform)
    picture = to_input(draw(cut_windows(part)[0]))
    return {PICTURE: picture[None], LENGTH: length_views([len(part) / recordings.SAMPLE_RATE_HZ])}


def measure_ranges(folder: Path, inputs: list[Inputs]) -> Ranges:
    """Return the values that each layer takes that is quantized."""
    session = start_session(folder, None, QUANTIZED)
    ends = np.array(
        [[(values.min(), values.max()) for values in session.run(QUANTIZED, one)] for one in inputs], np.float64
    )
    lows = np.minimum(np.quantile(ends[..., 0], 1 - _SHARE, axis=0), 0) * _MARGIN
    highs = np.quantile(ends[..., 1], _SHARE, axis=0) * _MARGIN
    return {name: (float(low), float(high)) for name, low, high in zip(QUANTIZED, lows, highs, strict=True)}


def compare(folder: Path, ranges: Ranges, inputs: list[Inputs]) -> npt.NDArray[np.float32]:
    """Return the cosine between the embeddings in 8 bits and in floating point of each input, timbre left out."""
    exact, quantized = (start_session(folder, each) for each in (None, ranges))
    rows = [np.concatenate([session.run([EMBEDDING], one)[0] for one in inputs]) for session in (exact, quantized)]
    cosines: npt.NDArray[np.float32] = (rows[0] * rows[1]).sum(axis=1)
    return cosines


if __name__ == "__main__":
    main()
