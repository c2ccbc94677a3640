"""Decode many files in processes of their own, so that a hang or a crash costs one file.

Each process is given packs of files, which saves it and its owner most of the messages. Where it hangs or crashes in a
pack, nobody knows with which file: each of them is given out again alone.
"""

import contextlib
import pickle
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple, Self, TypeAlias

from db.errors import ProblemError
from indexer.ingest.worker import Result, Task, read_results, time_limit, write_message
from indexer.processes.child_process import start_child

__all__ = ["DecodePool", "Result", "Task"]

_Pack: TypeAlias = Sequence[Task]

_SECONDS_TO_START = 60.0  # numpy from a cold network disk
_WORKER = "indexer.ingest.worker"
_PACK_BYTES = 4 << 20  # a pack is closed then, since larger files take longer than their messages
_SECONDS_TO_END = 5.0  # a killed process ends at once, unless the system holds it in a call


class DecodePool:
    """A pool of decoding processes; a context manager. Processes start with the first tasks."""

    def __init__(self, n_workers: int, seconds_per_file: float = 30.0, n_ahead: int = 2, n_in_pack: int = 1) -> None:
        """Prepare a pool.

        Args:
            n_workers: Number of processes.
            seconds_per_file: A file that takes longer is given up; large ones may (`indexer.ingest.worker.time_limit`).
            n_ahead: Packs given to each process at once; bounds the waveforms held in memory.
            n_in_pack: Files of a pack, unless they are large.
        """
        self._n_workers = n_workers
        self._seconds_per_file = seconds_per_file
        self._n_ahead = n_ahead
        self._n_in_pack = n_in_pack
        self._workers: list[_Worker] = []
        self._events: SimpleQueue[_Event | None] = SimpleQueue()
        self._orphans: deque[_Pack] = deque()  # given to a worker that ended before it had read them
        self._is_stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()
        for worker in self._workers:
            worker.close()

    def stop(self) -> None:
        """End all processes; a running ``map`` ends early. May be called from another thread."""
        self._is_stopped = True
        for worker in tuple(self._workers):
            worker.kill()
        self._events.put(None)

    def map(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Read the files of all tasks; yield results as they come, in any order, one per task.

        Tasks are drawn in the caller's thread, and no more than fit in flight.

        Raises:
            ProblemError: The decoding process does not start.
        """
        source = iter(tasks)
        try:
            while self._feed(source):
                yield from self._next_results()
        finally:
            self._orphans.clear()
            for worker in self._busy_workers():  # the caller left early; late answers are nobody's
                self._retire(worker)

    def _feed(self, source: Iterator[Task]) -> bool:
        """Give out tasks as far as they fit; return whether there is a result to wait for."""
        while not self._is_stopped and self._n_in_flight() < self._n_workers * self._n_ahead:
            pack = self._orphans.popleft() if self._orphans else self._draw(source)
            if not pack:
                break
            self._least_busy_worker().give(pack)
        return not self._is_stopped and self._n_in_flight() > 0

    def _draw(self, source: Iterator[Task]) -> "_Pack":
        """Draw the tasks of one pack; fewer at the end, and none behind it."""
        pack: list[Task] = []
        n_bytes = 0
        while len(pack) < self._n_in_pack and n_bytes < _PACK_BYTES:
            task = next(source, None)
            if task is None:
                break
            pack.append(task)
            n_bytes += task.size_bytes
        return pack

    def _n_in_flight(self) -> int:
        return sum(len(worker.in_flight) for worker in self._workers)

    def _busy_workers(self) -> list["_Worker"]:
        return [worker for worker in self._workers if worker.in_flight]

    def _least_busy_worker(self) -> "_Worker":
        worker = min(self._workers, key=lambda worker: len(worker.in_flight), default=None)
        if worker is None or (worker.in_flight and len(self._workers) < self._n_workers):
            worker = _Worker(self._seconds_per_file, self._events)
            self._workers.append(worker)
        return worker

    def _next_results(self) -> Sequence[Result]:
        """Wait for one event and return the results that it brings."""
        next_due = min(self._busy_workers(), key=lambda worker: worker.deadline)
        try:
            event = self._events.get(timeout=max(0.0, next_due.deadline - time.monotonic()))
        except Empty:
            message = f"Decoding it took longer than {next_due.in_flight[0].seconds:.0f} seconds."
            return self._bury(next_due, ("too-slow", message))
        if event is None or event.worker not in self._workers:
            return ()
        if event.is_end:
            return self._bury(event.worker, ("crashed", "The decoder crashed on it."))
        event.worker.free_since = event.at
        if event.results is None:
            event.worker.is_ready = True
            return ()
        event.worker.in_flight.popleft()
        return event.results

    def _bury(self, worker: "_Worker", error: tuple[str, str]) -> Sequence[Result]:
        """Remove a worker that ended or hangs; its first pack is to blame, the others are given out again."""
        in_flight = [given.pack for given in worker.in_flight]
        self._retire(worker)
        if not worker.is_ready:
            raise ProblemError("The decoding process does not start; `earmark doctor` tells what is missing.")
        if not in_flight:
            return ()
        suspects, *others = in_flight
        self._orphans.extend(others)
        if len(suspects) == 1:
            return [Result(suspects[0].key, None, error)]
        self._orphans.extend([suspect] for suspect in suspects)
        return ()

    def _retire(self, worker: "_Worker") -> None:
        self._workers.remove(worker)
        worker.close()


class _Event(NamedTuple):
    """Message of a worker's thread: ready (no results), the results of a pack, or its end."""

    worker: "_Worker"
    at: float
    results: Sequence[Result] | None = None
    is_end: bool = False


class _Given(NamedTuple):
    pack: _Pack
    at: float
    seconds: float  # that it may take


class _Worker:
    """One process, the packs it was given, and the thread that collects its answers."""

    def __init__(self, seconds_per_file: float, events: "SimpleQueue[_Event | None]") -> None:
        self.in_flight: deque[_Given] = deque()  # answered in this order
        self.is_ready = False
        self.free_since = time.monotonic()  # start, or latest answer
        self._seconds_per_file = seconds_per_file
        self._process = start_child(_WORKER, str(seconds_per_file), stderr=subprocess.DEVNULL)
        self._thread = threading.Thread(target=self._collect, args=(events,), daemon=True)
        self._thread.start()

    @property
    def deadline(self) -> float:
        """When the first pack in flight, or the start of the process, will have taken too long."""
        if not self.is_ready:
            return self.free_since + _SECONDS_TO_START
        first = self.in_flight[0]
        return max(self.free_since, first.at) + first.seconds

    def give(self, pack: _Pack) -> None:
        self.in_flight.append(_Given(pack, time.monotonic(), time_limit(pack, self._seconds_per_file)))
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it ended; its thread tells
            write_message(self._process.stdin, pack)

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Kill the process and free what it held, as far as the system lets it go."""
        self.kill()
        self._thread.join(_SECONDS_TO_END)
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not self._thread.is_alive():
                with contextlib.suppress(OSError):  # a pack that was never taken
                    pipe.close()

    def _collect(self, events: "SimpleQueue[_Event | None]") -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                results = read_results(self._process.stdout)
                events.put(_Event(self, time.monotonic(), results))
        events.put(_Event(self, time.monotonic(), is_end=True))
