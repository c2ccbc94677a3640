"""English words, to tell what is misspelt from what is only in no name."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

FILE_NAME = "known_words.txt.gz"
_ENDINGS = ("s", "es", "ed", "ing", "er", "est", "y", "ly", "ier", "iest", "ily")
_LEAST_STEM = 3


def is_english(word: str) -> bool:
    """Say whether a word in lower case is in the list, or is one of it with a common ending ("boomy", "shakers")."""
    words = english_words()
    return word in words or any(stem in words for stem in stems(word))


@cache
def english_words() -> frozenset[str]:
    """Return the list, in lower case; `training.known_words` writes it."""
    import gzip  # most searches start without it

    return frozenset(gzip.decompress(Path(__file__).with_name(FILE_NAME).read_bytes()).decode().split("\n"))


def stems(word: str) -> Iterator[str]:
    """Yield what a word may be a form of: "wobbly" of "wobble", "plucky" of "pluck", "boomier" of "boomy"."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _LEAST_STEM:
            yield stem
            yield stem + "e"
            if stem[-1] == "i":
                yield stem[:-1] + "y"
            if stem[-1] == stem[-2]:
                yield stem[:-1]
