"""One library on SQLite and on a PostgreSQL server: whether searches have the same hits, and how long each takes."""

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.figures import Figure, at_most
from db.library import Library
from db.storage.copying.copy import copy_library
from db.types import SampleIds
from indexer.encoders.compact.model import INFO
from indexer.encoders.registry import load_text_encoder
from indexer.search.request import SearchRequest
from indexer.search.result import SearchResult
from indexer.search.service import SearchService
from tests.db import varied
from tests.postgres import running_server

_N_QUERIES = 500
_K = 20
_DIGITS = 4  # of a score: sounds that are equal in these may stand in any order
_WORDS = (
    "",
    "",
    "kick",
    "dark dusty kick",
    "short bright snare",
    "808 sub",
    "open hh",
    "vocal",
    "pad",
    "vengeance loop",
)


@dataclass(frozen=True)
class _Answers:
    results: list[SearchResult]
    seconds: list[float]


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Ask both engines 500 query lines with filters over 20,000 files (2,000 when quick)."""
    n = 2_000 if is_quick else 20_000
    with Library.create(work_dir / "library") as library, running_server() as server, server.library() as place:
        varied.fill(library, work_dir, n, INFO)
        copy_library(library.folder, place)
        with Library.open(place) as copy:
            asked = _requests(library.sorted_ids())
            ours, theirs = _ask(library, asked), _ask(copy, asked)
            n_different = sum(not _is_same(*pair) for pair in zip(ours.results, theirs.results, strict=True))
    n_found = sum(len(result.ids) == _K for result in ours.results)
    name = f"over {n:,} files"
    return [
        at_most(f"{_N_QUERIES} queries with filters {name}, other hits on a server", n_different, "queries", 0),
        Figure(f"of these queries, full lists of {_K} hits", n_found, "queries"),
        Figure(f"query with filters {name}, p50", _ms(theirs, 50), "ms, server", "SQLite", _ms(ours, 50)),
        Figure(f"query with filters {name}, p95", _ms(theirs, 95), "ms, server", "SQLite", _ms(ours, 95)),
    ]


def _requests(ids: SampleIds) -> list[SearchRequest]:
    rng = Random(2)
    requests = []
    for _ in range(_N_QUERIES):
        filters = (rng.choice(("", "-")) + one for one in rng.sample(varied.FILTERS, rng.randrange(1, 4)))
        likes = (int(rng.choice(ids)),) if rng.random() < 0.2 else ()
        requests.append(SearchRequest(" ".join([rng.choice(_WORDS), *filters]).strip(), likes, k=_K))
    return requests


def _ask(library: Library, requests: list[SearchRequest]) -> _Answers:
    search = SearchService(library, load_text_encoder())
    search.search(requests[0])
    results, seconds = [], []
    for request in requests:
        began = time.perf_counter()
        results.append(search.search(request))
        search.hits(results[-1])
        seconds.append(time.perf_counter() - began)
    return _Answers(results, seconds)


def _is_same(one: SearchResult, other: SearchResult) -> bool:
    """Say whether two results have the same hits; those of equal scores may stand in any order, also at the end."""
    if one.n_searched != other.n_searched or len(one.ids) != len(other.ids):
        return False
    if one.scores is None or other.scores is None:
        return np.array_equal(one.ids, other.ids)
    scores, others = one.scores.round(_DIGITS), other.scores.round(_DIGITS)
    is_above = scores > scores.min(initial=np.inf)
    return np.allclose(scores, others, atol=2 * 10**-_DIGITS) and set(one.ids[is_above]) <= set(other.ids)


def _ms(answers: _Answers, percent: float) -> float:
    return 1000 * float(np.percentile(answers.seconds, percent))
