"""The decoding process: reads packs of tasks from its standard input, decodes, writes results to its standard output.

Both ends of the pipes are ours and no byte of an audio file is ever unpickled.
"""

import faulthandler
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from db.errors import SoundError
from indexer.ingest.observe import DecodedSound, read_sound
from indexer.processes.child_process import own_pipes
from indexer.processes.niceness import lower_priority

_BYTES_PER_SECOND = 10e6  # of a busy machine with a slow disk; FLAC takes half of that time on one that is not
_FETCHED_BYTES_PER_SECOND = 1e6  # of a slow line


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read.

    Attributes:
        key: The caller's number for it.
        path: Absolute.
        known_hashes: A few hashes of files that need no decoding, such as one of equal size that moved.
        read: Another way to read it: a function of a module that takes the path; what it returns is `Result.value`.
        url: Where to fetch it from first, for a sound in an object store.
        size_bytes: Of the file.
        finish: What is done with the results of tasks that were given together.
    """

    key: int
    path: bytes
    known_hashes: tuple[bytes, ...] = ()
    read: Callable[[Path], Any] | None = None
    url: str | None = None
    size_bytes: int = 0
    finish: "Callable[[list[Result]], list[Result]] | None" = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one task: a sound, or the code and the sentence of an error."""

    key: int
    sound: DecodedSound | None
    error: tuple[str, str] | None = None
    value: Any = None


def time_limit(tasks: Sequence[Task], seconds_per_file: float) -> float:
    """Return the seconds that a pack may take, as long as only one of its files is slow: it is read again alone."""
    return seconds_per_file + sum(map(_seconds_to_read, tasks))


def _seconds_to_read(task: Task) -> float:
    """Return more where a file is large, since all of it is read."""
    if task.url is not None:
        return task.size_bytes / _FETCHED_BYTES_PER_SECOND
    try:
        n_bytes = os.stat(task.path).st_size
    except (OSError, ValueError):
        n_bytes = 0
    return n_bytes / _BYTES_PER_SECOND


def write_message(stream: IO[bytes], message: Sequence[Task] | Sequence[Result] | None) -> None:
    pickle.dump(message, stream, protocol=5)
    stream.flush()


def read_tasks(stream: IO[bytes]) -> Sequence[Task]:
    """Wait for the next pack of tasks; raise EOFError when the owner of the pipe is gone."""
    tasks: Sequence[Task] = pickle.load(stream)  # noqa: S301 - written by our own pool
    return tasks


def read_results(stream: IO[bytes]) -> Sequence[Result] | None:
    """Wait for the results of a pack, or for the None with which a worker says that it is ready.

    Raises:
        EOFError, pickle.UnpicklingError: The worker died, perhaps in the middle of a message.
    """
    results: Sequence[Result] | None = pickle.load(stream)  # noqa: S301 - written by our own worker
    return results


def perform_all(tasks: Sequence[Task]) -> list[Result]:
    """Read the files of a pack; every failure becomes a sentence."""
    results = [_perform(task) for task in tasks]
    return results if tasks[0].finish is None else _finish(tasks[0].finish, results)


def _finish(finish: Callable[[list[Result]], list[Result]], results: list[Result]) -> list[Result]:
    """Finish results together, or one by one where that fails."""
    try:
        return finish(results)
    except Exception:
        if len(results) == 1:
            return [_unforeseen(results[0].key)]
        return [_finish(finish, [result])[0] for result in results]


def _unforeseen(key: int) -> Result:
    return Result(key, None, ("crashed", "Decoding it failed in a way that nobody foresaw."))


def _perform(task: Task) -> Result:
    """Read one file; every failure becomes a sentence."""
    try:
        with _file_of(task) as path:
            if task.read is not None:
                return Result(task.key, None, value=task.read(path))
            return Result(task.key, read_sound(path, task.known_hashes))
    except SoundError as error:
        return Result(task.key, None, (error.code, str(error)))
    except Exception:
        return _unforeseen(task.key)


def _file_of(task: Task) -> AbstractContextManager[Path]:
    """Return the file to read, for a ``with`` block; one in an object store is fetched for as long."""
    if task.url is None:
        return nullcontext(Path(os.fsdecode(task.path)))
    from indexer.audio.remote import temporary_copy  # rarely needed

    return temporary_copy(task.url)


def serve(tasks: IO[bytes], results: IO[bytes], seconds_per_file: float) -> None:
    """Perform tasks until the pipe closes, which it does when the owner ends, however it ends."""
    write_message(results, None)
    while True:
        try:
            pack = read_tasks(tasks)
        except EOFError:
            return
        # Should the owner be killed during a hang, nobody else would end this process.
        faulthandler.dump_traceback_later(time_limit(pack, seconds_per_file) + 10, exit=True)
        found = perform_all(pack)
        faulthandler.cancel_dump_traceback_later()
        write_message(results, found)


def main() -> None:
    """Serve on standard input and output, where libraries can then no longer print."""
    lower_priority()
    # Before the worker says that it is ready, so that no file's time limit pays for it.
    import soxr  # noqa: F401

    tasks, results = own_pipes()
    try:
        serve(tasks, results, float(sys.argv[1]))
    except BrokenPipeError:
        os._exit(1)  # the owner is gone; closing the pipe at exit would fail again
