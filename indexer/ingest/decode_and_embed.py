"""Decode and embed many files at once.

With a light model, workers embed what they decode; with another, they decode the next batch while its process takes the
last one.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, Self, TypeVar

from db.errors import ModelError
from db.types import Vector
from indexer.audio.decode import MAX_ANALYSED_SECONDS
from indexer.audio.waveform import SAMPLE_RATE_HZ
from indexer.encoders.base import Encoder
from indexer.encoders.child import EncoderFactory
from indexer.encoders.process import EncoderProcess
from indexer.ingest.embed_decoded import EmbedDecoded, embed_each, waveforms_of
from indexer.ingest.observe import DecodedSound
from indexer.ingest.worker_pool import DecodePool, Result, Task

# One batch: large enough to keep the encoder busy, small enough that a kill costs less than a second of its work.
_BATCH_FILES = 64
_BATCH_FRAMES = 60 * SAMPLE_RATE_HZ
# Decoding runs this far ahead, so that it loses no time while the model loads; 115 MB.
_WAITING_FRAMES = 600 * SAMPLE_RATE_HZ
# Packs given to each worker at once, and files of a pack. One that embeds has work while a batch is stored; others send
# waveforms.
_EMBEDDING, _DECODING = {"n_ahead": 3, "n_in_pack": 8}, {"n_ahead": 2, "n_in_pack": 1}
_UNDER_WAY = 2  # batches that are still embedded after Ctrl-C; with a large model, each may take several seconds


@dataclass(frozen=True, slots=True)
class EmbeddedSound:
    """What became of one task: a decoded sound with its vector, or an error.

    ``vector`` is None beside a ``sound`` that has one already.
    """

    key: int
    sound: DecodedSound | None
    vector: Vector | None
    error: tuple[str, str] | None  # code, one sentence


_Done = TypeVar("_Done", Result, EmbeddedSound)


class EmbedFiles(Protocol):
    """A way to decode and embed many files: `decode_and_embed`, or one on other machines."""

    def __call__(
        self,
        tasks: Iterable[Task],
        encoder: Encoder,
        *,
        cancelled: Callable[[], bool],
        find_embedded: Callable[[Set[bytes]], Set[bytes]],
    ) -> Iterator[list[EmbeddedSound]]: ...


def decode_and_embed(
    tasks: Iterable[Task],
    encoder: Encoder,
    n_workers: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    find_embedded: Callable[[Set[bytes]], Set[bytes]] = lambda _: frozenset(),
) -> Iterator[list[EmbeddedSound]]:
    """Yield batches of embedded sounds, in the order in which they become ready.

    Args:
        tasks: Files to read; taken lazily.
        encoder: Embeds while the next batch is decoded.
        n_workers: Decoding processes; one per core by default.
        cancelled: Polled between files; once true, at most two batches that are under way are still yielded.
        find_embedded: Returns those of some audio hashes that need no vector, such as that of a file with new tags.

    Raises:
        ModelError: The encoder cannot be used at all. A sound that it refuses is that sound's error.
    """
    with LocalWorkers(encoder, n_workers or os.cpu_count() or 1) as workers:
        yield from workers.embed(tasks, cancelled, find_embedded)


class LocalWorkers:
    """The decoding processes of this machine, kept from one call to the next; a context manager.

    Args:
        encoder: Embeds: in the workers where it is light, else in its own process while the next batch is decoded.
        n_workers: Number of processes.
    """

    def __init__(self, encoder: Encoder, n_workers: int) -> None:
        self._encoder = encoder
        self._factory = encoder.light_factory if isinstance(encoder, EncoderProcess) else None
        self._pool = DecodePool(n_workers, **(_EMBEDDING if self._factory else _DECODING))

    def __enter__(self) -> Self:
        self._pool.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._pool.__exit__(*exc_info)

    def embed(
        self,
        tasks: Iterable[Task],
        cancelled: Callable[[], bool] = lambda: False,
        find_embedded: Callable[[Set[bytes]], Set[bytes]] = lambda _: frozenset(),
    ) -> Iterator[list[EmbeddedSound]]:
        """Yield batches of embedded sounds; arguments and errors as of `decode_and_embed`."""
        wanted = until(cancelled, tasks)
        if self._factory is not None:
            return _embed_in_workers(self._pool, wanted, self._factory, cancelled, find_embedded)
        return _embed_beside(self._pool, wanted, self._encoder, cancelled, find_embedded)


def _embed_beside(
    pool: DecodePool,
    tasks: Iterable[Task],
    encoder: Encoder,
    cancelled: Callable[[], bool],
    find_embedded: Callable[[Set[bytes]], Set[bytes]],
) -> Iterator[list[EmbeddedSound]]:
    """Yield batches that the encoder embeds while the pool decodes the next ones."""
    with ThreadPoolExecutor(1) as embedder:
        waiting: deque[_Waiting] = deque()
        embed = _BatchEmbedder(encoder)
        try:
            for batch in _batches(pool.map(_waking(encoder, tasks))):
                embedded = find_embedded(_audio_hashes(batch))
                waiting.append(_Waiting(embedder.submit(embed, batch, embedded), sum(map(_n_frames, batch))))
                while waiting and (waiting[0].future.done() or _n_waiting(waiting) > _WAITING_FRAMES):
                    yield waiting.popleft().future.result()
            while waiting:
                if cancelled():
                    _cancel(waiting, _UNDER_WAY)
                yield waiting.popleft().future.result()
        finally:
            _cancel(waiting, 0)


def _embed_in_workers(
    pool: DecodePool,
    tasks: Iterable[Task],
    factory: EncoderFactory,
    cancelled: Callable[[], bool],
    find_embedded: Callable[[Set[bytes]], Set[bytes]],
) -> Iterator[list[EmbeddedSound]]:
    """Yield batches of sounds that workers embedded; once cancelled, those that have come back."""
    finish = EmbedDecoded(factory)
    jobs = (replace(task, finish=finish) for task in tasks)
    for batch in _batches(_and_no_more(cancelled, map(_as_embedded, pool.map(jobs)))):
        yield without_known_vectors(batch, find_embedded)


def without_known_vectors(
    batch: Iterable[EmbeddedSound], find_embedded: Callable[[Set[bytes]], Set[bytes]]
) -> list[EmbeddedSound]:
    """Drop the vectors of sounds that have one already, such as that of a file with new tags."""
    batch = list(batch)
    embedded = find_embedded(_audio_hashes(batch))
    return [replace(item, vector=None) if item.sound and item.sound.audio_hash in embedded else item for item in batch]


def _as_embedded(result: Result) -> EmbeddedSound:
    """Return what a worker has embedded.

    Raises:
        ModelError: It can embed nothing.
    """
    if isinstance(result.value, ModelError):
        raise result.value
    return EmbeddedSound(result.key, result.sound, result.value, result.error)


def _audio_hashes(batch: Iterable[Result | EmbeddedSound]) -> set[bytes]:
    return {result.sound.audio_hash for result in batch if result.sound and result.sound.audio_hash}


class _Waiting(NamedTuple):
    """A batch that is being embedded, or will be."""

    future: Future[list[EmbeddedSound]]
    n_frames: int


def _n_waiting(waiting: Iterable[_Waiting]) -> int:
    return sum(batch.n_frames for batch in waiting)


def _cancel(waiting: deque[_Waiting], n_kept: int) -> None:
    """Forget all batches but the first few."""
    while len(waiting) > n_kept:
        waiting.pop().future.cancel()


def until(cancelled: Callable[[], bool], tasks: Iterable[Task]) -> Iterator[Task]:
    """Yield tasks until the run is cancelled."""
    for task in tasks:
        if cancelled():
            return
        yield task


def _and_no_more(cancelled: Callable[[], bool], items: Iterable[EmbeddedSound]) -> Iterator[EmbeddedSound]:
    """Yield what came back before the run was cancelled."""
    for item in items:
        yield item
        if cancelled():
            return


def _waking(encoder: Encoder, tasks: Iterable[Task]) -> Iterator[Task]:
    """Let the encoder load while the first sounds are decoded, unless they may be known to need none."""
    is_awake = False
    for task in tasks:
        if not is_awake and not task.known_hashes:
            encoder.warm_up()
            is_awake = True
        yield task


def _batches(results: Iterator[_Done]) -> Iterator[list[_Done]]:
    batch: list[_Done] = []
    n_frames = 0
    for result in results:
        batch.append(result)
        n_frames += _n_frames(result)
        if len(batch) >= _BATCH_FILES or n_frames >= _BATCH_FRAMES:
            yield batch
            batch, n_frames = [], 0
    if batch:
        yield batch


def _n_frames(result: Result | EmbeddedSound) -> int:
    """Return how much of a sound was analysed."""
    if result.sound is None or result.sound.features is None:
        return 0
    return int(min(result.sound.features.duration_seconds, MAX_ANALYSED_SECONDS) * SAMPLE_RATE_HZ)


class _BatchEmbedder:
    """Embeds batches until the encoder fails as a whole; those that wait behind it fail at once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._failure: Exception | None = None

    def __call__(self, batch: list[Result], embedded: Set[bytes]) -> list[EmbeddedSound]:
        if self._failure is not None:
            raise self._failure
        try:
            return _embed(self._encoder, batch, embedded)
        except Exception as error:
            self._failure = error
            raise


def _embed(encoder: Encoder, batch: list[Result], embedded: Set[bytes]) -> list[EmbeddedSound]:
    is_new = [result for result in batch if result.sound is None or result.sound.audio_hash not in embedded]
    vectors, errors = embed_each(encoder, waveforms_of(is_new))
    return [
        EmbeddedSound(
            key=result.key,
            sound=None if result.key in errors else result.sound,
            vector=vectors.get(result.key),
            error=errors.get(result.key, result.error),
        )
        for result in batch
    ]
