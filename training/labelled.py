"""Labelled sounds, embedded and measured once, and what figures of them are made of."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.measurements import Features
from db.types import Matrix, Reading, Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import Encoder
from indexer.encoders.compact.entry import make_compact
from indexer.few_shot.service import DESCRIPTORS
from indexer.ingest.decode_and_embed import decode_and_embed
from indexer.ingest.observe import DecodedSound
from indexer.ingest.worker_pool import Task
from indexer.tagging.filename_tags import tags_from_name

_N_BINS = 10


@dataclass(frozen=True)
class Labelled:
    """Sounds in the order of their list; those that cannot be decoded are left out.

    Attributes:
        names: Path of each below the folder.
        vectors: Shape ``(n, dim)``.
        families: First level of the type that each label names; "" for none.
    """

    names: list[str]
    labels: npt.NDArray[np.str_]
    vectors: Matrix
    features: list[Features]
    readings: list[tuple[Reading, ...]]
    waveforms: list[Waveform | None]

    @property
    def families(self) -> npt.NDArray[np.str_]:
        return np.array([family_of(label) for label in self.labels])

    def measures(self) -> npt.NDArray[np.float32]:
        """Return what `db.library.Library.measurements` does for `DESCRIPTORS`."""
        return np.array([[getattr(one, name) for name in DESCRIPTORS] for one in self.features], np.float32)


def embed_labelled(folder: Path) -> Labelled:
    """Embed the sounds of a folder that ``labels.csv`` names."""
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    embedded = embed_sounds([folder / "sounds" / row["path"] for row in rows], [row["label"] for row in rows])
    return replace(embedded, names=[str(Path(name).relative_to(folder / "sounds")) for name in embedded.names])


def embed_sounds(paths: Sequence[Path], labels: Sequence[str], encoder: Encoder | None = None) -> Labelled:
    """Embed and measure sounds with a label each; by the built-in model unless another encoder is given."""
    found: dict[int, tuple[DecodedSound, Features, Vector]] = {}
    tasks = (Task(key, os.fsencode(path)) for key, path in enumerate(paths))
    for batch in decode_and_embed(tasks, encoder or make_compact(1)):
        for item in batch:
            if item.sound is not None and item.sound.features is not None and item.vector is not None:
                found[item.key] = (item.sound, item.sound.features, item.vector)
    keys = sorted(found)
    return Labelled(
        names=[str(paths[key]) for key in keys],
        labels=np.array([labels[key] for key in keys]),
        vectors=np.stack([found[key][2] for key in keys]),
        features=[found[key][1] for key in keys],
        readings=[found[key][0].readings for key in keys],
        waveforms=[found[key][0].waveform for key in keys],
    )


def family_of(label: str) -> str:
    marks = tags_from_name(label)
    return (marks[0].parent or "") if marks else ""


def calibration_error(confidence: npt.NDArray[np.float32], is_right: npt.NDArray[np.bool_]) -> float:
    """Return the mean gap between confidence and share of right answers over ten bins (Guo et al., 2017)."""
    bins = np.minimum((confidence * _N_BINS).astype(int), _N_BINS - 1)
    gaps = [
        abs(float(confidence[bins == number].mean()) - float(is_right[bins == number].mean())) * (bins == number).mean()
        for number in np.unique(bins)
    ]
    return float(sum(gaps))


def average_precision(scores: npt.NDArray[np.float32], is_it: npt.NDArray[np.bool_]) -> float:
    ranked = is_it[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean())
