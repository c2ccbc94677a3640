"""What each stage of ranking gains, on recordings of sources that the weights have not heard (`benchmarks.left_out`).

Each is left out in turn where it applies. Figures are shares of the first ten hits that are right, out of as many as
there can be; of dislikes, less the share of hits of the kinds that were disliked. The noise is twice the standard error
of the gain over labels: a stage that gains less than that has not shown that it is worth its code.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from benchmarks.figures import Figure
from benchmarks.left_out import embed_left_out, is_available, make_service
from indexer.encoders.compact.model import TEXT_DIM
from indexer.encoders.prompts import unit
from indexer.evaluation.labelled import Labelled
from indexer.search import ranking
from indexer.search.disliked_examples import DislikedExamples
from indexer.search.hubness import LocalScaling, nearest_neighbours, skewness
from indexer.search.measured_attributes import MeasuredAttributes
from indexer.search.name_match import NameMatch
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService

_SEED = 275_604_541
_LEAST = 5  # sounds of a label
_N_EXAMPLES = 5  # of a label
_NAMED, _MISNAMED = 0.5, 0.05  # of the sounds are called what they are, and what they are not
_ATTRIBUTES = {
    "short": ("audible_seconds", -1),
    "long": ("audible_seconds", 1),
    "bright": ("brightness_hz", 1),
    "dark": ("brightness_hz", -1),
    "noisy": ("noisiness", 1),
    "quiet": ("loudness_lufs", -1),
    "slow attack": ("attack_ms", 1),
}

Mask = npt.NDArray[np.bool_]


class Task(NamedTuple):
    """A request with the label that it is about, and which sounds are right and wrong, shape ``(n,)``."""

    label: str
    request: SearchRequest
    right: Mask
    wrong: Mask | None = None


def measure(work: Path, *, is_quick: bool) -> list[Figure]:
    """Return the figure with and without each stage, and the noise of the gain."""
    if not is_available():
        return []
    rng = np.random.default_rng(_SEED)
    sounds = embed_left_out(least=2 * _LEAST if is_quick else _LEAST)
    everything = np.arange(len(sounds.labels))
    plain = make_service(work / "plain", sounds, everything)
    named = make_service(work / "named", sounds, everything, words=_names(sounds.labels, rng))
    examples = list(_by_example(sounds, rng))
    by_name = [task._replace(request=SearchRequest(task.label, k=10, folds=False)) for task in _by_label(sounds)]
    trials = (
        (LocalScaling, "a sound", plain, examples),
        (DislikedExamples, "a word and disliked hits", plain, list(_by_dislikes(sounds, plain))),
        (MeasuredAttributes, "a word and a measured attribute", plain, list(_by_attribute(sounds))),
        (NameMatch, "words, half of the names saying so", named, by_name),
    )
    figures = []
    for stage, asked, service, tasks in trials:
        stages = tuple(one for one in ranking.STAGES if not isinstance(one, stage))
        with_stage = _shares(service, tasks)
        with patch.object(ranking, "STAGES", stages):
            figures += _compare(f"{stage.__name__}: by {asked}", tasks, with_stage, _shares(service, tasks))
    figures.append(_hubs(sounds))
    figures += _timbre(work / "no timbre", sounds, plain, examples)
    plain.library.close()
    named.library.close()
    return figures


def _hubs(sounds: Labelled) -> Figure:
    """Return the skewness of how often each sound is among the ten nearest of others, as `LocalScaling` is for."""
    with_scaling, without = (
        skewness(nearest_neighbours(sounds.vectors, 10, is_scaled=is_scaled)) for is_scaled in (True, False)
    )
    return Figure(
        "LocalScaling: hubness by a sound", with_scaling, "", "without", without, "less", with_scaling < without
    )


def _timbre(folder: Path, sounds: Labelled, plain: SearchService, tasks: list[Task]) -> list[Figure]:
    """Compare with a library whose vectors have only the columns that texts reach."""
    rows = np.zeros_like(sounds.vectors)
    rows[:, :TEXT_DIM] = sounds.vectors[:, :TEXT_DIM]
    bare = make_service(folder, sounds, np.arange(len(rows)), vectors=unit(rows))
    figures = _compare("timbre columns: by a sound", tasks, _shares(plain, tasks), _shares(bare, tasks))
    bare.library.close()
    return figures


def _compare(name: str, tasks: Sequence[Task], ours: Sequence[float], without: Sequence[float]) -> list[Figure]:
    gains: defaultdict[str, list[float]] = defaultdict(list)
    for task, one, other in zip(tasks, ours, without, strict=True):
        gains[task.label].append(one - other)
    means = np.array([np.mean(of_label) for of_label in gains.values()])
    gain, noise = float(means.mean()), float(2 * means.std(ddof=1) / len(means) ** 0.5)
    target = f"gain {gain:+.3f} above its noise of {noise:.3f}, {len(tasks)} requests"
    return [Figure(name, float(np.mean(ours)), "", "without", float(np.mean(without)), target, gain > noise)]


def _shares(service: SearchService, tasks: Sequence[Task]) -> list[float]:
    """Return the share of right sounds among the first ten hits of each task, less that of wrong ones."""
    shares = []
    for task in tasks:
        first = service.search(task.request).ids - 1
        right = task.right.copy()
        right[[like - 1 for like in (*task.request.likes, *task.request.dislikes) if isinstance(like, int)]] = False
        share = right[first].sum() / max(1, min(10, right.sum()))
        shares.append(float(share - (0.0 if task.wrong is None else task.wrong[first].mean())))
    return shares


def _names(labels: npt.NDArray[np.str_], rng: np.random.Generator) -> list[str]:
    """Draw what sounds are called: most often what they are or nothing."""
    drawn, others = rng.random(len(labels)), rng.permutation(labels)
    return [
        own if share < _NAMED else other if share > 1 - _MISNAMED else ""
        for own, other, share in zip(labels.tolist(), others.tolist(), drawn.tolist(), strict=True)
    ]


def _by_label(sounds: Labelled) -> Iterator[Task]:
    for label in np.unique(sounds.labels).tolist():
        yield Task(label, SearchRequest(f'"{label}"', k=10, folds=False), sounds.labels == label)


def _by_example(sounds: Labelled, rng: np.random.Generator) -> Iterator[Task]:
    for label in np.unique(sounds.labels).tolist():
        places = np.flatnonzero(sounds.labels == label)
        for place in rng.permutation(places)[:_N_EXAMPLES].tolist():
            request = SearchRequest(likes=(place + 1,), k=10, lists_likes=False, folds=False)
            yield Task(label, request, sounds.labels == label)


def _by_dislikes(sounds: Labelled, service: SearchService) -> Iterator[Task]:
    """Ask by the name of a label, and dislike up to three wrong hits."""
    for task in _by_label(sounds):
        first = service.search(task.request).ids - 1
        wrong = first[~task.right[first]][:3]
        if len(wrong):
            request = SearchRequest(
                task.request.line, dislikes=tuple((wrong + 1).tolist()), k=10, lists_likes=False, folds=False
            )
            yield Task(task.label, request, task.right, np.isin(sounds.labels, sounds.labels[wrong]))


def _by_attribute(sounds: Labelled) -> Iterator[Task]:
    """Ask for the short ones of a label: what is of it and on the right side of its median is right."""
    for task in _by_label(sounds):
        for word, (name, sign) in _ATTRIBUTES.items():
            values = np.array([getattr(one, name) for one in sounds.features], float) * sign  # None becomes NaN
            known = task.right & np.isfinite(values)
            if known.sum() >= 2 * _LEAST:
                right = task.right & (values > np.median(values[known]))
                yield task._replace(request=SearchRequest(f"{word} {task.label}", k=10, folds=False), right=right)
