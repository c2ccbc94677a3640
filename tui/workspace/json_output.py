"""The JSON shapes of records, as docs/commands.md describes them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from db.measurements import Features
from db.paths import without_controls
from db.query.parser import parse_query
from db.types import Provenance, Reading, Sample, Tag
from indexer.features.tempo_octave import other_octaves
from indexer.search.result import Hit, SearchResult

if TYPE_CHECKING:
    from indexer.kits.builder import KitSound
    from indexer.kits.tuning import Tuning
    from indexer.search.blending import BlendHit
    from indexer.search.spelling import Unknown

# not asdict, which takes a quarter of the time of a search: it copies all that it finds
_FEATURES = tuple(one.name for one in fields(Features))
_PROVENANCE = tuple(one.name for one in fields(Provenance))


def sample_shape(sample: Sample) -> dict[str, Any]:
    return {
        "id": sample.id,
        "path": str(sample.path),
        "paths": [str(path) for path in sample.paths],
        "pack": sample.pack,
        "is_online": sample.is_online,
        "added_at": datetime.fromtimestamp(sample.added_at, UTC).isoformat(),
        "caveats": list(sample.caveats),
        "features": {name: _rounded(getattr(sample.features, name)) for name in _FEATURES},
        "bpm": _tempo_shape(sample.bpm),
        "key": _reading_shape(sample.key),
        "pitch": _reading_shape(sample.pitch),
        **{name: getattr(sample.provenance, name) for name in _PROVENANCE},
        "tags": [_tag_shape(tag) for tag in sample.tags],
    }


def result_shape(query: str, result: SearchResult, hits: Sequence[Hit], unknown: "Sequence[Unknown]") -> dict[str, Any]:
    return {
        "query": query,
        "filters": [str(condition) for condition in parse_query(result.request.line).filters],
        "unknown": [{"text": part.text, "nearest": list(part.nearest)} for part in unknown],
        "relevance": _rounded(result.relevance),
        "n_searched": result.n_searched,
        "n_folded": result.n_folded,
        "seconds": _rounded(result.seconds),
        "hits": [_hit_shape(rank, hit) for rank, hit in enumerate(hits, start=1)],
    }


def blend_shape(hit: "BlendHit") -> dict[str, Any]:
    return {
        "at": round(hit.at, 4),
        "distance_degrees": round(hit.distance_degrees, 2),
        "is_between": hit.is_between,
        **sample_shape(hit.sample),
    }


def kit_shape(query: str, kit: "Sequence[KitSound]", tuning: "Tuning") -> dict[str, Any]:
    return {"query": query, "key": tuning.key, "slots": [_slot_shape(sound, tuning) for sound in kit]}


def _slot_shape(sound: "KitSound", tuning: "Tuning") -> dict[str, Any]:
    return {
        "slot": sound.slot,
        "score": None if sound.score is None else _rounded(sound.score),
        "semitones": 0.0 if sound.sample is None else tuning.semitones.get(sound.sample.id, 0.0),
        "is_locked": sound.is_locked,
        "sound": None if sound.sample is None else sample_shape(sound.sample),
    }


def _hit_shape(rank: int, hit: Hit) -> dict[str, Any]:
    return {
        "rank": rank,
        "score": _rounded(hit.score),
        "cosine": _rounded(hit.cosine),
        "name_match": _rounded(hit.name_match),
        "n_folded": hit.n_folded,
        **sample_shape(hit.sample),
    }


def _reading_shape(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    value = reading.text if reading.number is None else reading.number
    return {"value": value, "source": reading.source.name.lower(), "confidence": _rounded(reading.confidence)}


def _tempo_shape(reading: Reading | None) -> dict[str, Any] | None:
    shape = _reading_shape(reading)
    if shape is not None and reading is not None and reading.number is not None:
        shape["half_and_double"] = other_octaves(reading.number)
    return shape


def _tag_shape(tag: Tag) -> dict[str, Any]:
    return {
        "facet": tag.facet,
        "name": tag.name,
        "parent": tag.parent,
        "source": tag.source.name.lower(),
        "confidence": _rounded(tag.confidence),
    }


def _rounded(value: Any) -> Any:
    """Round a float to four decimals."""
    return round(value, 4) if isinstance(value, float) else value


def printable(value: Any) -> Any:
    """Return JSON for readers that take UTF-8 only and show texts as they are.

    Bytes of names that are no text become escapes; control characters and marks of direction go.
    """
    if isinstance(value, dict):
        return {printable(key): printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return value
    return without_controls(value.encode("utf-8", "backslashreplace").decode())
