"""Requests with known answers, on labelled sounds in a library whose sample ``i + 1`` is sound ``i``."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.search.attribute_words import parse_description
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService
from training.labelled import Labelled

LEAST = 5  # sounds of a label, and on either side of a property
_N_EXAMPLES = 5  # of a label
_NAMED, _MISNAMED = 0.5, 0.05  # of the sounds are called what they are, and what they are not
_N_HITS = 10
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


def shares(service: SearchService, tasks: Sequence[Task]) -> list[float]:
    """Return the share of right sounds among the first ten hits of each task, less that of wrong ones."""
    found = []
    for task in tasks:
        first = service.search(task.request).ids - 1
        right = task.right.copy()
        right[[like - 1 for like in (*task.request.likes, *task.request.dislikes) if isinstance(like, int)]] = False
        share = right[first].sum() / max(1, min(_N_HITS, right.sum()))
        found.append(float(share - (0.0 if task.wrong is None else task.wrong[first].mean())))
    return found


def by_label(sounds: Labelled) -> Iterator[Task]:
    for label, right, _ in _each_label(sounds):
        yield Task(label, _request(f'"{label}"'), right)


def by_name(sounds: Labelled) -> list[Task]:
    """Search by the name of a label without quotes, so that file names count."""
    return [task._replace(request=_request(task.label)) for task in by_label(sounds)]


def by_example(sounds: Labelled, rng: np.random.Generator) -> Iterator[Task]:
    for label, right, places in _each_label(sounds):
        for place in rng.permutation(places)[:_N_EXAMPLES].tolist():
            yield Task(label, _request(likes=(place + 1,)), right)


def by_examples_and_label(sounds: Labelled, n_likes: int, rng: np.random.Generator) -> Iterator[Task]:
    for label, right, places in _each_label(sounds):
        likes = tuple((rng.permutation(places)[:n_likes] + 1).tolist())
        yield Task(label, _request(f'"{label}"', likes), right)


def by_example_and_property(
    sounds: Labelled, properties: Sequence[set[str]], rng: np.random.Generator
) -> Iterator[Task]:
    """Search by a sound and a property that it lacks; sounds of its label with the property are right."""
    for label, right, places in _each_label(sounds):
        for word in sorted(set().union(*(properties[place] for place in places))):
            has = np.array([word in words for words in properties])
            having, lacking = places[has[places]], places[~has[places]]
            is_asked = word not in label and not parse_description(word).attributes
            if is_asked and min(len(having), len(lacking)) >= LEAST:
                yield Task(label, _request(f'"{word}"', (int(rng.choice(lacking)) + 1,)), right & has)


def by_dislikes(sounds: Labelled, service: SearchService) -> Iterator[Task]:
    """Search by the name of a label with up to three wrong hits as dislikes, which should lower their labels."""
    for task in by_label(sounds):
        first = service.search(task.request).ids - 1
        wrong = first[~task.right[first]][:3]
        if len(wrong):
            request = _request(task.request.line, dislikes=tuple((wrong + 1).tolist()))
            yield Task(task.label, request, task.right, np.isin(sounds.labels, sounds.labels[wrong]))


def by_attribute(sounds: Labelled) -> Iterator[Task]:
    """Search for the short sounds of a label; sounds of it on the right side of its median are right."""
    for label, of_label, _ in _each_label(sounds):
        for word, (name, sign) in _ATTRIBUTES.items():
            values = np.array([getattr(one, name) for one in sounds.features], float) * sign  # None becomes NaN
            known = of_label & np.isfinite(values)
            if known.sum() >= 2 * LEAST:
                yield Task(label, _request(f"{word} {label}"), of_label & (values > np.median(values[known])))


def named_by_label(labels: npt.NDArray[np.str_], rng: np.random.Generator) -> list[str]:
    """Draw what sounds are called: most often what they are or nothing."""
    drawn, others = rng.random(len(labels)), rng.permutation(labels)
    return [
        own if share < _NAMED else other if share > 1 - _MISNAMED else ""
        for own, other, share in zip(labels.tolist(), others.tolist(), drawn.tolist(), strict=True)
    ]


def named_by_properties(properties: Sequence[set[str]], rng: np.random.Generator) -> list[str]:
    """Draw which of its properties the name of each sound tells."""
    return [" ".join(word for word in sorted(words) if rng.random() < _NAMED) for words in properties]


def _each_label(sounds: Labelled) -> Iterator[tuple[str, Mask, npt.NDArray[np.int64]]]:
    """Yield each label with which sounds have it, as a mask and as places."""
    for label in np.unique(sounds.labels).tolist():
        right = sounds.labels == label
        yield label, right, np.flatnonzero(right)


def _request(line: str = "", likes: tuple[int, ...] = (), dislikes: tuple[int, ...] = ()) -> SearchRequest:
    return SearchRequest(line, likes=likes, dislikes=dislikes, k=_N_HITS, lists_likes=False, folds=False)
