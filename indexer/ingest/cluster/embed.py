"""Decode and embed files on a cluster: chunks go out, answers come back, what is lost goes out again."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from itertools import islice
from typing import Protocol

from db.errors import ProblemError
from indexer.encoders.base import Encoder
from indexer.ingest.cluster.machine import exists_here, read_answer, write_chunk
from indexer.ingest.decode_and_embed import EmbeddedSound, until, without_known_vectors
from indexer.ingest.worker_pool import Task

# Files in a chunk, for each core that embeds it: the cores wait for each other at its end, and a machine that dies
# costs a few chunks.
_CHUNK_FILES, _MAX_CHUNK_FILES = 64, 512
_MIN_CHUNKS = 4  # for each actor, so that all of them end at about the same time
# Chunks that are known to the cluster at once, which bounds the memory of this process whatever the library's size.
_WINDOW_CHUNKS = 4096
_MAX_FAILURES = 3  # in a row, without one answer between them


class ClusterLostError(Exception):
    """Chunks were lost, with machines or with the whole cluster; those that have no answer can be sent again."""


class Cluster(Protocol):
    """Machines that embed."""

    @property
    def n_actors(self) -> int:
        """How many chunks are embedded at once; machines may come and go."""
        ...

    @property
    def n_cores(self) -> int:
        """How many cores each actor has."""
        ...

    def run(self, chunks: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the answers to chunks, in any order.

        Raises:
            ClusterLostError: Some will not come.
        """
        ...


class EmbedOnCluster:
    """An `EmbedFiles` whose files other machines read."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def __call__(
        self,
        tasks: Iterable[Task],
        encoder: Encoder,
        *,
        cancelled: Callable[[], bool],
        find_embedded: Callable[[Set[bytes]], Set[bytes]],
    ) -> Iterator[list[EmbeddedSound]]:
        """Yield chunks of embedded sounds, in the order in which they come back, each file once.

        Once cancelled, nothing more is yielded; what was not stored is embedded again by the next run.

        Raises:
            ModelError: A machine's model can embed nothing.
            ProblemError: A machine cannot do the job, or the cluster is gone.
        """
        wanted = until(cancelled, tasks)
        while window := list(islice(wanted, _WINDOW_CHUNKS * _CHUNK_FILES)):
            for sounds in self._embed_window(window):
                yield without_known_vectors(sounds, find_embedded)
                if cancelled():
                    return

    def _embed_window(self, window: Sequence[Task]) -> Iterator[list[EmbeddedSound]]:
        """Yield the sounds of all tasks; those of a machine that dies are embedded again."""
        left = {task.key: task for task in window}
        n_failures = 0
        while left:
            chunks = [write_chunk(chunk) for chunk in self._chunks(list(left.values()))]
            n_before, reason = len(left), "some files came back without an answer"
            try:
                for answer in self._cluster.run(chunks):
                    sounds = [sound for sound in read_answer(answer) if sound.key in left]
                    yield [_check_gone(sound, left[sound.key]) for sound in sounds]
                    for sound in sounds:
                        del left[sound.key]
            except ClusterLostError as error:
                reason = str(error)
            n_failures = 0 if len(left) < n_before else n_failures + 1
            if n_failures == _MAX_FAILURES:
                raise ProblemError(
                    f"The cluster embeds nothing more ({reason}). What is stored is safe; the same command goes on."
                )

    def _chunks(self, tasks: Sequence[Task]) -> Iterator[Sequence[Task]]:
        """Cut tasks into chunks, smaller ones where there are few, so that every actor has some."""
        n_fair = -(-len(tasks) // max(1, self._cluster.n_actors * _MIN_CHUNKS))
        n_chunk = max(1, min(n_fair, _CHUNK_FILES * self._cluster.n_cores, _MAX_CHUNK_FILES))
        return (tasks[start : start + n_chunk] for start in range(0, len(tasks), n_chunk))


def _check_gone(sound: EmbeddedSound, task: Task) -> EmbeddedSound:
    """Make it a problem where a machine finds no file and this one does: else nobody would hear of it."""
    if sound.error is None or sound.error[0] != "gone" or not exists_here(task):
        return sound
    return replace(sound, error=("unreadable", "The machine of the cluster that was to read it does not find it."))
