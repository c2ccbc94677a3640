"""The plan of a search: its target, filters and ranking inputs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from db.engines.selection import Scope
from db.library import Library
from db.query.parser import Query
from db.types import Matrix, SampleIds, Vector
from indexer.encoders.base import TextEncoder
from indexer.encoders.prompts import combine, unit
from indexer.search.attribute_words import Description, parse_description
from indexer.search.request import Example, SearchRequest

# They choose among its neighbours and do not replace it: `python -m benchmarks ablation --sweep`.
_WORDS_BESIDE_EXAMPLE = 0.5
# Nearest sounds that are ranked: stages move a sound by tenths of a cosine, so those further down stay there.
_DEPTH = 250
_DEPTH_OF_ATTRIBUTES = 1000  # the shortest snares may be far down among the snares
_STOP_WORDS = frozenset("a an and at by for in of on or sample sound that the this to with".split())

ReadExample = Callable[[Example], tuple[int | None, Vector]]
"""Returns the sample id of an example (None outside the library) and its unit embedding."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """Input of the ranking stages.

    Attributes:
        library: Where the sounds are.
        encoder: Made the vectors that are searched.
        description: The words, measured attributes apart.
        name_words: Words to look for in names.
        dislikes: Embeddings of disliked sounds, shape ``(n, dim)``.
        target: Query vector, unit norm, shape ``(dim,)``.
        has_example: The target is a sound and not words alone.
        within: Samples that pass the filters; None for all.
        hidden: Samples that are no hits.
    """

    library: Library
    encoder: TextEncoder
    description: Description
    name_words: tuple[str, ...]
    dislikes: Matrix
    target: Vector
    has_example: bool
    within: Scope | None
    hidden: SampleIds

    @property
    def depth(self) -> int:
        """How many of the nearest sounds are ranked."""
        return _DEPTH_OF_ATTRIBUTES if self.description.attributes else _DEPTH


def make_plan(
    request: SearchRequest,
    query: Query,
    within: Scope | None,
    library: Library,
    encoder: TextEncoder,
    read_example: ReadExample,
) -> SearchPlan:
    """Plan a ranked search.

    Raises:
        SoundError: An example cannot be read.
    """
    likes, liked_ids = _read(request.likes, read_example, encoder.info.dim)
    dislikes, disliked_ids = _read(request.dislikes, read_example, encoder.info.dim)
    description = parse_description(query.text, query.plus, query.minus)
    words = words_direction(encoder, query, description, has_example=len(likes) > 0)
    return SearchPlan(
        library=library,
        encoder=encoder,
        description=description,
        name_words=name_words(query.text),
        dislikes=dislikes,
        target=_target(likes, dislikes, words, encoder.audio_center) if len(likes) or words is None else words,
        has_example=len(likes) > 0 or words is None,
        within=within,
        hidden=np.array(disliked_ids if request.lists_likes else [*disliked_ids, *liked_ids], np.int64),
    )


def name_words(text: str) -> tuple[str, ...]:
    """Return the words of a description that may stand in a name.

    Single letters are left out: most are the beginning of a word that is still being typed, and finding them scans all
    names (35 ms for 100,000).
    """
    words = re.findall(r"\w+", text.casefold())
    return tuple(word for word in words if len(word) > 1 and word not in _STOP_WORDS)


def _read(examples: Sequence[Example], read_example: ReadExample, dim: int) -> tuple[Matrix, list[int]]:
    found = [read_example(example) for example in examples]
    rows = np.array([vector for _, vector in found], np.float32).reshape(-1, dim)
    return rows, [sample_id for sample_id, _ in found if sample_id is not None]


def words_direction(
    encoder: TextEncoder, query: Query, description: Description, *, has_example: bool
) -> Vector | None:
    """Return the direction of the words; None if they describe nothing.

    Words for measured attributes do so only where nothing else is described.
    """
    if description.has_words:
        return combine(encoder, description.text, description.plus, description.minus)
    return None if has_example else combine(encoder, query.text, query.plus, query.minus)


def _target(likes: Matrix, dislikes: Matrix, words: Vector | None, center: Vector) -> Vector:
    """Return the mean of the examples, moved by the words; away from disliked sounds where nothing else is given."""
    if not len(likes):
        return unit(center - dislikes.mean(axis=0))
    return unit(likes.mean(axis=0) + (0 if words is None else np.float32(_WORDS_BESIDE_EXAMPLE) * words))
