"""Hits as plain records, and as a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from db.errors import UsageError
from db.measurements import FEATURES
from db.paths import display_text
from db.types import Reading, Sample
from indexer.search.blending import BlendHit
from indexer.search.result import Hit

if TYPE_CHECKING:
    import pandas as pd

H = TypeVar("H", Hit, BlendHit)


class Hits(Sequence[H], Generic[H]):
    """What was found, in order: a sequence of `Hit` (of searches) or `BlendHit` (of blends).

    Attributes:
        is_bridged: Of a path, whether something lies between its ends; true for everything else.
    """

    def __init__(self, hits: Sequence[H], *, is_bridged: bool = True) -> None:
        self._hits: tuple[H, ...] = tuple(hits)
        self.is_bridged = is_bridged

    @overload
    def __getitem__(self, place: int) -> H: ...
    @overload
    def __getitem__(self, place: slice) -> "Hits[H]": ...
    def __getitem__(self, place: int | slice) -> "H | Hits[H]":
        if isinstance(place, slice):
            return Hits(self._hits[place], is_bridged=self.is_bridged)
        return self._hits[place]

    def __len__(self) -> int:
        return len(self._hits)

    def __iter__(self) -> Iterator[H]:
        return iter(self._hits)

    def __repr__(self) -> str:
        """One line per hit, safe to print."""
        lines = [f"{rank}. {display_text(hit.path)}" for rank, hit in enumerate(self, start=1)]
        return "\n".join(lines) or "<no hits>"

    def records(self) -> list[dict[str, Any]]:
        """Return one flat dict per hit: rank, path, scores, what is known of the sound, measurements.

        Paths are strings, as `os.fsdecode` writes them; what is not known is None.
        """
        return [{"rank": rank, **_record(hit)} for rank, hit in enumerate(self, start=1)]

    def table(self) -> "pd.DataFrame":
        """Return the records as a pandas table, one row per hit.

        Raises:
            UsageError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise UsageError(
                "A table needs pandas. Install it with: pip install pandas; or take hits.records()"
            ) from error
        return pd.DataFrame(self.records())


def _record(hit: Hit | BlendHit) -> Mapping[str, Any]:
    sample = hit.sample
    scores = {one.name: getattr(hit, one.name) for one in fields(hit) if one.name != "sample"}
    return {
        "path": str(hit.path),
        **scores,
        "id": sample.id,
        "is_online": sample.is_online,
        "type": _first_tag(sample, "type"),
        "form": _first_tag(sample, "form"),
        "tags": [tag.name for tag in sample.tags],
        "bpm": _value(sample.bpm),
        "key": _value(sample.key),
        "pitch_hz": _value(sample.pitch),
        **{name: getattr(sample.features, name) for name in FEATURES},
    }


def _first_tag(sample: Sample, facet: str) -> str | None:
    return next((tag.name for tag in sample.tags if tag.facet == facet), None)


def _value(reading: Reading | None) -> float | str | None:
    if reading is None:
        return None
    return reading.text if reading.number is None else reading.number
