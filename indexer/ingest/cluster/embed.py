"""Decode and embed files on a cluster: chunks of them go out, answers come back."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import replace
from itertools import islice
from typing import Protocol

from indexer.encoders.base import Encoder
from indexer.ingest.cluster.machine import exists_here, read_answer, write_chunk
from indexer.ingest.decode_and_embed import EmbeddedSound, until, without_known_vectors
from indexer.ingest.worker_pool import Task

# Files in a chunk, for each core that embeds it: the cores wait for each other at its end, and a machine that dies
# costs two chunks of each actor. Near the end of a run chunks become smaller, so that no actor works alone for long.
_MIN_FILES, _MAX_FILES = 16, 64
_MAX_CHUNK_FILES = 512
_N_SHARES = 2  # chunks that each actor would still get, were all as large as the next one; each is a transaction

TakeChunk = Callable[[int, int], bytes | None]


class Cluster(Protocol):
    """Machines that embed."""

    def run(self, take: TakeChunk, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        """Yield the answers to all chunks, in any order; end early once cancelled.

        Args:
            take: Returns the next chunk for an actor, given its cores and those of all actors; None after the last.
            cancelled: Polled several times a second.

        Raises:
            ProblemError: The cluster embeds nothing more.
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
        """Yield chunks of embedded sounds, in the order in which they come back.

        Once cancelled, nothing more is yielded; what was not stored is embedded again by the next run.

        Raises:
            ModelError: A machine's model can embed nothing.
            ProblemError: A machine cannot do the job, or the cluster embeds nothing more.
        """
        chunks = _Chunks(until(cancelled, tasks))
        for answer in self._cluster.run(chunks.take, cancelled):
            sounds = [_check_gone(sound, chunks.under_way.pop(sound.key)) for sound in read_answer(answer)]
            yield without_known_vectors(sounds, find_embedded)


class _Chunks:
    """Tasks, cut into chunks as they are asked for.

    Attributes:
        under_way: Tasks of all chunks that were taken, by their keys; the caller removes them.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.under_way: dict[int, Task] = {}
        self._source = iter(tasks)
        self._waiting: deque[Task] = deque()
        self._n_waited = 0  # the most that ever did

    def take(self, n_cores: int, n_cores_of_all: int) -> bytes | None:
        """Return the next chunk, as large as the actor's share of the cores; smaller where few tasks are left."""
        n_most = min(_MAX_FILES * n_cores, _MAX_CHUNK_FILES)
        n_chunks = _N_SHARES * -(-n_cores_of_all // n_cores)
        self._waiting.extend(islice(self._source, max(0, n_chunks * n_most - len(self._waiting))))
        self._n_waited = max(self._n_waited, len(self._waiting))
        n_least = min(_MIN_FILES * n_cores, -(-self._n_waited // n_chunks))  # few files may be long ones: all get some
        n_files = min(max(len(self._waiting) // n_chunks, n_least), n_most, len(self._waiting))
        if not n_files:
            return None
        chunk = [self._waiting.popleft() for _ in range(n_files)]
        self.under_way.update((task.key, task) for task in chunk)
        return write_chunk(chunk)


def _check_gone(sound: EmbeddedSound, task: Task) -> EmbeddedSound:
    """Report a file that a machine does not find and this one does; a file that is gone would be skipped silently."""
    if sound.error is None or sound.error[0] != "gone" or not exists_here(task):
        return sound
    return replace(sound, error=("unreadable", "The machine of the cluster that was to read it does not find it."))
