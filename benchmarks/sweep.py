"""The weights of ranking and of domain adaptation at several values: ``python -m benchmarks ablation --sweep``.

Measured as `benchmarks.ablation` measures, on recordings of sources that the weights were not trained on; what is in
use is the figure beside each.
"""

from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np

from benchmarks import tagging_ablation
from benchmarks.ablation import SEED
from benchmarks.figures import Figure
from benchmarks.left_out import embed_left_out, instrument_words, is_available, make_service
from benchmarks.search_tasks import (
    LEAST,
    Task,
    by_attribute,
    by_dislikes,
    by_example,
    by_example_and_property,
    by_examples_and_label,
    by_name,
    named_by_label,
    named_by_properties,
    shares,
)
from indexer.search import disliked_examples, hubness, measured_attributes, name_match, plan
from indexer.search.service import SearchService


def measure(work: Path, *, is_quick: bool) -> list[Figure]:
    """Return the share of right hits for each weight at each value."""
    if not is_available():
        return []
    rng = np.random.default_rng(SEED)
    sounds = embed_left_out(least=2 * LEAST if is_quick else LEAST)
    everything = np.arange(len(sounds.labels))
    properties = instrument_words(sounds)
    plain = make_service(work / "plain", sounds, everything)
    called = make_service(work / "called", sounds, everything, words=named_by_label(sounds.labels, rng))
    described = make_service(work / "described", sounds, everything, words=named_by_properties(properties, rng))
    with_property = list(by_example_and_property(sounds, properties, rng))
    dislikes = list(by_dislikes(sounds, plain))
    beside = (0.25, 0.5, 1.0)
    trials: tuple[tuple[ModuleType, str, tuple[float, ...], str, SearchService, list[Task]], ...] = (
        (
            plan,
            "_WORDS_BESIDE_EXAMPLE",
            beside,
            "a sound and its label",
            plain,
            list(by_examples_and_label(sounds, 1, rng)),
        ),
        (
            plan,
            "_WORDS_BESIDE_EXAMPLE",
            beside,
            "three and their label",
            plain,
            list(by_examples_and_label(sounds, 3, rng)),
        ),
        (plan, "_WORDS_BESIDE_EXAMPLE", beside, "a sound and a property", plain, with_property),
        (disliked_examples, "_WEIGHT", (0.0, 0.05, 0.1, 0.2, 0.4), "disliked hits, less wrong ones", plain, dislikes),
        (
            disliked_examples,
            "_WEIGHT",
            (0.0, 0.05, 0.1, 0.2, 0.4),
            "disliked hits, right ones alone",
            plain,
            [task._replace(wrong=None) for task in dislikes],
        ),
        (hubness, "_WEIGHT", (0.0, 0.15, 0.3, 0.5, 0.7), "a sound", plain, list(by_example(sounds, rng))),
        (
            measured_attributes,
            "BESIDE_WORDS",
            (0.0, 0.05, 0.1, 0.15, 0.2),
            "an attribute",
            plain,
            list(by_attribute(sounds)),
        ),
        (
            name_match,
            "_WEIGHT",
            (0.0, 0.3, 0.5, 0.8, 1.0),
            "words that half of the names hold",
            called,
            by_name(sounds),
        ),
        (
            name_match,
            "_WEIGHT_BESIDE_EXAMPLE",
            (0.0, 0.1, 0.3, 0.5, 0.8),
            "a sound and a property that half of the names hold",
            described,
            with_property,
        ),
    )
    figures = []
    for module, constant, values, asked, service, tasks in trials:
        now = float(np.mean(shares(service, tasks)))
        for value in values:
            with patch.object(module, constant, value):
                share = float(np.mean(shares(service, tasks)))
            name = f"{module.__name__.rpartition('.')[2]}.{constant} = {value:g}: by {asked}"
            figures.append(Figure(name, share, "", f"{getattr(module, constant):g}, in use", now))
    for service in (plain, called, described):
        service.library.close()
    return figures + tagging_ablation.sweep(is_quick=is_quick)
