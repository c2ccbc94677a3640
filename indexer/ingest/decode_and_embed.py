"""Decode and embed many files at once: workers decode the next batch while the encoder takes the last one."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from db.types import Vector
from indexer.audio.waveform import SAMPLE_RATE_HZ, Waveform
from indexer.encoders.base import Encoder
from indexer.ingest.observe import DecodedSound
from indexer.ingest.worker_pool import DecodePool, Result, Task

# One batch: large enough to keep the encoder busy, small enough that a kill costs less than a second of its work.
_BATCH_FILES = 64
_BATCH_FRAMES = 60 * SAMPLE_RATE_HZ
# Decoding runs this far ahead, so that it loses no time while the model loads; 115 MB.
_WAITING_FRAMES = 600 * SAMPLE_RATE_HZ
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
    wanted = _waking(encoder, _until(cancelled, tasks))
    with DecodePool(n_workers or os.cpu_count() or 1) as pool, ThreadPoolExecutor(1) as embedder:
        waiting: deque[_Waiting] = deque()
        embed = _BatchEmbedder(encoder)
        try:
            for batch in _batches(pool.map(wanted)):
                hashes = {result.sound.audio_hash for result in batch if result.sound and result.sound.audio_hash}
                embedded = find_embedded(hashes)
                waiting.append(_Waiting(embedder.submit(embed, batch, embedded), sum(map(_n_frames, batch))))
                while waiting and (waiting[0].future.done() or _n_waiting(waiting) > _WAITING_FRAMES):
                    yield waiting.popleft().future.result()
            while waiting:
                if cancelled():
                    _cancel(waiting, _UNDER_WAY)
                yield waiting.popleft().future.result()
        finally:
            _cancel(waiting, 0)


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


def _until(cancelled: Callable[[], bool], tasks: Iterable[Task]) -> Iterator[Task]:
    for task in tasks:
        if cancelled():
            return
        yield task


def _waking(encoder: Encoder, tasks: Iterable[Task]) -> Iterator[Task]:
    """Let the encoder load while the first sounds are decoded, unless they may be known to need none."""
    is_awake = False
    for task in tasks:
        if not is_awake and not task.known_hashes:
            encoder.warm_up()
            is_awake = True
        yield task


def _batches(results: Iterator[Result]) -> Iterator[list[Result]]:
    batch: list[Result] = []
    n_frames = 0
    for result in results:
        batch.append(result)
        n_frames += _n_frames(result)
        if len(batch) >= _BATCH_FILES or n_frames >= _BATCH_FRAMES:
            yield batch
            batch, n_frames = [], 0
    if batch:
        yield batch


def _n_frames(result: Result) -> int:
    return 0 if result.sound is None or result.sound.waveform is None else len(result.sound.waveform)


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
    waveforms = {
        result.key: result.sound.waveform
        for result in batch
        if result.sound is not None and result.sound.waveform is not None and result.sound.audio_hash not in embedded
    }
    vectors, errors = _embed_all(encoder, waveforms)
    return [
        EmbeddedSound(
            key=result.key,
            sound=None if result.key in errors else result.sound,
            vector=vectors.get(result.key),
            error=errors.get(result.key, result.error),
        )
        for result in batch
    ]


def _embed_all(
    encoder: Encoder, waveforms: dict[int, Waveform]
) -> tuple[dict[int, Vector], dict[int, tuple[str, str]]]:
    """Embed one batch; when it fails, embed one by one, so that only the sound that fails is lost."""
    try:
        return dict(zip(waveforms, encoder.embed_audio(list(waveforms.values())), strict=True)), {}
    except (ValueError, MemoryError) as error:
        if len(waveforms) == 1:
            return {}, {next(iter(waveforms)): ("not-embedded", f"The model cannot take this sound: {error}")}
    vectors: dict[int, Vector] = {}
    errors: dict[int, tuple[str, str]] = {}
    for key, waveform in waveforms.items():
        vector, error_of_one = _embed_all(encoder, {key: waveform})
        vectors |= vector
        errors |= error_of_one
    return vectors, errors
