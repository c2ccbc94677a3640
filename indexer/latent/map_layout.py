"""Lay sounds out in two dimensions so that neighbours stay neighbours."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from db.types import Matrix, SampleIds
from db.vectors.flat_index import VectorIndex

Places = npt.NDArray[np.float32]  # shape (n, 2), most of them within -1 and 1

_N_AXES = 24  # principal axes that are kept before neighbours are sought
_N_NEIGHBOURS = 12
_N_EPOCHS = 240
_N_PULLS = 2  # neighbours that draw each point in one epoch
_N_PUSHES = 8  # points at random that drive it away
_CHUNK = 8192
_N_SAMPLED = 20_000  # enough to find axes and cells
_N_EXACT = 5_000  # above it neighbours are sought in cells
_MOST_STEP = 4.0
_SPREAD = 10.0  # of the first layout, in the units of the forces


def lay_out(rows: Matrix, *, on_progress: Callable[[float], None], is_cancelled: Callable[[], bool]) -> Places:
    """Lay out embeddings: principal axes first, then attraction of neighbours and repulsion of others.

    The forces are those of t-SNE's heavy-tailed kernel with sampled strangers, as in McInnes et al., "UMAP", 2018
    (there with a fitted kernel). The same rows give the same places.

    Args:
        rows: Unit embeddings, shape ``(n, dim)``.
        on_progress: Told the share that is done.
        is_cancelled: Polled; once true, the layout ends as it stands.
    """
    if len(rows) < 4:
        return np.linspace(-0.5, 0.5, 2 * len(rows), dtype=np.float32).reshape(-1, 2)
    reduced = _reduce(rows)
    neighbours = _find_neighbours(reduced)
    places = reduced[:, :2] * np.float32(_SPREAD / max(float(reduced[:, :2].std()), 1e-6))
    rng = np.random.default_rng(0)
    for epoch in range(_N_EPOCHS):
        if is_cancelled():
            break
        _move(places, neighbours, rng, rate=1 - epoch / _N_EPOCHS)
        on_progress((epoch + 1) / _N_EPOCHS)
    return _scaled(places)


def place_among(rows: Matrix, index: VectorIndex, known_ids: SampleIds, places: Places) -> Places:
    """Place new sounds where their nearest neighbours on the map lie.

    Args:
        rows: Embeddings of the new sounds, shape ``(n, dim)``.
        index: Vectors of the library.
        known_ids: Samples that are on the map, ascending.
        places: Where they are.
    """
    return np.array([_place(row, index, known_ids, places) for row in rows], np.float32).reshape(-1, 2)


def _place(row: npt.NDArray[np.float32], index: VectorIndex, known_ids: SampleIds, places: Places) -> Places:
    ids, scores = index.search(row, 4, known_ids)
    weights = np.exp(20 * (scores - scores.max()))
    where: Places = (weights / weights.sum()) @ places[np.searchsorted(known_ids, ids)]
    return where


def _reduce(rows: Matrix) -> Matrix:
    """Return the rows on their principal axes, strongest first."""
    center = rows.mean(axis=0)
    step = max(1, len(rows) // _N_SAMPLED)
    sampled = rows[::step] - center
    _, axes = np.linalg.eigh(sampled.T @ sampled)  # weakest first
    kept = axes[:, ::-1][:, :_N_AXES]
    return np.concatenate([(rows[at : at + _CHUNK] - center) @ kept for at in range(0, len(rows), _CHUNK)])


def _find_neighbours(rows: Matrix) -> npt.NDArray[np.int64]:
    """Return the nearest other rows of each row, shape ``(n, k)``."""
    import faiss

    faiss.omp_set_num_threads(1)  # two threads fight with whatever else keeps the machine busy
    index = _index_of(rows)
    k = min(_N_NEIGHBOURS + 1, len(rows))
    found = [index.search(rows[at : at + _CHUNK], k)[1] for at in range(0, len(rows), _CHUNK)]
    neighbours: npt.NDArray[np.int64] = np.concatenate(found)
    own = np.arange(len(rows))[:, None]
    neighbours = np.where(neighbours < 0, own, neighbours)
    # a row need not come first among its own duplicates; where it is missing, the farthest one goes
    is_own = neighbours == own
    is_own[~is_own.any(axis=1), -1] = True
    is_own &= np.cumsum(is_own, axis=1) == 1
    return neighbours[~is_own].reshape(len(rows), k - 1)


def _index_of(rows: Matrix) -> Any:
    import faiss

    rows = np.ascontiguousarray(rows)
    index: Any
    if len(rows) <= _N_EXACT:
        index = faiss.IndexFlatL2(rows.shape[1])
    else:
        index = faiss.IndexIVFFlat(faiss.IndexFlatL2(rows.shape[1]), rows.shape[1], 256)
        index.train(rows[:: max(1, len(rows) // _N_SAMPLED)])
        index.nprobe = 8
    index.add(rows)
    return index


def _move(places: Places, neighbours: npt.NDArray[np.int64], rng: np.random.Generator, rate: float) -> None:
    """Move every point once, in place."""
    for at in range(0, len(places), _CHUNK):
        here = places[at : at + _CHUNK]
        columns = rng.integers(neighbours.shape[1], size=(len(here), _N_PULLS))
        friends = np.take_along_axis(neighbours[at : at + _CHUNK], columns, axis=1)
        strangers = rng.integers(len(places), size=(len(here), _N_PUSHES))
        here += np.float32(rate) * (_pull(here, places[friends]) + _push(here, places[strangers]))


def _pull(here: Places, others: npt.NDArray[np.float32]) -> Places:
    away = here[:, None] - others
    squared = (away**2).sum(axis=2, keepdims=True)
    return np.clip(-away / (1 + squared), -_MOST_STEP, _MOST_STEP).sum(axis=1) * np.float32(0.5)


def _push(here: Places, others: npt.NDArray[np.float32]) -> Places:
    away = here[:, None] - others
    squared = (away**2).sum(axis=2, keepdims=True)
    return np.clip(away / ((0.01 + squared) * (1 + squared)), -_MOST_STEP, _MOST_STEP).sum(axis=1) * np.float32(0.5)


def _scaled(places: Places) -> Places:
    """Scale each axis to -1..1, halfway to an even spread, so that clusters leave little empty space."""
    ranks = places.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    low, high = np.percentile(places, [0.5, 99.5], axis=0)
    scaled = np.clip((places - low) / np.maximum(high - low, 1e-6), 0, 1)
    return (scaled + ranks / (len(places) - 1) - 1).astype(np.float32)
