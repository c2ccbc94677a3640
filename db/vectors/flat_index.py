"""Nearest vectors, exact, over the vectors of one encoder."""

import threading
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from db.engines.half_vectors import unit_rows
from db.engines.selection import Scope
from db.types import Matrix, SampleIds, Vector

Codes = npt.NDArray[np.uint8]  # float16 vectors as bytes, shape (n, 2 * dim)
Scores = npt.NDArray[np.float32]
Within: TypeAlias = SampleIds | Scope | None


class VectorIndex(Protocol):
    """Vectors of one encoder, by the id of their sample."""

    @property
    def n(self) -> int:
        """How many samples a search can find; on a server as of some seconds ago."""
        ...

    def search(self, query: Vector, k: int, within: Within = None) -> tuple[SampleIds, Scores]:
        """Return the nearest samples that are on record as files.

        Args:
            query: Embedding of the same encoder, finite, shape ``(dim,)``.
            k: At most so many.
            within: Only these samples, in any order; ids without a vector are passed over.

        Returns:
            Ids and inner products, best first, ties by id.

        Raises:
            ValueError: The query is not a finite vector of this encoder's length.
        """
        ...

    def known(self, ids: SampleIds | None = None, within: Scope | None = None) -> SampleIds:
        """Return the samples that a search can find: those among ``ids``, in their order, or all, by id.

        Args:
            ids: None for all.
            within: Only of these samples, if there are ``ids``.
        """
        ...

    def get(self, ids: SampleIds) -> Matrix:
        """Return unit vectors, shape ``(len(ids), dim)``.

        Raises:
            KeyError: An id has no vector.
        """
        ...


class FlatIndex:
    """A FAISS scan of float16 codes: 4 ms over 100,000 of 512 numbers, and half the memory of float32.

    A vector is found by its position, the order of insertion; samples whose files are all gone stay in, hidden.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.ids: SampleIds = np.empty(0, np.int64)  # by position
        self._order: SampleIds = np.empty(0, np.int64)  # positions, by id
        self._sorted_ids: SampleIds = np.empty(0, np.int64)
        self._is_hidden: npt.NDArray[np.bool_] | None = None  # by position; None where nothing is
        self._lock = threading.Lock()  # FAISS must not be extended during a search
        faiss = _faiss()
        self._faiss = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)

    @property
    def n(self) -> int:
        return len(self.ids) - (0 if self._is_hidden is None else int(self._is_hidden.sum()))

    def append(self, ids: SampleIds, codes: Codes) -> None:
        """Add vectors of samples that have none yet; ``codes`` has shape ``(len(ids), 2 * dim)``."""
        with self._lock:
            self._faiss.add_sa_codes(np.ascontiguousarray(codes))
            self.ids = np.concatenate([self.ids, ids])
            self._order = np.argsort(self.ids, kind="stable")
            self._sorted_ids = self.ids[self._order]
            self._is_hidden = None

    def hide(self, ids: SampleIds) -> None:
        """Keep exactly these samples out of every search; ids without a vector are passed over."""
        with self._lock:
            positions = self._find_positions(ids)
            self._is_hidden = self._as_mask(positions) if len(positions) else None

    def search(self, query: Vector, k: int, within: Within = None) -> tuple[SampleIds, Scores]:
        if query.shape != (self.dim,) or not np.isfinite(query).all():
            raise ValueError(f"not a finite vector of length {self.dim}")
        with self._lock:
            allowed = self._allowed(within.ids if isinstance(within, Scope) else within)
            n_allowed = len(self.ids) if allowed is None else int(allowed.sum())
            ids, scores = self._scan(query, min(k, n_allowed), n_allowed, allowed)
        best = np.lexsort((ids, -scores))[: max(k, 0)]
        return ids[best], scores[best]

    def known(self, ids: SampleIds | None = None, within: Scope | None = None) -> SampleIds:
        if ids is not None and len(ids) and within is not None:
            ids = ids[np.isin(ids, within.ids)]
        with self._lock:
            positions = self._order if ids is None else self._find_positions(ids)
            if self._is_hidden is not None:
                positions = positions[~self._is_hidden[positions]]
            return self.ids[positions]

    def get(self, ids: SampleIds) -> Matrix:
        with self._lock:
            positions = self._find_positions(ids)
            if len(positions) != len(ids):
                raise KeyError(int(np.setdiff1d(ids, self.ids)[0]))
            vectors: Matrix = self._faiss.reconstruct_batch(positions) if len(ids) else np.empty((0, self.dim), "f4")
        return unit_rows(vectors)

    def codes(self) -> Codes:
        """Return a view of all codes by position, valid until the next append."""
        size = len(self.ids) * 2 * self.dim
        return np.asarray(_faiss().rev_swig_ptr(self._faiss.codes.data(), size)).reshape(len(self.ids), 2 * self.dim)

    def _allowed(self, within: SampleIds | None) -> npt.NDArray[np.bool_] | None:
        if within is None:
            return None if self._is_hidden is None else ~self._is_hidden
        allowed = self._as_mask(self._find_positions(within))
        return allowed if self._is_hidden is None else allowed & ~self._is_hidden

    def _scan(
        self, query: Vector, k: int, n_allowed: int, allowed: npt.NDArray[np.bool_] | None
    ) -> tuple[SampleIds, Scores]:
        """Return the best ``k`` and all that tie with the last of them."""
        if k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        faiss = _faiss()
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        selector = None if bits is None else faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        faiss.omp_set_num_threads(1)  # a second thread never helps one query, and fights with a busy neighbour
        n_wanted = k + 1
        while True:
            n_wanted = min(n_wanted, n_allowed)
            found = self._faiss.search(query[None].astype(np.float32), n_wanted, params=selector)
            scores, positions = found[0][0], found[1][0]
            if n_wanted == n_allowed or scores[-1] < scores[k - 1]:
                return self.ids[positions], scores
            n_wanted *= 4

    def _find_positions(self, ids: SampleIds) -> SampleIds:
        """Return the positions of those ids that have a vector, in their order."""
        if not len(self.ids):
            return np.empty(0, np.int64)
        places = np.minimum(np.searchsorted(self._sorted_ids, ids), len(self.ids) - 1)
        found: SampleIds = self._order[places[self._sorted_ids[places] == ids]]
        return found

    def _as_mask(self, positions: SampleIds) -> npt.NDArray[np.bool_]:
        mask = np.zeros(len(self.ids), np.bool_)
        mask[positions] = True
        return mask


def _faiss() -> Any:
    """Import FAISS when vectors are first used (0.14 s); untyped, since its stubs lack the calls that take arrays."""
    import faiss

    return faiss
