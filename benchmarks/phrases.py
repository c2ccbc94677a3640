"""Measure whether free descriptions prefer the right sounds: ``python -m benchmarks.phrases [FOLDER --labels CSV]``.

Every phrase of ``phrases.toml`` has a right side and a wrong side. Its figure is the share of pairs, one sound from
each side, in which the right one scores higher (the area under the ROC curve). Without a folder, sounds are synthesized
by the recipes of ``training/`` with seeds that training does not use. Beside it, of each label as a query the share of
the first ten hits that are right, and of descriptions of a property within a label ("short snare") the share of the
first ten that are of the label and on the right side of its median: all as `earmark search` ranks, and by the angle.
"""

import argparse
import json
import os
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from db.measurements import Features
from db.query.parser import parse_query
from db.types import Matrix
from indexer.encoders.base import Encoder
from indexer.encoders.prompts import describe
from indexer.encoders.registry import start_encoder
from indexer.evaluation.folder import read_labels
from indexer.evaluation.zero_shot import precision_at_10
from indexer.search.attribute_words import parse_description
from indexer.search.candidates import Floats
from indexer.search.measured_attributes import ALONE, BESIDE_WORDS, attribute_offsets
from indexer.search.plan import words_direction
from training.labelled import embed_sounds
from training.recipe_book import recipe_book
from training.sound import SAMPLE_RATE_HZ

_SEED = 982_451_653  # far from the seeds of training
_N_EACH = 12  # synthesized sounds per label

_PAIRED = ("class", "property")

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sounds:
    """Embedded sounds: rows of all attributes belong together."""

    vectors: Matrix
    labels: npt.NDArray[np.str_]
    features: Sequence[Features]

    def measure(self, name: str) -> npt.NDArray[np.float64]:
        """Return one measurement per sound; NaN where there is none."""
        return np.array([np.nan if (value := getattr(f, name)) is None else value for f in self.features], float)


Score = Callable[[Encoder, Sounds, str], Floats]


def sides_of_class(sounds: Sounds, label: str) -> tuple[Mask, Mask]:
    """Return the sounds of a label and all others."""
    is_right = sounds.labels == label
    return is_right, ~is_right


def sides_of_property(sounds: Sounds, entry: dict[str, Any]) -> tuple[Mask, Mask]:
    """Return the sounds in the right third of every measure, and those in the wrong third of every measure."""
    within = sounds.labels == entry["label"] if "label" in entry else np.ones(len(sounds.labels), bool)
    right, wrong = within.copy(), within.copy()
    for name, sign in [(name, 1) for name in entry.get("more", [])] + [(name, -1) for name in entry.get("less", [])]:
        values = sign * sounds.measure(name)
        low, high = np.nanquantile(values[within], [1 / 3, 2 / 3])
        right &= values > high
        wrong &= values < low
    return right, wrong


def right_half(sounds: Sounds, entry: dict[str, Any]) -> Mask:
    """Return the sounds of a label that are on the right side of its median in every measure."""
    right = sounds.labels == entry["label"]
    within = right.copy()
    for name, sign in [(name, 1) for name in entry.get("more", [])] + [(name, -1) for name in entry.get("less", [])]:
        values = sign * sounds.measure(name)
        right &= values > np.nanmedian(values[within])
    return right


def share_preferred(scores: npt.NDArray[np.float32], right: Mask, wrong: Mask) -> float:
    """Return the share of (right, wrong) pairs in which right scores higher; NaN where a side is empty."""
    if not right.any() or not wrong.any():
        return float("nan")
    return float((scores[right][:, None] > scores[wrong][None, :]).mean())


def score_as_search(encoder: Encoder, sounds: Sounds, phrase: str) -> Floats:
    """Return how `earmark search` ranks sounds for a phrase, names aside, shape ``(n,)``."""
    query = parse_query(phrase)
    description = parse_description(query.text)
    cosines = sounds.vectors @ words_direction(encoder, query, description, has_example=False)
    nearest = np.argsort(-cosines, kind="stable")
    ranked, attributes = cosines[nearest], description.attributes
    values = np.array([sounds.measure(name) for name in attributes], np.float32).reshape(-1, len(nearest)).T
    strength = BESIDE_WORDS if description.has_words else ALONE
    scores = np.empty_like(ranked)
    scores[nearest] = ranked + attribute_offsets(ranked, values[nearest], tuple(attributes.values()), strength)
    return scores


def score_by_angle(encoder: Encoder, sounds: Sounds, phrase: str) -> Floats:
    """Return the cosines of sounds and a phrase, shape ``(n,)``."""
    cosines: Floats = sounds.vectors @ describe(encoder, [phrase])[0]
    return cosines


def measure_phrases(encoder: Encoder, sounds: Sounds, score: Score) -> Iterator[tuple[str, str, float]]:
    """Yield group (``"class"``, ``"property"``, ``"property_first_ten"``), phrase and share of each that applies.

    Args:
        encoder: Describes the phrases.
        sounds: What they choose between.
        score: Ranks the sounds for a phrase.
    """
    table = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
    for group, entries in table.items():
        for entry in entries:
            right, wrong = (
                sides_of_class(sounds, entry["label"]) if group == "class" else sides_of_property(sounds, entry)
            )
            for phrase in entry["phrases"]:
                scores = score(encoder, sounds, phrase)
                share = share_preferred(scores, right, wrong)
                if not np.isnan(share):
                    yield group, phrase, share
                if group == "property" and np.sum(sounds.labels == entry.get("label")) >= _N_EACH:
                    yield "property_first_ten", phrase, share_of_first_ten(scores, right_half(sounds, entry))


def share_of_first_ten(scores: Floats, right: Mask) -> float:
    """Return the share of the first ten hits that are right, out of as many as there can be."""
    first = np.argsort(-scores, kind="stable")[:10]
    return float(right[first].sum() / min(10, right.sum()))


def measure_first_hits(encoder: Encoder, sounds: Sounds, score: Score) -> float:
    """Return the share of the first ten hits for each label that are right, averaged over labels."""
    names, truth = np.unique(sounds.labels, return_inverse=True)
    likeness = np.stack([score(encoder, sounds, str(name)) for name in names], axis=1)
    return float(precision_at_10(likeness, truth, np.bincount(truth)).mean())


def synthesize(folder: Path) -> dict[bytes, str]:
    """Write sounds of every label of the phrases that a recipe knows; return their labels by path."""
    table = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
    wanted = sorted({entry["label"] for entry in table["class"]})  # the same order each time, as sounds are drawn in it
    rng = np.random.default_rng(_SEED)
    n_left = dict.fromkeys(wanted, _N_EACH)
    labels = {}
    recipes = recipe_book()
    while sum(n_left.values()):
        sound = recipes.draw_kind(next(kind for kind, n in n_left.items() if n), rng)
        if not n_left.get(sound.kind):
            continue  # the recipe made another type this time
        n_left[sound.kind] -= 1
        path = folder / f"{len(labels):05d}.wav"
        soundfile.write(path, sound.waveform, SAMPLE_RATE_HZ, subtype="FLOAT")
        labels[bytes(path)] = sound.kind
    return labels


def main() -> int:
    """Print the figures; exit with 1 when the phrases prefer the wrong side too often."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.phrases", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="labelled real sounds; synthesized ones by default")
    parser.add_argument("--labels", type=Path, help="CSV with the columns path,label")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    options = parser.parse_args()
    with start_encoder() as encoder, tempfile.TemporaryDirectory() as work_dir:
        labels = read_labels(options.folder, options.labels) if options.folder else synthesize(Path(work_dir))
        found = embed_sounds([Path(os.fsdecode(path)) for path in labels], list(labels.values()), encoder)
        sounds = Sounds(found.vectors, found.labels, found.features)
        ranked, by_angle = (_compare(encoder, sounds, score) for score in (score_as_search, score_by_angle))
    for group, figures in ranked["phrases"].items():
        print(f"{group}: {len(figures)} phrases; those with the fewest pairs right:")
        for phrase, share in sorted(figures.items(), key=lambda item: item[1])[:12]:
            print(f"    {share:.2f}  {phrase}")
    print(f"{len(sounds.labels)} sounds; as `earmark search` ranks, and by the angle alone:")
    for name in ("class", "property", "all", "first_ten", "property_first_ten"):
        print(f"    {name:<18} {ranked[name]:.3f}   {by_angle[name]:.3f}")
    if options.json:
        options.json.write_text(json.dumps({"ranked": ranked, "by_angle": by_angle}, indent=1))
    return int(ranked["all"] < (0.8 if options.folder else 0.9))


def _compare(encoder: Encoder, sounds: Sounds, score: Score) -> dict[str, Any]:
    """Return the share of pairs right by phrase, averaged by group and over all, and those of the first ten hits."""
    shares: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for group, phrase, share in measure_phrases(encoder, sounds, score):
        shares[group][phrase] = share
    means = {group: float(np.mean(list(figures.values()))) for group, figures in shares.items()}
    total = float(np.mean([share for group in _PAIRED for share in shares[group].values()]))
    phrases = {group: shares[group] for group in _PAIRED}
    return {**means, "all": total, "first_ten": measure_first_hits(encoder, sounds, score), "phrases": phrases}


if __name__ == "__main__":
    raise SystemExit(main())
