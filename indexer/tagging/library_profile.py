"""What is known of one library as a whole, that helps to tell the types of its sounds."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from db.types import Matrix
from indexer.tagging.class_prior import estimate_prior
from indexer.tagging.domain_adaptation import learn_shifts
from indexer.tagging.relative_attributes import PercentileTable

_LEAST_NAMED = 20  # sounds; fewer teach nothing of a library
_SAME = 0.25  # how far logarithms of frequencies may drift before all is tagged again
_PSEUDO_SOUNDS = 8  # of each type: one name more among few is no drift


@dataclass(frozen=True, slots=True)
class Survey:
    """Sounds that stand for a library.

    Attributes:
        vectors: Unit rows, shape ``(n, dim)``.
        shares: How likely each is of each type where all are equally frequent, shape ``(n, n_types)``.
        types: What the user or a name has said that each is; -1 for nothing.
    """

    vectors: Matrix
    shares: Matrix
    types: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LibraryProfile:
    """How frequent types are in a library, and how they sound there.

    Attributes:
        prior: How much more or less frequent each type is than in the calibration, by name (`class_prior`).
        n_named: Of how many sounds a name or the user has said the type, by type.
        shifts: What those teach (`domain_adaptation`), shape ``(n_types, dim)``; None where they are too few.
        percentiles: How long and how bright sounds of each type are (`indexer.tagging.relative_attributes`).
    """

    prior: Mapping[str, float] = field(default_factory=dict)
    n_named: Mapping[str, int] = field(default_factory=dict)
    shifts: Matrix | None = None
    percentiles: PercentileTable = field(default_factory=PercentileTable)

    def has_drifted(self, since: "LibraryProfile") -> bool:
        """Whether the library consists of something else than it did."""
        ratios = [self.prior.get(name, 1.0) / since.prior.get(name, 1.0) for name in self.prior]
        ratios += [
            (self.n_named.get(name, 0) + _PSEUDO_SOUNDS) / (since.n_named.get(name, 0) + _PSEUDO_SOUNDS)
            for name in {*self.n_named, *since.n_named}
        ]
        return any(abs(math.log(ratio)) > _SAME for ratio in ratios)

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can hold; shifts as 16-bit floats: 50 kB."""
        kept: dict[str, Any] = {
            "prior": dict(self.prior),
            "n_named": dict(self.n_named),
            "percentiles": self.percentiles.as_dict(),
        }
        if self.shifts is not None:
            kept["shifts"] = base64.b64encode(self.shifts.astype("<f2").tobytes()).decode()
        return kept

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "LibraryProfile":
        """Read what `as_dict` returned."""
        shifts = None
        if "shifts" in kept:
            values = np.frombuffer(base64.b64decode(kept["shifts"]), "<f2").astype(np.float32)
            shifts = values.reshape(len(kept["prior"]), -1)
        return cls(
            kept.get("prior", {}),
            kept.get("n_named", {}),
            shifts,
            PercentileTable.from_dict(kept.get("percentiles", {})),
        )


def build_profile(survey: Survey, names: Sequence[str], *, learns: bool = True) -> LibraryProfile:
    """Return what a survey says.

    Args:
        survey: Of the library.
        names: Of the types, in the order of the survey's columns.
        learns: Also learn what the named sounds teach; it takes up to half a second.
    """
    if not len(survey.vectors):
        return LibraryProfile()
    weights = estimate_prior(survey.shares)
    prior = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    is_named = survey.types >= 0
    counts = np.bincount(survey.types[is_named], minlength=len(names)).tolist()
    n_named = {name: count for name, count in zip(names, counts, strict=True) if count}
    if not learns or np.count_nonzero(is_named) < _LEAST_NAMED:
        return LibraryProfile(prior, n_named)
    weighed = survey.shares[is_named] * weights.astype(np.float32)
    shares = weighed / weighed.sum(axis=1, keepdims=True)
    return LibraryProfile(prior, n_named, learn_shifts(survey.vectors[is_named], survey.types[is_named], shares))
