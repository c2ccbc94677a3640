"""Propose pairs of sounds to compare, by their vectors and measurements."""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from db.library import Library
from db.types import EncoderInfo, Matrix, SampleIds
from indexer.duplicates.comparisons import ComparisonCache, IdPairs

# Chosen on copies of the sounds of lmms and sonic-pi, 98 % of which differ by less in all of these. Recall:
# python -m benchmarks duplicates
_COSINE = 0.85  # of vectors
_LENGTH_RATIO = 0.2  # of the shorter to the longer, without silence; a cut may remove a long quiet tail
_OCTAVES = 0.4  # of brightness, at equal sample rates
_OCTAVES_OTHER_RATE = 1.5
_LOW_SHARE = 0.05
_NOISINESS = 0.1
_N_NEAREST = 12  # of a sound; further copies are found through each other
_N_FLAT = 6_000  # vectors up to which the search is exhaustive
_N_PROBES = 4  # of about 630 cells at 100,000 vectors; recall: python -m benchmarks duplicates
_TRAINING_ROWS = 25  # for each cell
_QUERIES = 4096


def propose(library: Library, encoder: EncoderInfo, cache: ComparisonCache) -> IdPairs:
    """Return pairs of samples that may be the same sound, the lower id first, shape ``(n, 2)``.

    Args:
        library: Open library.
        encoder: Encoder whose vectors to use.
        cache: Cache of the pairs, valid while the vectors are the same.
    """
    index = library.vectors(encoder)
    known = np.sort(index.known())
    if len(known) < 2:
        return np.empty((0, 2), np.int64)
    rows = index.get(known)
    key = hashlib.blake2b(np.ascontiguousarray(rows).data, digest_size=16, key=encoder.fingerprint.encode()[:64])
    key.update(known.tobytes())
    pairs = cache.read_candidates(key.digest())
    if pairs is None:
        left, right = _near_pairs(rows)
        is_possible = _may_be_same(library, known[left], known[right])
        pairs = np.stack([known[left[is_possible]], known[right[is_possible]]], axis=1)
        cache.store_candidates(key.digest(), pairs)
    return pairs


def _may_be_same(library: Library, one: SampleIds, other: SampleIds) -> npt.NDArray[np.bool_]:
    """Say of each pair whether its measurements allow it to be one sound; unknown measurements do."""
    names = ("audible_seconds", "brightness_hz", "low_share", "noisiness", "sample_rate_hz")
    first, second = (dict(zip(names, library.measurements(ids, names).T, strict=True)) for ids in (one, other))

    def ratio(name: str) -> npt.NDArray[np.float32]:
        octaves: npt.NDArray[np.float32] = np.abs(
            np.log2(np.maximum(second[name], 1e-3) / np.maximum(first[name], 1e-3))
        )
        return octaves

    has_other_rate = first["sample_rate_hz"] != second["sample_rate_hz"]
    is_other: npt.NDArray[np.bool_] = (  # NaN compares false
        (ratio("audible_seconds") > -np.log2(_LENGTH_RATIO))
        | (ratio("brightness_hz") > np.where(has_other_rate, _OCTAVES_OTHER_RATE, _OCTAVES))
        | (np.abs(first["low_share"] - second["low_share"]) > _LOW_SHARE)
        | (np.abs(first["noisiness"] - second["noisiness"]) > _NOISINESS)
    )
    return ~is_other


def _near_pairs(rows: Matrix) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the row numbers of pairs with a large cosine, each pair once, the lower number first."""
    import faiss

    n, dim = rows.shape
    if n <= _N_FLAT:
        index: Any = faiss.IndexFlatIP(dim)
    else:
        n_cells = int(2 * np.sqrt(n))
        cells = faiss.IndexFlatIP(dim)
        index = faiss.IndexIVFFlat(cells, dim, n_cells, faiss.METRIC_INNER_PRODUCT)
        index.cp.min_points_per_centroid = 1  # it would print a warning
        step = max(1, n // (_TRAINING_ROWS * n_cells))
        index.train(np.ascontiguousarray(rows[::step]))
        index.nprobe = _N_PROBES
    index.add(rows)
    pairs = []
    for start in range(0, n, _QUERIES):
        cosines, found = index.search(rows[start : start + _QUERIES], min(_N_NEAREST + 1, n))
        asked = np.arange(start, start + len(found))[:, None]
        is_near = (cosines >= _COSINE) & (found >= 0) & (found != asked)
        pairs.append(np.stack([np.broadcast_to(asked, found.shape)[is_near], found[is_near]], axis=1))
    unique = np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)
    return unique[:, 0], unique[:, 1]
