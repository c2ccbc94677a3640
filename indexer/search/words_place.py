"""Where descriptions lie among the sounds, and points between them."""

from collections.abc import Callable

import numpy as np

from db.errors import QueryError
from db.query.parser import Query, parse_query
from db.query.shares import Share
from db.types import Vector
from db.vectors.flat_index import VectorIndex
from indexer.encoders.base import TextEncoder
from indexer.encoders.prompts import combine, unit
from indexer.latent.interpolation import spherical_mean
from indexer.latent.sphere import CenteredSpace
from indexer.search.request import SearchRequest, describes
from indexer.search.result import SearchResult

_N_EXAMPLES = 16  # hits whose mean is where words lead
_SHARPNESS = 20.0  # of their weights: a cosine lower by a twentieth weighs a third

Search = Callable[[SearchRequest], SearchResult]


def locate_words(line: str, search: Search, index: VectorIndex, encoder: TextEncoder) -> Vector | None:
    """Return the direction of a description from the centre of all sounds, shape ``(dim,)``; None if it says nothing.

    Descriptions lie apart from sounds even when both are centred, so a description lies where the sounds that match it
    best do.

    Raises:
        QueryError: A filter among the words is invalid.
    """
    query = parse_query(line)
    if not describes(query):
        return None
    found = search(SearchRequest(line, k=_N_EXAMPLES))
    if found.cosines is None or not len(found.ids):
        return combine(encoder, query.text, query.plus, query.minus)
    weights = np.exp(_SHARPNESS * (found.cosines - found.cosines.max()))
    return unit(weights @ CenteredSpace(encoder.audio_center).to_directions(index.get(found.ids)))


def locate_shares(query: Query, search: Search, index: VectorIndex, encoder: TextEncoder) -> Vector:
    """Return the embedding of the point between the descriptions of a query, shape ``(dim,)``.

    Raises:
        QueryError: A share describes nothing, or they are opposites.
    """
    shares = [share for share in query.shares if share.percent]
    directions = [_locate_share(share, search, index, encoder) for share in shares]
    try:
        point = spherical_mean(np.stack(directions), [share.percent for share in shares])
    except ValueError as error:
        raise QueryError("These are opposites: no single point lies between them. Change the percentages.") from error
    return CenteredSpace(encoder.audio_center).to_embedding(point)


def _locate_share(share: Share, search: Search, index: VectorIndex, encoder: TextEncoder) -> Vector:
    direction = locate_words(share.words, search, index, encoder)
    if direction is None:
        raise QueryError(f"{share.words} describes no sound; each share takes words, such as 50% violin, 50% noise.")
    return direction
