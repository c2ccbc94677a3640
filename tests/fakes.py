"""Stand-ins that work: an encoder so small that it needs no weights, decoding without processes of its own."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import numpy as np

from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import EncoderTraits
from indexer.encoders.prompts import unit
from indexer.ingest.worker import Result, Task, perform_all

_DIM = 16


class FakeEncoder:
    """Hear the shape of the spectrum; read each text as a direction of its own.

    Args:
        revision: Makes fakes whose vectors must not meet.
    """

    def __init__(self, revision: str = "1") -> None:
        self.info = EncoderInfo("fake", revision, _DIM, 48_000, "whole")
        self.traits = EncoderTraits()
        self.text_center: Vector = np.zeros(_DIM, np.float32)
        self.audio_center: Vector = np.zeros(_DIM, np.float32)
        self.n_embedded = 0

    def warm_up(self) -> None:
        pass

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        self.n_embedded += len(waveforms)
        return unit(np.stack([self._bands(waveform) for waveform in waveforms])) if waveforms else self._none()

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        return unit(np.stack([self._direction(text) for text in texts])) if texts else self._none()

    def _bands(self, waveform: Waveform) -> Vector:
        if not len(waveform) or not np.isfinite(waveform).all():
            raise ValueError("a waveform is empty or not finite")
        power = np.abs(np.fft.rfft(waveform, 65_536)) ** 2
        edges = np.geomspace(20, len(power) - 1, _DIM + 1).astype(int)
        bands = np.log10(np.add.reduceat(power, edges[:-1]) + 1e-9)
        return (bands - bands.mean()).astype(np.float32)

    def _direction(self, text: str) -> Vector:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
        return np.random.default_rng(seed).standard_normal(_DIM).astype(np.float32)

    def _none(self) -> Matrix:
        return np.zeros((0, _DIM), np.float32)


class InlinePool:
    """A `DecodePool` that decodes in the caller's thread: starting processes would take most of a test's time."""

    def __init__(self, n_workers: int, n_ahead: int = 2, n_in_pack: int = 1) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def map(self, tasks: Iterable[Task]) -> Iterator[Result]:
        return (result for task in tasks for result in perform_all([task]))
