"""Measure few-shot tags: ``python -m benchmarks.few_shot FOLDER --weights FOLDER [--fold 0] [--named]``.

FOLDER holds recordings and a ``manifest.csv`` (columns ``path``, ``label``, ``source``, ``instrument``). Only sources
of one fold are used, and weights that were trained without them (``python -m training`` leaves some). Two kinds of tags
are learned from examples: labels, and properties within a label ("short snare": the third of its sounds with the
shortest decay), whose counterexamples are mostly of the same label. The other sounds are ranked by the score. Printed
is the average precision with all components of the score, and what each of them gains (the ablation): mean over tags
and its standard error.

Names are hidden, but with ``--named``: then sounds are called by their instrument, in a folder called by their source.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import TextEncoder
from indexer.encoders.compact.model import WEIGHTS_FOLDER, CompactEncoder
from indexer.encoders.prompts import describe
from indexer.few_shot.detector import (
    ScoreInputs,
    evenly_spaced,
    fit_detector,
    fit_whitening,
    probabilities,
    standardized,
)
from indexer.few_shot.filename_evidence import NameWords, read_name_words
from indexer.few_shot.service import descriptors_of
from training.folds import fold_by_source
from training.labelled import Labelled, average_precision, embed_sounds
from training.recordings import read_manifest

COMPONENTS = {
    "whitening": "whitening of the similarity",
    "whitened": "whitened similarity",
    "descriptors": "descriptor likelihood ratio",
    "prompt_similarity": "prompt similarity",
    "names": "filename evidence",
}
_NUMBERS = ((3, 0), (5, 5), (20, 20))  # examples and counterexamples
_MIN_REST = 5  # sounds of a tag beside its examples
_N_DRAWS = 10
_PROPERTIES = ("attack_ms", "decay_ms", "brightness_hz", "noisiness")
_MIN_OF_PROPERTY = 30  # sounds of a label whose properties are tags
_SHARE_ALIKE = 0.6  # of the counterexamples of a property, those of the same label

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Target:
    """A tag to be learned.

    Attributes:
        name: What the tag is called; "" for a word that says nothing.
        prompt: Label whose name is the prompt; "" for none.
        has_it: Sounds with the tag, shape ``(n,)``.
        is_alike: Sounds that it is easily confused with, shape ``(n,)``.
    """

    name: str
    prompt: str
    has_it: Mask
    is_alike: Mask


@dataclass(frozen=True)
class Experiment:
    """What few-shot tags are measured on.

    Attributes:
        rows: Embeddings, unit rows, shape ``(n, dim)``.
        descriptors: Shape ``(n, n_descriptors)``.
        similarities: Prompt similarity of every sound by label, shape ``(n,)`` each.
        words: Of the names of the sounds.
    """

    rows: Floats
    descriptors: Floats
    similarities: dict[str, Floats]
    words: NameWords

    def precisions(
        self, targets: Sequence[Target], n_yes: int, n_no: int, *, without: str = ""
    ) -> npt.NDArray[np.float64]:
        """Return the average precision of each target and draw, shape ``(n_targets, _N_DRAWS)``.

        Args:
            targets: To be learned.
            n_yes: Examples; at most all but one of a target.
            n_no: Counterexamples.
            without: Component of the score that is left out, a key of `COMPONENTS`.
        """
        whitened = self.rows if without == "whitening" else fit_whitening(self.rows).apply(self.rows)
        found = np.zeros((len(targets), _N_DRAWS))
        for number, target in enumerate(targets):
            similarity = self.similarities.get(target.prompt, np.zeros(len(whitened), np.float32))
            sounds = ScoreInputs(whitened, self.descriptors, similarity)
            if without in {"whitened", "descriptors", "prompt_similarity"}:
                sounds = sounds.without(without)
            library = sounds.take(evenly_spaced(len(sounds)))
            for seed in range(_N_DRAWS):
                yes, no = _examples(target, n_yes, n_no, np.random.default_rng(seed))
                odds = fit_detector(sounds.take(yes), sounds.take(no), library).log_odds(sounds)
                if without != "names":
                    odds += self.words.log_odds(probabilities(odds), yes.tolist(), no.tolist(), target.name)
                rest = np.setdiff1d(np.arange(len(sounds)), np.concatenate([yes, no]))
                found[number, seed] = average_precision(odds[rest], target.has_it[rest])
        return found


def experiment(sounds: Labelled, names: Sequence[str], encoder: TextEncoder) -> Experiment:
    """Prepare labelled sounds; names are paths, one per sound, or none at all; the encoder reads prompts."""
    labels = np.unique(sounds.labels).tolist()
    similarities = standardized(sounds.vectors @ describe(encoder, labels).T)
    parts = (name.rpartition("/") for name in names)
    files = [(place, folder, file) for place, (folder, _, file) in enumerate(parts)]
    return Experiment(
        sounds.vectors,
        standardized(descriptors_of(sounds.measures())),
        dict(zip(labels, similarities.T, strict=True)),
        read_name_words(files, {place: place for place in range(len(sounds.labels))}),
    )


def label_targets(labels: npt.NDArray[np.str_], least: int, *, is_called: bool = True) -> list[Target]:
    """Return a tag for each label with at least so many sounds, the most frequent first.

    Args:
        labels: Of each sound, shape ``(n,)``.
        least: Sounds of a label.
        is_called: A tag is called by its label; else by a word that says nothing.
    """
    names, counts = np.unique(labels, return_counts=True)
    frequent = [str(names[i]) for i in np.argsort(-counts, kind="stable") if counts[i] >= least]
    nowhere = np.zeros(len(labels), np.bool_)
    return [Target(name * is_called, name * is_called, labels == name, nowhere) for name in frequent]


def property_targets(sounds: Labelled, least: int) -> Iterator[Target]:
    """Yield the low and the high third of each property within each frequent label."""
    for target in label_targets(sounds.labels, _MIN_OF_PROPERTY):
        for name in _PROPERTIES:
            values = np.array([getattr(one, name) for one in sounds.features], np.float64)
            low, high = np.nanquantile(values[target.has_it], [1 / 3, 2 / 3])
            for has_it in (target.has_it & (values <= low), target.has_it & (values >= high)):
                is_alike = target.has_it & ~has_it
                if min(has_it.sum(), is_alike.sum()) >= least:
                    yield Target("", "", has_it, is_alike)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.few_shot", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="recordings with a manifest.csv")
    parser.add_argument("--fold", default="0", help="only sources of this fold; all for every source")
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS_FOLDER, help="weights that were not trained on the fold"
    )
    parser.add_argument("--named", action="store_true", help="sounds are called by their instrument")
    options = parser.parse_args()
    rows = [one for one in read_manifest(options.folder) if options.fold in {"all", fold_by_source().get(one.source)}]
    encoder = CompactEncoder(options.weights)
    sounds = embed_sounds([row.path for row in rows], [row.label for row in rows], encoder)
    called = {str(row.path): f"{row.source}/{row.instrument}" for row in rows}
    measured = experiment(sounds, [called[name] for name in sounds.names] if options.named else [], encoder)
    components = [name for name in COMPONENTS if options.named or name != "names"]
    print(f"{len(sounds.labels)} sounds of {len({row.source for row in rows})} sources")
    for n_yes, n_no in _NUMBERS:
        _report("labels", measured, label_targets(sounds.labels, n_yes + _MIN_REST), n_yes, n_no, components)
    _report("properties", measured, list(property_targets(sounds, 2 * _MIN_REST)), 5, 5, components)


def _report(
    what: str, measured: Experiment, targets: Sequence[Target], n_yes: int, n_no: int, components: Sequence[str]
) -> None:
    full = measured.precisions(targets, n_yes, n_no)
    print(f"\n{len(targets)} {what}, {n_yes} yes, {n_no} no: average precision {full.mean():.3f}")
    for component in components:
        gain = (full - measured.precisions(targets, n_yes, n_no, without=component)).mean(axis=1)
        error = gain.std(ddof=1) / len(gain) ** 0.5
        print(f"  {COMPONENTS[component]:<30} {gain.mean():+.3f} ± {error:.3f}")


def _examples(
    target: Target, n_yes: int, n_no: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draw examples and counterexamples of a target."""
    yes = rng.choice(np.flatnonzero(target.has_it), min(n_yes, int(target.has_it.sum()) - 1), replace=False)
    n_alike = min(round(_SHARE_ALIKE * n_no), int(target.is_alike.sum()))
    alike = rng.choice(np.flatnonzero(target.is_alike), n_alike, replace=False) if n_alike else yes[:0]
    others = np.setdiff1d(np.flatnonzero(~target.has_it), alike)
    return yes, np.concatenate([alike, rng.choice(others, n_no - n_alike, replace=False)])


if __name__ == "__main__":
    main()
