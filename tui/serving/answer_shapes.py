"""The shapes of answers, for the OpenAPI document; a test holds them against what is answered."""

from dataclasses import fields

from pydantic import BaseModel, create_model

from db.measurements import Features


class ReadingAnswer(BaseModel):
    """A value with its source: user, taught, embedded, filename, analysis or model."""

    value: str | float
    source: str
    confidence: float


class TempoAnswer(ReadingAnswer):
    """A tempo in beats per minute."""

    value: float
    half_and_double: list[float]


class TagAnswer(BaseModel):
    facet: str
    name: str
    parent: str | None
    source: str
    confidence: float


FeaturesAnswer = create_model("FeaturesAnswer", **{one.name: (one.type, ...) for one in fields(Features)})  # type: ignore[call-overload]


class SoundAnswer(BaseModel):
    """One sound."""

    id: int
    path: str
    paths: list[str]
    pack: str
    is_online: bool
    added_at: str
    caveats: list[str]
    features: FeaturesAnswer  # type: ignore[valid-type]
    bpm: TempoAnswer | None
    key: ReadingAnswer | None
    pitch: ReadingAnswer | None
    author: str | None
    license: str | None
    url: str | None
    tags: list[TagAnswer]


class HitAnswer(SoundAnswer):
    rank: int
    score: float
    cosine: float
    name_match: float
    n_folded: int


class UnknownAnswer(BaseModel):
    """A part of the query that means nothing here, with what is spelt alike."""

    text: str
    nearest: list[str]


class SearchAnswer(BaseModel):
    query: str
    filters: list[str]
    unknown: list[UnknownAnswer]
    relevance: float | None
    n_searched: int
    n_folded: int
    seconds: float
    hits: list[HitAnswer]


class BlendedAnswer(SoundAnswer):
    at: float
    distance_degrees: float
    is_between: bool


class PathAnswer(BaseModel):
    is_bridged: bool
    steps: list[BlendedAnswer]


class PointAnswer(BaseModel):
    sounds: list[BlendedAnswer]


class InfoAnswer(SoundAnswer):
    stars: int
    note: str
    is_hidden: bool
    collections: list[str]
    exports: list[str]
    used_at: str | None
    audio_hash: str


class TagCountAnswer(BaseModel):
    name: str
    n: int
    tags: list["TagCountAnswer"]


class FacetAnswer(BaseModel):
    facet: str
    n_unsure: int
    tags: list[TagCountAnswer]


class TagsAnswer(BaseModel):
    place: list[str]
    n_samples: int
    facets: list[FacetAnswer]


class CollectionAnswer(BaseModel):
    name: str
    n_samples: int
    is_kit: bool


class FolderAnswer(BaseModel):
    id: int
    path: str
    is_online: bool
    n_files: int


class EncoderAnswer(BaseModel):
    fingerprint: str
    name: str
    revision: str
    n_vectors: int


class StatsAnswer(BaseModel):
    n_samples: int
    n_files: int
    n_duplicates: int
    n_problems: int
    duration_seconds: float
    size_bytes: int
    formats: dict[str, int]
    roots: list[FolderAnswer]
    encoders: list[EncoderAnswer]
    database_bytes: int
    types: dict[str, int]
    forms: dict[str, int]
    lengths: dict[str, int]


class ChangedAnswer(BaseModel):
    n_changed: int


class RefusalAnswer(BaseModel):
    """Why there is no other answer, in one sentence."""

    error: str
