"""Draw how often tags are right that are shown as so sure: ``python -m training.reliability FOLDER PICTURE``.

FOLDER holds sounds in ``sounds`` and labels in ``labels.csv`` beside it, as for ``python -m benchmarks tagging``.
"""

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.encoders.registry import load_text_encoder
from indexer.features.loop_classifier import form_of
from indexer.tagging.library_profile import Survey, build_profile
from indexer.tagging.tagger import FAMILY_CONFIDENCE, Tagger
from training.labelled import calibration_error, embed_labelled

_N_BINS = 10
_FEWEST = 5  # sounds; a bin of fewer says nothing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.reliability", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    confidence, is_right = answers(options.folder)
    draw(confidence, is_right, options.picture)


def answers(folder: Path) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return how sure the family of each sound is, names hidden, and whether it is right."""
    sounds = embed_labelled(folder)
    tagger = Tagger(load_text_encoder())
    forms = [form_of(one.duration_seconds, one.n_onsets).name for one in sounds.features]
    shares = tagger.type_probabilities(sounds.vectors, forms)
    names = [kind.name for kind in tagger.types]
    tagger = tagger.with_profile(build_profile(Survey(sounds.vectors, shares, np.full(len(shares), -1)), names))
    families = sorted({kind.family for kind in tagger.types})
    belongs = np.array([[kind.family == family for family in families] for kind in tagger.types])
    shares = tagger.type_probabilities(sounds.vectors, forms) @ belongs
    return shares.max(axis=1), np.array(families)[shares.argmax(axis=1)] == sounds.families


def draw(confidence: npt.NDArray[np.float32], is_right: npt.NDArray[np.bool_], picture: Path) -> None:
    """Draw the share that is right against the confidence, as an SVG file."""
    import matplotlib as mpl  # noqa: PLC0415  only this script needs it

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "earmark"  # the same sounds give the same file
    from matplotlib import pyplot as plt  # noqa: PLC0415

    bins = np.minimum((confidence * _N_BINS).astype(int), _N_BINS - 1)
    counts = np.bincount(bins, minlength=_N_BINS)
    places = np.flatnonzero(counts >= _FEWEST)
    right = np.array([is_right[bins == place].mean() for place in places])
    sure = np.array([confidence[bins == place].mean() for place in places])
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(5, 5), height_ratios=(3, 1), layout="constrained")
    above.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="as sure as it is right")
    above.plot(sure, right, marker="o", color="tab:blue", label="first level of the type, names hidden")
    above.axvspan(0, FAMILY_CONFIDENCE, color="0.93", label="unsure: nothing is said")
    above.set(ylabel="share that is right", ylim=(0, 1.02), xlim=(0, 1))
    above.set_title(f"{len(bins)} real sounds, calibration error {calibration_error(confidence, is_right):.3f}")
    above.legend(loc="upper left", fontsize=8)
    below.bar((np.arange(_N_BINS) + 0.5) / _N_BINS, counts, width=0.9 / _N_BINS, color="tab:blue")
    below.set(xlabel="confidence", ylabel="sounds")
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main()
