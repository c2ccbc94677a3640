"""Rivals: everything else that a sound may be which answers a description.

A crash answers to "ride" nearly as well as rides do, and better still to "crash". So a description has to win against
the names of all types: a sound is ranked by the log-odds of a softmax over them, as a classifier would. On held-out
synthesized sounds this finds more of the right type in the first ten, and more of what is "bright" or
"short", and on real ones as well: ``python -m benchmarks.phrases`` shows both beside the angle alone.
"""

from functools import cache
from importlib.resources import as_file, files

import numpy as np

from db.types import EncoderInfo, Matrix
from indexer.encoders.compact.model import padded
from indexer.search.hubness import Floats

FILE_NAME = "rivals.safetensors"
ROWS = "rows"
_SHARPNESS = 12.0  # of the softmax; 6 to 16 do nearly as well
_N_SHOWN = 100


def known_rivals(encoder: EncoderInfo) -> Matrix | None:
    """Return the names of all types as an encoder describes them, shape ``(n_types, dim)``.

    None for models that this was not tried on: they have another sharpness, and take seconds to describe so many names.
    """
    return padded(_compact_rivals(), encoder) if encoder.name == "compact" else None


@cache
def _compact_rivals() -> Matrix:
    # kept beside the weights: to describe them anew takes 0.1 s, a fifth of a whole search from the command line
    from safetensors.numpy import load_file

    with as_file(files("indexer.encoders.compact") / FILE_NAME) as path:
        return load_file(path)[ROWS].astype(np.float32)


def outdo(cosines: Floats, rows: Matrix, rivals: Matrix) -> Floats:
    """Correct how well sounds answer a description by how well they answer to its rivals.

    The first hits answer as well as before on average, so that a score still says how near they are.

    Args:
        cosines: Of the description and each sound, best first, shape ``(n,)``.
        rows: Unit vectors of the sounds, shape ``(n, dim)``.
        rivals: Unit vectors of other descriptions, shape ``(n_rivals, dim)``.
    """
    fits = fit(rows, rivals)
    return cosines - (fits - fits[:_N_SHOWN].mean()) if len(fits) else cosines


def handicaps(rows: Matrix, encoder: EncoderInfo) -> Floats:
    """Return what each sound loses to rivals before it is compared with others, shape ``(len(rows),)``."""
    rivals = known_rivals(encoder)
    return np.zeros(len(rows), np.float32) if rivals is None else fit(rows, rivals)


def fit(rows: Matrix, rivals: Matrix) -> Floats:
    """Return the soft maximum of how well each sound answers to any rival, shape ``(len(rows),)``."""
    odds = np.exp(_SHARPNESS * (rows @ rivals.T))
    return (np.log(odds.mean(axis=1)) / _SHARPNESS).astype(np.float32)
