"""A library, a model and answers that stay as they are, so that a picture changes only when the screen does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile as sf

from db.errors import UsageError
from db.library import Library
from db.query.parser import parse_query
from db.types import (
    EncoderInfo,
    Features,
    FileStat,
    Matrix,
    Reading,
    Sample,
    SampleIds,
    Source,
    Tag,
    TagKey,
    TagName,
    Vector,
)
from db.write.records import Observation, TagEdit
from indexer.encoders.base import TextEncoder
from indexer.encoders.prompts import unit
from indexer.few_shot.service import LearnedTag
from indexer.latent.interpolation import spherical_mean
from indexer.organize.steps import Action, Plan, Step, Unmoved
from indexer.search.blending import BlendEnd, BlendHit, BlendPath
from indexer.search.plan import name_words
from indexer.search.request import Example, SearchRequest
from indexer.search.result import SearchResult
from indexer.search.service import SearchService
from indexer.search.spelling import Unknown
from tests.tui.app.shelf import ENCODER
from tui.workspace.session import Session

_RATE_HZ = 44_100
_WORDS = ("dusty", "warm", "hard", "soft", "vinyl", "wide", "[Am]", "long")
_KINDS = (
    ("kick", "drums", 0.35),
    ("snare", "drums", 0.25),
    ("closed hi-hat", "drums", 0.1),
    ("tom", "drums", 0.6),
    ("synth bass", "bass", 1.2),
    ("pad", "melodic", 3.0),
    ("choir", "vocal", 2.5),
    ("riser", "fx", 2.0),
)


def make_still_library(place: Path) -> Library:
    """Write 64 short sounds and record them with values of our own."""
    sounds = place / "Samples"
    library = Library.create(place / "library")
    with library.writer() as writer:
        sounds.mkdir()
        root = writer.add_root(sounds)
        found = [_make(sounds, number, kind, word) for number, (kind, word) in enumerate(_pairs())]
        writer.store(root.id, ENCODER.info, found, [], set())
    return library


def _pairs() -> list[tuple[int, str]]:
    return [(kind, word) for word in _WORDS for kind in range(len(_KINDS))]


def _make(sounds: Path, number: int, kind: int, word: str) -> Observation:
    name, family, seconds = _KINDS[kind]
    path = sounds / family / f"{word} {name} {number:02}.wav"
    path.parent.mkdir(exist_ok=True)
    time = np.arange(int(seconds * _RATE_HZ)) / _RATE_HZ
    sf.write(path, 0.8 * np.sin(2 * np.pi * 60 * (kind + 1) * time) * np.exp(-3 * time / seconds), _RATE_HZ)
    form = "loop" if number % 9 == 8 else "one-shot"
    tempo = [Reading("bpm", Source.FILENAME, 0.9, number=90.0 + number)] if form == "loop" else []
    key = [Reading("key", Source.ANALYSIS, 0.6, text="Am")] if family in {"bass", "melodic"} else []
    return Observation(
        relpath=path.relative_to(sounds).as_posix().encode(),
        stat=FileStat(path.stat().st_size, 1),
        file_hash=number.to_bytes(32, "big"),
        audio_hash=number.to_bytes(32, "big"),
        features=Features(seconds, 1, _RATE_HZ, 16, "wav", -1.9, -14.2, 200.0 * (kind + 1), 2.0, 180.0, 1),
        vector=_vector(kind, number),
        readings=(*tempo, *key),
        tags=(
            Tag("type", name, Source.MODEL, 0.8, family),
            Tag("form", form, Source.ANALYSIS, 0.9),
            Tag("character", "dark" if kind % 2 else "bright", Source.MODEL, 0.7),
        ),
    )


def _vector(kind: int, number: int) -> Vector:
    row = np.zeros(ENCODER.info.dim, np.float32)
    row[kind] = 1.0
    row[8 + number % 8] = 0.2 + 0.01 * number
    return unit(row)


def spiral(ids: SampleIds) -> npt.NDArray[np.float32]:
    """Return places on a map."""
    turns = np.sqrt(np.arange(1, len(ids) + 1, dtype=np.float32))
    return np.stack([np.cos(3 * turns), np.sin(3 * turns)], axis=1) * (turns / turns.max())[:, None]


def hold_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let words, ranks, blends and few-shot tags go by rules of this file, not those that get better with time."""
    monkeypatch.setattr("indexer.api.session.SearchService", _StillSearch)
    monkeypatch.setattr(Session, "blender", property(_StillBlender))
    monkeypatch.setattr("tui.workspace.annotations.active_learning.FewShotTagger", _StillTagger)


def _meaning(text: str) -> Vector | None:
    """Return where words point: at the kinds and qualities that they name, else at the first kind."""
    words = text.split()
    if not words:
        return None
    row = np.full(ENCODER.info.dim, 0.05, np.float32)
    for place, name in enumerate([name for name, _, _ in _KINDS]):
        row[place] += sum(word in name for word in words)
    return unit(row)


class _StillSearch:
    """Rank by the cosine and names alone."""

    text_encoder = ENCODER

    def __init__(self, library: Library, *_: object) -> None:
        self.library = self._library = library
        self._service = SearchService(library, ENCODER)

    def search(self, request: SearchRequest) -> SearchResult:
        if not request.is_ranked:
            return self._service.search(request)
        query, index = parse_query(request.line), self._library.vectors(ENCODER.info)
        within = self._library.scope(query.filters)
        weights = np.array([1.0] * len(request.likes) + [-0.6] * len(request.dislikes), "f4")
        examples = index.get(np.array([*request.likes, *request.dislikes], np.int64))
        target = weights @ examples + (0 if (words := _meaning(query.text)) is None else words)
        ids, cosines = index.search(unit(target), request.k or 1000, within)
        names = self._library.name_matches(name_words(query.text), 1000)
        scores = 0.6 * cosines.clip(min=0) + np.array([0.4 * names.get(key, 0.0) for key in ids.tolist()], "f4")
        best = np.lexsort((ids, -scores.round(4)))
        best = best[~np.isin(ids[best], request.dislikes)]
        return SearchResult(request, ids[best], scores[best], None, None, {}, len(ids), within, 0.0)

    def samples(self, ids: Sequence[int], line: str = "") -> list[Sample]:
        return self._service.samples(ids, line)

    def unknown(self, line: str) -> tuple[Unknown, ...]:
        return self._service.unknown(line)


class _StillBlender:
    def __init__(self, session: Session) -> None:
        self._library = session.library
        self._index = session.library.vectors(ENCODER.info)

    def locate(self, end: Example | str) -> BlendEnd:
        if isinstance(end, str):
            meaning = _meaning(end.strip("+"))
            if meaning is None:
                raise UsageError(f"{end} describes no sound; use words such as warm pad.")
            return BlendEnd(meaning)
        assert isinstance(end, int)
        return BlendEnd(self._index.get(np.array([end]))[0], end)

    def between(self, ends: Sequence[BlendEnd], weights: Sequence[float]) -> BlendEnd:
        return BlendEnd(spherical_mean(np.stack([end.direction for end in ends]), weights))

    def near(self, point: Vector, k: int) -> tuple[BlendHit, ...]:
        ids, cosines = self._index.search(point, k)
        degrees = np.degrees(np.arccos(cosines.clip(-1, 1))).round(1)
        samples = self._library.samples(ids.tolist())
        return tuple(BlendHit(*pair, is_between=True) for pair in zip(samples, np.zeros(k), degrees, strict=False))

    def path(self, start: BlendEnd, end: BlendEnd, n_steps: int, **_: object) -> BlendPath:
        steps: list[BlendHit] = []
        for at in np.linspace(0, 1, n_steps):
            found = self.near(unit((1 - at) * start.direction + at * end.direction), 64)
            steps.append(next(hit for hit in found if hit.sample not in [step.sample for step in steps]))
        return BlendPath(tuple(steps), is_bridged=True)


class _StillTagger:
    """Tags what is nearer to the yes than to the no."""

    def __init__(self, library: Library, _info: EncoderInfo, _encoder: TextEncoder) -> None:
        self._library = library
        self._index = library.vectors(ENCODER.info)
        self.n_sounds = self._index.n

    def most_uncertain(self, tag: TagName, n: int) -> tuple[SampleIds, Matrix]:
        said = self._library.tag_confidences(tag, [Source.USER])
        answers = {cell.sample_id: 1.0 if confidence else -0.5 for cell, confidence in said.items()}
        examples = self._index.get(np.array(list(answers), np.int64))
        wish = unit(np.array(list(answers.values()), np.float32) @ examples)
        ids, scores = self._index.search(wish, n + len(answers))
        is_open = ~np.isin(ids, list(answers))
        return ids[is_open][:n], scores[is_open][:n].clip(0, 1)

    def learn(self, tag: TagName, yes: Sequence[int], no: Sequence[int]) -> LearnedTag:
        marks: dict[TagKey, float | None] = {TagKey(key, tag, Source.USER): 1.0 for key in yes}
        marks |= {TagKey(key, tag, Source.USER): 0.0 for key in no}
        ids = self.most_uncertain(tag, 4)[0].tolist()
        marks |= {TagKey(key, tag, Source.TAUGHT): 0.8 for key in ids if key not in [*yes, *no]}
        with self._library.edits() as edits:
            edits.edit_tags(TagEdit(f"Learned {tag.name}", marks, {tag: "[]"}))
        return LearnedTag(tag, len(yes), len(no), len(ids), ())


def still_moves() -> Plan:
    """Return a plan that moves files, with some that stay."""
    names = ("dusty kick 00.wav", "warm [Am] snare 09.wav", "a loop with a long name that says all of it, twice.wav")
    folders = ("kick", "snare", "drum loop/98")
    steps = [
        Step(Action.MOVE, Path("/Samples/drums") / name, Path("/Samples") / folder / name, 1, 1, "")
        for name, folder in zip(names, folders, strict=True)
    ]
    stays = (
        *(Unmoved(Path(f"/Samples/fx/{name}.wav"), "no type is known") for name in ("zap", "swirl", "thud")),
        Unmoved(Path("/Samples/Song/beat.wav"), "it is in the folder of a project (Song.als)"),
    )
    made_at = datetime(2026, 11, 29, tzinfo=UTC)
    return Plan("1", made_at, "{type}/{bpm?}/{name}", (*steps, *steps * 4), stays, n_in_place=12, n_numbered=1)
