"""How many of the rows of a table are of certain samples."""

import numpy as np
import numpy.typing as npt

from db.types import SampleIds


def count_places(
    places: npt.NDArray[np.int32] | npt.NDArray[np.int64],
    n_places: int,
    sample_ids: SampleIds,
    within: SampleIds | None,
) -> npt.NDArray[np.int64]:
    """Return how many rows each place has, of some samples or of all, shape ``(n_places,)``.

    0.4 ms for 300,000 rows; `np.isin` takes three times as long.

    Args:
        places: Of each row.
        n_places: How many there are.
        sample_ids: Of each row.
        within: Only these; None for all.
    """
    if within is not None and len(sample_ids):
        is_within = np.zeros(max(int(sample_ids.max()), int(within.max(initial=0))) + 1, np.bool_)
        is_within[within] = True
        places = places[is_within[sample_ids]]
    return np.bincount(places, minlength=n_places).astype(np.int64)
