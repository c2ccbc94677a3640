"""Words in the names of files and folders, as a witness to a taught tag.

Nobody needs to know what a word means. Each word that an example bears is believed as far as the other sounds that bear
it are heard to fit the tag: "rim" is borne out by how its sounds sound, the name of a pack is not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.tagging.filename_parser import is_series, without_series, words_in

_MOST_KEPT = 20_000  # names but for the number of a series come again: a third of the time
_MOST_WORDS = 12  # of one name; those behind are left out
_PSEUDO_SOUNDS = 1.0  # that bear each word and are as likely to fit as any
# In what the sounds of a word say, which were heard by the same ear. Like _TELLING it was chosen on soundfonts with
# invented names: more trust finds more, and is wrong more often.
_TRUST = 0.6
_FOLDER_SHARE = 0.5  # of what a word in the folder says: folders are often named after packs
_TELLING = 1.5  # log odds from which on a name speaks for the tag
_LEAST = 1e-4  # how likely a sound is to fit at the least

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NameWords:
    """The words that the sounds of a library bear.

    Attributes:
        numbers: Number of each word, from 1 on.
        in_name: Words of each sound's file names by number, 0 where there are fewer, shape ``(n, most words)``.
        in_folder: The same of the folders that its files lie in.
        folders: Number of the folder that each lies in, the first of several, shape ``(n,)``.
    """

    numbers: Mapping[str, int]
    in_name: Ints
    in_folder: Ints
    folders: Ints

    def evidence(self, confidences: Floats, yes: Sequence[int], no: Sequence[int], called: str = "") -> Floats:
        """Return what names add to the log odds of each sound to be meant, shape ``(n,)``.

        Above 0 where a word speaks for the tag. Below it where none does though the names of most examples have such a
        word; 0 for names without any word.

        Args:
            confidences: How likely each sound is meant, as it is heard, shape ``(n,)``.
            yes: Places of the examples.
            no: Places of the counterexamples.
            called: Name of the tag; its words count beside those that examples bear.
        """
        fits = confidences.astype(np.float64)
        yes = list(yes)
        fits[yes], fits[list(no)] = 1, 0
        in_tag = [self.numbers[word] for word in _words(called) if word in self.numbers]
        in_name, in_folder = (
            _speaking_for(borne, len(self.numbers), fits, yes, in_tag) for borne in (self.in_name, self.in_folder)
        )
        speaks_for = _TRUST * (in_name + _FOLDER_SHARE * in_folder)
        is_telling = speaks_for >= _TELLING
        is_silent = ~is_telling & (self.in_name.any(axis=1) | self.in_folder.any(axis=1))
        # names in one folder were given by one hand and count as one; one more is as silent as any sound of the library
        hands, hand = np.unique(self.folders[yes], return_inverse=True)
        n_silent = np.bincount(hand, ~is_telling[yes]) / np.bincount(hand)
        rest = max(float(1 - is_telling.mean()), _LEAST)
        against = np.log((n_silent.sum() + rest) / ((len(hands) + 1) * rest))
        return (speaks_for + is_silent * min(against, 0.0)).astype(np.float32)


def read_name_words(files: Iterable[tuple[int, str, str]], places: Mapping[int, int]) -> NameWords:
    """Split names into words; 0.2 s for 100,000 in series, 0.7 s where all differ.

    Args:
        files: Sample, folder and name of each file.
        places: Where each sample stands; files of others are left out.
    """
    numbers: dict[str, int] = {}

    @lru_cache(_MOST_KEPT)
    def numbered(text: str) -> frozenset[int]:
        return frozenset([numbers.setdefault(word, len(numbers) + 1) for word in _words(text)])

    in_name = [frozenset[int]()] * len(places)
    in_folder = in_name.copy()
    folders: dict[str, int] = {}
    lies_in = [0] * len(places)
    for sample_id, folder, name in files:
        place = places.get(sample_id)
        if place is not None:
            of_name = numbered(without_series(name.rpartition(".")[0] or name))
            of_folder = numbered(folder.rpartition("/")[2])
            lies_in[place] = lies_in[place] or folders.setdefault(folder, len(folders) + 1)
            # a copy of a sound has names of its own; most sounds have none
            in_name[place] = in_name[place] | of_name if in_name[place] else of_name
            in_folder[place] = in_folder[place] | of_folder if in_folder[place] else of_folder
    return NameWords(numbers, _in_columns(in_name), _in_columns(in_folder), np.array(lies_in, np.int32))


def _words(text: str) -> list[str]:
    """Split a name into words, without letters that stand alone and numbers of a series."""
    words = [word for word in words_in(text) if len(word) > 1 and not (word.isdigit() and is_series(word))]
    return words[:_MOST_WORDS]


def _in_columns(groups: Sequence[frozenset[int]]) -> Ints:
    lengths = np.array([len(group) for group in groups])
    columns = np.zeros((len(groups), max(int(lengths.max(initial=0)), 1)), np.int32)
    flat = np.fromiter(chain.from_iterable(groups), np.int32, int(lengths.sum()))
    rows = np.repeat(np.arange(len(groups)), lengths)
    columns[rows, np.arange(len(flat)) - np.repeat(np.cumsum(lengths) - lengths, lengths)] = flat
    return columns


def _speaking_for(borne: Ints, n_words: int, fits: Doubles, yes: Sequence[int], in_tag: Sequence[int]) -> Doubles:
    """Return by how much the most telling word of each sound raises the log odds that it fits, shape ``(n,)``."""
    n_bearers = np.bincount(borne.ravel(), minlength=n_words + 1)
    n_fitting = np.bincount(borne.ravel(), np.repeat(fits, borne.shape[1]), n_words + 1)
    is_asked = np.bincount(borne[yes].ravel(), minlength=n_words + 1) > 0
    # the example by which a word came up says nothing of the word
    n_bearers[is_asked] -= 1
    n_fitting[is_asked] -= 1
    is_asked[in_tag] = True
    is_asked[0] = False
    rows = np.flatnonzero(is_asked[borne].any(axis=1))
    words = borne[rows]
    base = float(fits.mean())
    n_others = np.maximum(n_bearers[words] - 1, 0) + _PSEUDO_SOUNDS
    others = np.maximum(n_fitting[words] - fits[rows, None], 0) + _PSEUDO_SOUNDS * base
    found = np.zeros(len(borne))
    found[rows] = np.where(is_asked[words], _log_odds(others / n_others) - _log_odds(base), 0).max(axis=1).clip(0)
    return found


def _log_odds(shares: Any) -> Any:
    shares = np.clip(shares, _LEAST, 1 - _LEAST)
    return np.log(shares / (1 - shares))
