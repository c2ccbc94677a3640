"""What is true of takes: the words of a dry sound, of its chain and of measurement, and captions that say so."""

import numpy as np
import numpy.typing as npt
import torch

from training.batches import TakeStore
from training.captions import SYNONYMS
from training.labels import table
from training.studio import WORDS, contradictions
from training.texts import Phrasebook

MEASURED = ("dark", "bright", "short", "long")
_TOLD = (*WORDS, *MEASURED)
_PHRASINGS = 4
_TOLD_SHARE = 0.45  # of the captions of takes of which there is something to tell
_MIN_MEASURED = 20  # takes of a label, before any is called short
_EXTREME = (0.2, 0.8)  # the darkest, brightest, shortest and longest fifth of a label are called so

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class TakeWords:
    """Words of character that are true of each take.

    Args:
        store: The takes.

    Attributes:
        words: Which are true, shape ``(n_takes, n_words)``.
        is_as_dry: Of which takes every word of the dry sound is still true.
    """

    def __init__(self, store: TakeStore) -> None:
        said = {word for fact in store.facts for word in fact.character}
        vocabulary = sorted(said | set(_TOLD))
        columns = {word: column for column, word in enumerate(vocabulary)}
        dry = np.zeros((len(store.facts), len(vocabulary)), bool)
        for row, fact in enumerate(store.facts):
            dry[row, [columns[word] for word in fact.character]] = True
        untrue = store.said.astype(np.float32) @ contradictions(vocabulary).numpy().astype(np.float32) > 0
        words = dry[store.dry] & ~untrue
        self._told = np.array([columns[word] for word in _TOLD])
        words[:, self._told[: len(WORDS)]] |= store.said.astype(bool)
        words[:, self._told[len(WORDS) :]] = _measured(store)
        self.words = torch.from_numpy(words)
        self.is_as_dry = ~(dry[store.dry] & ~words).any(1)

    def told(self, takes: Ints, rng: np.random.Generator) -> Ints:
        """Choose which of ``_TOLD`` a caption of each take tells, -1 for none."""
        is_true = self.words.numpy()[takes][:, self._told]
        picks = np.where(is_true, rng.random(is_true.shape), 0.0).argmax(1)
        return np.where(is_true.any(1) & (rng.random(len(takes)) < _TOLD_SHARE), picks, -1)


class ToldCaptions:
    """Captions that say one word of each label, by number.

    Args:
        labels: In order of their classes.
        book: Takes in what may be said.
        rng: Chooses synonyms and aliases.
    """

    def __init__(self, labels: list[str], book: Phrasebook, rng: np.random.Generator) -> None:
        self._ids = np.array([[book.ids_of(_phrases(label, word, rng)) for word in _TOLD] for label in labels])

    def draw(self, labels: Ints, told: Ints, rng: np.random.Generator) -> Ints:
        """Return the number of a caption for each pair of a label and a word."""
        return self._ids[labels, told, rng.integers(_PHRASINGS, size=len(labels))]


def _phrases(label: str, word: str, rng: np.random.Generator) -> list[str]:
    aliases, synonyms = table()[label].aliases or (label,), SYNONYMS.get(word, (word,))
    others = [f"{rng.choice(synonyms)} {name}" for name in (label, rng.choice(aliases))]
    return [f"{word} {label}", f"{word} {rng.choice(aliases)}", *others]


def _measured(store: TakeStore) -> Bools:
    """Tell which takes are dark, bright, short and long for their label, shape ``(n_takes, 4)``."""
    labels = np.array([fact.kind for fact in store.facts])[store.dry]
    measured = np.zeros((len(labels), len(MEASURED)), bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) >= _MIN_MEASURED:
            for column, values in ((0, store.centroids), (2, store.seconds)):
                low, high = np.quantile(values[rows], _EXTREME)
                measured[rows, column] = values[rows] <= low
                measured[rows, column + 1] = values[rows] >= high
    return measured
