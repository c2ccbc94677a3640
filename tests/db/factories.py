"""Sounds for tests, without audio."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from db.library import Library
from db.measurements import Features
from db.types import EncoderInfo, FileStat, Matrix, Root, Vector
from db.write.records import FailedFile, Observation, Outcome

ENCODER = EncoderInfo("tiny", "1", 8, 48_000, "whole")
OTHER_ENCODER = replace(ENCODER, revision="2")
FEATURES = Features(0.5, 1, 44_100, 16, "wav", -1.0, -14.0, 900.0, 3.0, 120.0, 1)


def unit_rows(n: int, seed: int = 0, dim: int = ENCODER.dim) -> Matrix:
    rows = np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def vector_of(content: str) -> Vector:
    """Return the vector of a content, the same every time."""
    return unit_rows(1, seed=int.from_bytes(content_hash(content)[:4], "big"))[0]


def content_hash(content: str) -> bytes:
    return hashlib.sha256(content.encode()).digest()


def observed(relpath: str | bytes, content: str | None = None, **changes: object) -> Observation:
    """Return an observed file; two of one content are the same sound. Without a content it is one of its own."""
    raw = relpath if isinstance(relpath, bytes) else relpath.encode()
    content = repr(raw) if content is None else content
    file = Observation(
        raw, FileStat(1000, 1), content_hash(content), content_hash(content), FEATURES, vector_of(content)
    )
    return replace(file, **changes)  # type: ignore[arg-type]


def failed(relpath: str) -> FailedFile:
    return FailedFile(relpath.encode(), FileStat(10, 1), "empty", "The file is empty.")


def record(
    library: Library, root: Root, *files: Observation, vanished: Sequence[str] = (), bad: Sequence[FailedFile] = ()
) -> list[Outcome]:
    """Record files; ``vanished`` are paths under the same root. Those that did not move are removed."""
    gone = {(root.id, relpath.encode()) for relpath in vanished}
    with library.writer() as writer:
        outcomes = writer.store(root.id, ENCODER, files, bad, gone)
        writer.remove_files(gone)
    return outcomes


def add_root(library: Library, folder: Path) -> Root:
    folder.mkdir(parents=True, exist_ok=True)
    with library.writer() as writer:
        return writer.add_root(folder)


def get_id(library: Library, root: Root, relpath: str) -> int:
    sample_id = library.find_sample_id(root.path / relpath)
    assert sample_id is not None
    return sample_id
