"""What a machine of a cluster does: decode and embed chunks of files with the workers of a local run.

Paths come in, measurements and vectors go out, waveforms stay. Nothing here knows Ray or the library.
"""

import os
import pickle
import socket
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from db.errors import EarmarkError, UsageError
from db.paths import display_text, is_present
from indexer.audio.remote import check_folder
from indexer.encoders.registry import find_model, start_encoder
from indexer.ingest.decode_and_embed import EmbeddedSound, LocalWorkers
from indexer.ingest.worker_pool import Task


@dataclass(frozen=True, slots=True)
class Job:
    """What a machine needs to know of a run.

    Attributes:
        earmark: Version of earmark that all machines need.
        model: Name of the model.
        fingerprint: Of the vectors that it has to give.
        models_folder: Where fetched models are, on all machines.
        roots: Folders that are there now; all machines need them at the same place.
        urls: Folders in object stores; all machines read them on their own.
    """

    earmark: str
    model: str
    fingerprint: str
    models_folder: Path
    roots: tuple[Path, ...]
    urls: tuple[str, ...] = ()


def find_fault(job: Job) -> str | None:
    """Return why this machine cannot do a job, as a sentence that names it; None where it can."""
    name = socket.gethostname()
    found = version("earmark")
    if found != job.earmark:
        return f"{name} has earmark {found}, and this machine {job.earmark}: install the same version on all."
    try:
        info = find_model(job.model, job.models_folder).info
    except EarmarkError as error:
        return f"On {name}: {error}"
    if info is None or info.fingerprint != job.fingerprint:
        return f"The model {job.model} of {name} is another one than this machine's: fetch the same on all machines."
    missing = next((root for root in job.roots if not is_present(root)), None)
    if missing is not None:
        return f"{name} does not see {display_text(missing)}: mount it at the same path on all machines."
    for url in job.urls:
        try:
            check_folder(url)
        except UsageError as error:
            return f"On {name}: {error}"
    return None


class ChunkEmbedder:
    """Embeds one chunk of files after another on this machine.

    Args:
        job: What to do.
        n_cores: How many cores it may use.
    """

    def __init__(self, job: Job, n_cores: int) -> None:
        self._job = job
        self._n_cores = n_cores
        self._open = ExitStack()

    def start(self) -> str | None:
        """Say that this process has started; return why it cannot do the job, None where it can."""
        return find_fault(self._job)

    def answer(self, chunk: bytes) -> bytes:
        """Return what became of the tasks that `write_chunk` wrote, for `read_answer`.

        Errors travel as values: one that were raised here would reach the owner as another.
        """
        try:
            answer: list[EmbeddedSound] | EarmarkError = self.embed(pickle.loads(chunk))  # noqa: S301 - our own
        except EarmarkError as error:
            answer = error
        return pickle.dumps(answer, protocol=5)

    def embed(self, tasks: Sequence[Task]) -> list[EmbeddedSound]:
        """Decode and embed files.

        Raises:
            ModelError: Its model can embed nothing.
        """
        return [sound for batch in self._workers.embed(tasks) for sound in batch]

    def close(self) -> None:
        """End the workers."""
        self._open.close()

    @cached_property
    def _workers(self) -> LocalWorkers:
        model = find_model(self._job.model, self._job.models_folder)
        encoder = self._open.enter_context(start_encoder(model, self._n_cores))
        return self._open.enter_context(LocalWorkers(encoder, self._n_cores))


def write_chunk(tasks: Iterable[Task]) -> bytes:
    """Return files to embed as bytes, for `ChunkEmbedder`."""
    return pickle.dumps(list(tasks), protocol=5)


def read_answer(answer: bytes) -> list[EmbeddedSound]:
    """Return what became of a chunk.

    Raises:
        EarmarkError: The machine could do nothing.
    """
    found: list[EmbeddedSound] | EarmarkError = pickle.loads(answer)  # noqa: S301 - written by our own `ChunkEmbedder`
    if isinstance(found, EarmarkError):
        raise found
    return found


def exists_here(task: Task) -> bool:
    """Say whether a file that another machine did not find is there for this one."""
    return task.url is None and os.path.exists(task.path)
