"""The JSON shapes of records, as docs/commands.md describes them."""

from dataclasses import asdict
from typing import Any

from db.records import Reading, Sample, TagMark
from indexer.search import Hit, SearchResult


def sample_shape(sample: Sample) -> dict[str, Any]:
    return {
        "id": sample.id,
        "path": str(sample.paths[0]),
        "paths": [str(path) for path in sample.paths],
        "is_online": sample.is_online,
        "features": asdict(sample.features),
        "bpm": _reading_shape(sample.bpm),
        "key": _reading_shape(sample.key),
        "tags": [_tag_shape(tag) for tag in sample.tags],
    }


def result_shape(query: str, result: SearchResult) -> dict[str, Any]:
    return {
        "query": query,
        "n_searched": result.n_searched,
        "seconds": round(result.seconds, 4),
        "hits": [_hit_shape(rank, hit) for rank, hit in enumerate(result.hits, start=1)],
    }


def _hit_shape(rank: int, hit: Hit) -> dict[str, Any]:
    return {
        "rank": rank,
        "score": round(hit.score, 4),
        "cosine": round(hit.cosine, 4),
        "name_match": round(hit.name_match, 4),
        "n_folded": hit.n_folded,
        **sample_shape(hit.sample),
    }


def _reading_shape(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    value = reading.text if reading.number is None else reading.number
    return {"value": value, "source": reading.source.name.lower(), "confidence": reading.confidence}


def _tag_shape(tag: TagMark) -> dict[str, Any]:
    return {
        "facet": tag.facet,
        "name": tag.name,
        "parent": tag.parent,
        "source": tag.source.name.lower(),
        "confidence": tag.confidence,
    }
