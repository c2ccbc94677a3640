"""Libraries filled through their writer, without decoding a sound, so that large ones are ready in seconds."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from db.library import Library
from db.measurements import Features
from db.types import EncoderInfo, FileStat, Matrix, Reading, Source, Tag
from db.write.records import Observation
from indexer.encoders.compact.model import INFO

_BATCH = 2000
TYPES = ("kick", "snare", "clap", "closed hi-hat", "open hi-hat", "bass", "pad", "lead", "vocal", "riser")


def random_vectors(n: int, dim: int, seed: int = 0) -> Matrix:
    """Draw unit rows around a few hundred centres, as the sounds of a real library lie in groups."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((300, dim)).astype(np.float32)
    vectors = centres[rng.integers(0, 300, n)] + 0.8 * rng.standard_normal((n, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def fill(
    library: Library, root: Path, relpaths: Sequence[str], stats: Sequence[FileStat], encoder: EncoderInfo = INFO
) -> Matrix:
    """Record a sound with random vector, features and type at each path, in an empty library; return the vectors."""
    vectors = random_vectors(len(relpaths), encoder.dim)
    rng = np.random.default_rng(1)
    with library.writer() as writer:
        writer.activate(encoder)
        root_id = writer.add_root(root).id
        for start in range(0, len(relpaths), _BATCH):
            numbers = range(start, min(start + _BATCH, len(relpaths)))
            sounds = [_sound(number, relpaths[number], stats[number], vectors[number], rng) for number in numbers]
            writer.store(root_id, encoder, sounds, [], set())
    give_types(library, len(relpaths))
    return vectors


def sounds(n: int, encoder: EncoderInfo = INFO) -> list[Observation]:
    """Return sounds as an index run finds them, ten in a folder."""
    vectors, rng = random_vectors(n, encoder.dim), np.random.default_rng(1)
    return [
        _sound(number, f"pack {number // 10}/{number}.wav", FileStat(1000, number), vectors[number], rng)
        for number in range(n)
    ]


def give_types(library: Library, n_sounds: int) -> None:
    """Give the sounds that `fill` stored types in turn, in the place of those that the tag stage found."""
    with library.writer() as writer:
        for start in range(0, n_sounds, _BATCH):
            numbers = range(start, min(start + _BATCH, n_sounds))
            types = {number + 1: (Tag("type", TYPES[number % len(TYPES)], Source.MODEL, 0.8),) for number in numbers}
            writer.set_tags(types, {Source.MODEL})  # ids begin at 1


def _sound(number: int, relpath: str, stat: FileStat, vector: np.ndarray, rng: np.random.Generator) -> Observation:
    features = Features(
        duration_seconds=float(rng.uniform(0, 10)),
        n_channels=1,
        sample_rate_hz=44_100,
        bit_depth=16,
        format="wav",
        peak_dbfs=-1.0,
        loudness_lufs=float(rng.uniform(-30, -6)),
        brightness_hz=float(rng.uniform(100, 9000)),
        attack_ms=2.0,
        decay_ms=200.0,
        n_onsets=1,
    )
    return Observation(
        relpath=relpath.encode(),
        stat=stat,
        file_hash=number.to_bytes(16, "big"),
        audio_hash=number.to_bytes(16, "big"),
        features=features,
        vector=vector,
        readings=(Reading("bpm", Source.ANALYSIS, 0.7, number=float(rng.uniform(70, 180))),),
    )
