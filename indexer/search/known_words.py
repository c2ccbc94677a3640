"""English words, as the text encoders practised them."""

import gzip
from functools import cache
from importlib.resources import files

FILE_NAME = "known_words.txt.gz"


@cache
def english_words() -> frozenset[str]:
    """Return the words in lower case; `training.known_words` writes them."""
    return frozenset(gzip.decompress(files("indexer.search").joinpath(FILE_NAME).read_bytes()).decode().split("\n"))
