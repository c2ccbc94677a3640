"""Statistics of one library that help to tag its sounds."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from db.types import Matrix
from indexer.tagging.class_prior import estimate_prior
from indexer.tagging.domain_adaptation import ReferenceSounds, choose_references
from indexer.tagging.relative_attributes import PercentileTable

_MIN_SOUNDS = 20  # fewer say nothing about a library
_MAX_DRIFT = 0.25  # of the logarithm of a frequency, before all is tagged again
_PSEUDO_COUNT = 8  # of each type: one name more among few is no drift


@dataclass(frozen=True, slots=True)
class Survey:
    """A sample of the sounds of a library.

    Attributes:
        vectors: Unit rows, shape ``(n, dim)``.
        probabilities: Of each type where all types are equally frequent, shape ``(n, n_types)``.
        labels: The type of each by its user or its name, -1 where neither says it, shape ``(n,)``.
    """

    vectors: Matrix
    probabilities: Matrix
    labels: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LibraryProfile:
    """How frequent types are in a library, and how they sound there.

    Attributes:
        prior: How much more or less frequent each type is than in the calibration, by name (`class_prior`).
        n_labelled: How many sounds were labelled, by type.
        references: Sounds that others are compared with (`domain_adaptation`); None where there are too few.
        percentiles: How long and how bright the sounds of each type are (`relative_attributes`).
    """

    prior: Mapping[str, float] = field(default_factory=dict)
    n_labelled: Mapping[str, int] = field(default_factory=dict)
    references: ReferenceSounds | None = None
    percentiles: PercentileTable = field(default_factory=PercentileTable)

    def has_drifted(self, since: "LibraryProfile") -> bool:
        """Say whether the composition of the library has changed."""
        ratios = [self.prior.get(name, 1.0) / since.prior.get(name, 1.0) for name in self.prior]
        ratios += [
            (self.n_labelled.get(name, 0) + _PSEUDO_COUNT) / (since.n_labelled.get(name, 0) + _PSEUDO_COUNT)
            for name in {*self.n_labelled, *since.n_labelled}
        ]
        return any(abs(math.log(ratio)) > _MAX_DRIFT for ratio in ratios)

    def as_dict(self) -> dict[str, Any]:
        """Return values for JSON; references as 16-bit floats: 1.3 MB at most."""
        references = None
        if self.references is not None:
            rows = np.concatenate([self.references.vectors, self.references.probabilities], axis=1)
            references = {"n": len(rows), "dim": self.references.vectors.shape[1], "rows": _encode(rows)}
        return {
            "prior": dict(self.prior),
            "n_labelled": dict(self.n_labelled),
            "percentiles": self.percentiles.as_dict(),
            "references": references,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "LibraryProfile":
        """Read what `as_dict` returned."""
        references = None
        if values["references"] is not None:
            rows = _decode(values["references"]["rows"], values["references"]["n"])
            references = ReferenceSounds(*np.split(rows, [values["references"]["dim"]], axis=1))
        percentiles = PercentileTable.from_dict(values["percentiles"])
        return cls(values["prior"], values["n_labelled"], references, percentiles)


def build_profile(survey: Survey, names: Sequence[str]) -> LibraryProfile:
    """Return the profile of a survey, without percentiles.

    Args:
        survey: Of the library.
        names: Of the types, in the order of the survey's columns.
    """
    if not len(survey.vectors):
        return LibraryProfile()
    weights = estimate_prior(survey.probabilities)
    prior = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    counts = np.bincount(survey.labels[survey.labels >= 0], minlength=len(names)).tolist()
    n_labelled = {name: count for name, count in zip(names, counts, strict=True) if count}
    if len(survey.vectors) < _MIN_SOUNDS:
        return LibraryProfile(prior, n_labelled)
    weighted = survey.probabilities * weights
    weighted /= weighted.sum(axis=1, keepdims=True)
    return LibraryProfile(prior, n_labelled, choose_references(survey.vectors, weighted, survey.labels))


def _encode(rows: Matrix) -> str:
    return base64.b64encode(rows.astype("<f2").tobytes()).decode()


def _decode(text: str, n_rows: int) -> Matrix:
    return np.frombuffer(base64.b64decode(text), "<f2").astype(np.float32).reshape(n_rows, -1)
