"""The gain of each stage of ranking and tagging, on recordings that the weights were not trained on.

Each stage is left out in turn where it applies. Figures of ranking are shares of the first ten hits that are right, out
of as many as there can be; of dislikes, less the share of hits of the labels that were disliked. Figures of tagging are
shares of types that are right. The noise is twice the standard error of the gain over labels or libraries: a stage that
gains less than that has not shown that it is worth its code. `benchmarks.few_shot` does the same for few-shot tags;
``--sweep`` tries other values of the constants (`benchmarks.sweep`).

Three stay though they gain no more than their noise here: local scaling, which halves the hubness, and the four
phrasings and the mean of all texts, which the large models need as well. Where half of the sources are named, all that
is asked of domain adaptation is that it does no harm to the others.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks import tagging_ablation
from benchmarks.figures import Figure, gain_figure
from benchmarks.left_out import embed_left_out, is_available, load_text_encoder, make_service
from benchmarks.search_tasks import (
    LEAST,
    Task,
    by_attribute,
    by_dislikes,
    by_example,
    by_label,
    by_name,
    named_by_label,
    shares,
)
from indexer.encoders import prompts
from indexer.encoders.compact.model import TEXT_DIM
from indexer.encoders.prompts import unit
from indexer.search import ranking
from indexer.search.disliked_examples import DislikedExamples
from indexer.search.hubness import LocalScaling, nearest_neighbours, skewness
from indexer.search.measured_attributes import MeasuredAttributes
from indexer.search.name_match import NameMatch
from indexer.search.service import SearchService
from training.labelled import Labelled

SEED = 275_604_541


def measure(work: Path, *, is_quick: bool) -> list[Figure]:
    """Return the figure with and without each stage, and the standard error of the gain."""
    if not is_available():
        return []
    rng = np.random.default_rng(SEED)
    sounds = embed_left_out(least=2 * LEAST if is_quick else LEAST)
    everything = np.arange(len(sounds.labels))
    plain = make_service(work / "plain", sounds, everything)
    named = make_service(work / "named", sounds, everything, words=named_by_label(sounds.labels, rng))
    examples = list(by_example(sounds, rng))
    trials = (
        (LocalScaling, "a sound", plain, examples),
        (DislikedExamples, "a word and disliked hits", plain, list(by_dislikes(sounds, plain))),
        (MeasuredAttributes, "a word and a measured attribute", plain, list(by_attribute(sounds))),
        (NameMatch, "words, half of the names saying so", named, by_name(sounds)),
    )
    figures = []
    for stage, asked, service, tasks in trials:
        stages = tuple(one for one in ranking.STAGES if not isinstance(one, stage))
        figures.append(
            _compare(f"{stage.__name__}: by {asked}", service, tasks, patch.object(ranking, "STAGES", stages))
        )
    labels = list(by_label(sounds))
    one_phrase = patch.object(prompts, "PHRASINGS", ("{}",))
    no_center = patch.dict(vars(load_text_encoder()), text_center=np.float32(0))
    figures += [
        _hubs(sounds),
        _timbre(work / "no timbre", sounds, plain, examples),
        _compare("four phrasings: by words", plain, labels, one_phrase),
        _compare("words without the mean of all texts: by words", plain, labels, no_center),
    ]
    plain.library.close()
    named.library.close()
    return figures + tagging_ablation.measure(is_quick=is_quick)


def _hubs(sounds: Labelled) -> Figure:
    """Return the hubness that `LocalScaling` corrects: the skewness of how often a sound is among the ten nearest."""
    with_scaling, without = (
        skewness(nearest_neighbours(sounds.vectors, 10, is_scaled=is_scaled)) for is_scaled in (True, False)
    )
    return Figure(
        "LocalScaling: hubness by a sound", with_scaling, "", "without", without, "less", with_scaling < without
    )


def _timbre(folder: Path, sounds: Labelled, plain: SearchService, tasks: list[Task]) -> Figure:
    """Compare with a library whose vectors have only the columns that texts reach."""
    rows = np.zeros_like(sounds.vectors)
    rows[:, :TEXT_DIM] = sounds.vectors[:, :TEXT_DIM]
    bare = make_service(folder, sounds, np.arange(len(rows)), vectors=unit(rows))
    labels = [task.label for task in tasks]
    figure = gain_figure("timbre columns: by a sound", labels, shares(plain, tasks), shares(bare, tasks))
    bare.library.close()
    return figure


def _compare(
    name: str, service: SearchService, tasks: Sequence[Task], without: AbstractContextManager[object]
) -> Figure:
    ours = shares(service, tasks)
    with without:
        return gain_figure(name, [task.label for task in tasks], ours, shares(service, tasks))
