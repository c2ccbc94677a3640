"""LAION's models as ``earmark model`` lists, fetches and starts them; loads no torch."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property, partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from db.types import EncoderInfo, Matrix, Vector
from indexer.encoders.base import Encoder, EncoderTraits
from indexer.encoders.laion.engines.base import OWN, check_installed, check_large_packages
from indexer.encoders.laion.sources import Release
from indexer.encoders.laion.store import (
    OPTIONS,
    Landmarks,
    Receipt,
    find_receipt,
    read_choices,
    read_landmarks,
    read_receipt,
    write_choice,
)
from indexer.encoders.model import Fetched, Model, OnBytes, OnStep
from indexer.encoders.process import EncoderProcess

_MAX_REMEMBERED = 2_000  # texts; 4 MB


class LaionModel(Model):
    """One of LAION's releases, here or not.

    Args:
        release: What LAION published.
        models_folder: Where fetched models are.
    """

    options: ClassVar[Mapping[str, tuple[str, ...]]] = OPTIONS

    def __init__(self, release: Release, models_folder: Path) -> None:
        self.name = release.name
        self.description = release.description
        self.folder = models_folder / release.name
        self._release = release

    @property
    def info(self) -> EncoderInfo | None:
        receipt = find_receipt(self.folder)
        return None if receipt is None else receipt.info

    def load(self, n_threads: int) -> Encoder:
        check_large_packages()
        return make_laion(self.folder, n_threads)

    def start(self, n_threads: int | None = None) -> EncoderProcess:
        check_large_packages()
        # all cores: it takes ten times as long as decoding does
        return LaionProcess(self.folder, n_threads or os.cpu_count() or 1)

    def fetch(self, file: Path | None, on_bytes: OnBytes, on_step: OnStep) -> Fetched:
        check_large_packages()
        from indexer.encoders.laion.installation.get import get_model

        receipt = get_model(self._release, self.folder.parent, file, on_bytes=on_bytes, on_step=on_step)
        known = "is the published one" if receipt.is_known_hash else "was never published; it is recorded now"
        return Fetched(
            asdict(receipt),
            (
                f"{self.name} is ready. The hash of its checkpoint {known}: {receipt.sha256}",
                f"Its vectors are {_agreement(receipt)}.",
            ),
        )

    def is_checkpoint(self, file: Path) -> bool:
        return file.name == self._release.checkpoint.file_name

    def choose(self, option: str, value: str) -> None:
        read_receipt(self.folder)
        if option == "engine" and value in OPTIONS[option]:
            check_installed(value)
        write_choice(self.folder, option, value)

    def origin(self) -> str | None:
        receipt = find_receipt(self.folder)
        if receipt is None:
            return None
        known = "published" if receipt.is_known_hash else "recorded at first use"
        engine = read_choices(self.folder).engine
        computed = "computed by earmark's own engine" if engine == OWN else f"computed by {engine}"
        return (
            f"{computed}; on {receipt.converted_at[:10]} the own engine's vectors were {_agreement(receipt)}; "
            f"hash of the checkpoint {known}: {receipt.sha256[:12]}"
        )


def _agreement(receipt: Receipt) -> str:
    """Say how closely our vectors agree with those of the published implementations."""
    each = [f"{name} (largest difference {largest:.0e})" for name, largest in receipt.differences.items()]
    return f"those of {' and '.join(each)}"


class LaionFacts:
    """Facts about a converted model that need not start it.

    Raises:
        ModelError: It is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self.info: EncoderInfo = read_receipt(folder).info
        self.traits = EncoderTraits()
        self._folder = folder

    @cached_property
    def landmarks(self) -> Landmarks:
        return read_landmarks(self._folder)

    @property
    def text_center(self) -> Vector:
        return self.landmarks.text_center

    @property
    def audio_center(self) -> Vector:
        return self.landmarks.audio_center


class LaionProcess(EncoderProcess):
    """A converted model; its process starts with the first sound, or the first text that it has not embedded before.

    Args:
        folder: Where the model is.
        n_threads: Threads to compute with.
    """

    def __init__(self, folder: Path, n_threads: int) -> None:
        facts = LaionFacts(folder)
        super().__init__(partial(make_laion, folder), facts, n_threads)
        self._laion_facts = facts

    @cached_property
    def _texts(self) -> dict[str, Vector]:
        return dict(self._laion_facts.landmarks.texts)

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        if len(self._texts) + len(new) > _MAX_REMEMBERED:
            del self._texts
            new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        self._texts.update(zip(new, super().embed_text(new), strict=True))
        return np.array([self._texts[text] for text in texts], np.float32).reshape(-1, self.info.dim)


def make_laion(folder: Path, n_threads: int) -> Encoder:
    """Build a model in this process, which loads torch."""
    import torch

    from indexer.encoders.laion.encoder import LaionEncoder

    torch.set_num_threads(n_threads)
    return LaionEncoder(folder)
