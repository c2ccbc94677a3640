"""A LAION model in a process of its own, as the rest of earmark uses it: no torch here."""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from db.types import EncoderInfo, Matrix, Vector
from indexer.encoders.base import Encoder, EncoderTraits
from indexer.encoders.laion.store import Landmarks, read_landmarks, read_receipt
from indexer.encoders.process import EncoderProcess

_MAX_REMEMBERED = 2_000  # texts; 4 MB


class LaionFacts:
    """What is known of a converted model without starting it.

    Raises:
        ModelError: It is not there.
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
    """A converted model; its process starts with the first sound, or the first text that it has not read before.

    Args:
        folder: Where the model is.
        n_threads: Threads to compute with.
    """

    def __init__(self, folder: Path, n_threads: int) -> None:
        facts = LaionFacts(folder)
        super().__init__(partial(make_laion, folder), facts, n_threads)
        self._laion_facts = facts

    @cached_property
    def _read(self) -> dict[str, Vector]:
        return dict(self._laion_facts.landmarks.texts)

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        if len(self._read) + len(new) > _MAX_REMEMBERED:
            del self._read
            new = [text for text in dict.fromkeys(texts) if text not in self._read]
        self._read.update(zip(new, super().embed_text(new), strict=True))
        return np.array([self._read[text] for text in texts], np.float32).reshape(-1, self.info.dim)


def make_laion(folder: Path, n_threads: int) -> Encoder:
    """Build a model in this process, which loads torch."""
    import torch

    from indexer.encoders.laion.encoder import LaionEncoder

    torch.set_num_threads(n_threads)
    return LaionEncoder(folder)
