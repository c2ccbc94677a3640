"""The text tower: hashed words and letter groups through a small network, in numpy alone.

A query costs a fraction of a millisecond and needs neither torch nor a tokenizer. Words carry the meaning; letter
groups carry it through typos, joined words and plurals; word pairs hold apart what single words mix ("closed hat",
"open hat").
"""

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from db.types import Matrix

MAX_WORDS = 32
_LETTER_GROUPS = (3, 4)
_WORD = re.compile(r"[a-z]+|[0-9]+")

Ids = npt.NDArray[np.int64]


def words(text: str) -> list[str]:
    """Split a description into lower-case words and numbers, without accents and punctuation."""
    folded = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return _WORD.findall(plain)[:MAX_WORDS]


def word_features(tokens: Sequence[str]) -> Iterator[str]:
    """Take single words."""
    return iter(tokens)


def letter_features(tokens: Sequence[str]) -> Iterator[str]:
    """Cut each word, its ends marked, in all groups of three and of four letters."""
    for token in tokens:
        marked = f"^{token}$"
        for size in _LETTER_GROUPS:
            yield from (marked[start : start + size] for start in range(max(1, len(marked) - size + 1)))


def pair_features(tokens: Sequence[str]) -> Iterator[str]:
    """Take neighbouring words, written as one, so that "hi hat" shares a feature with "hihat"."""
    yield from (first + second for first, second in pairwise(tokens))
    yield from (token for token in tokens if len(token) > 4)


FEATURES: Mapping[str, Callable[[Sequence[str]], Iterator[str]]] = {
    "words": word_features,
    "letters": letter_features,
    "pairs": pair_features,
}


def feature_ids(tokens: Sequence[str], group: str, n_rows: int) -> Ids:
    """Hash the features of one group to rows of its table of ``n_rows`` rows; CRC-32 is the same everywhere."""
    hashed = [zlib.crc32(feature.encode()) % n_rows for feature in FEATURES[group](tokens)]
    return np.array(hashed, dtype=np.int64)


class TextTower:
    """Embed descriptions with the arrays that ``training.train`` has learned.

    Args:
        arrays: ``words``, ``letters``, ``pairs``: tables of shape ``(n_rows, width)``; ``w1`` ``(3 * width, hidden)``,
            ``b1``, ``w2`` ``(hidden, dim)``, ``b2``.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.float16]]) -> None:
        self._tables = {group: arrays[group] for group in FEATURES}
        self._w1, self._b1, self._w2, self._b2 = (arrays[name].astype(np.float32) for name in ("w1", "b1", "w2", "b2"))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Embed texts; unit rows, shape ``(len(texts), dim)``."""
        if not texts:
            return np.zeros((0, len(self._b2)), dtype=np.float32)
        x = np.stack([self._bag(text) for text in texts])
        # Row by row, so that a text's vector does not depend on its neighbours.
        y = np.stack([np.maximum(row @ self._w1 + self._b1, 0.0) @ self._w2 + self._b2 for row in x])
        unit: Matrix = y / np.maximum(np.linalg.norm(y, axis=1, keepdims=True), 1e-9)
        return unit

    def _bag(self, text: str) -> npt.NDArray[np.float32]:
        """Average each group's rows; a group without features is zero."""
        tokens = words(text)
        means = []
        for group, table in self._tables.items():
            ids = feature_ids(tokens, group, len(table))
            rows = table[ids].astype(np.float32)
            means.append(rows.sum(0) / max(1, len(ids)))
        return np.concatenate(means)
