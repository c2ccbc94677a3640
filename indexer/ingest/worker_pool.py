"""Decode many files in processes of their own, so that a hang or a crash costs one file."""

import contextlib
import pickle
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import NamedTuple, Self

from db.errors import ProblemError
from indexer.ingest.worker import Result, Task, read_result, time_limit, write_message
from indexer.processes.child_process import start_child

__all__ = ["DecodePool", "Result", "Task"]

_SECONDS_TO_START = 60.0  # numpy from a cold network disk
_WORKER = "indexer.ingest.worker"
_SECONDS_TO_END = 5.0  # a killed process ends at once, unless the system holds it in a call


class DecodePool:
    """A pool of decoding processes; a context manager. Processes start with the first tasks."""

    def __init__(self, n_workers: int, seconds_per_file: float = 30.0, n_ahead: int = 2) -> None:
        """Prepare a pool.

        Args:
            n_workers: Number of processes.
            seconds_per_file: A file that takes longer is given up; large ones may (`indexer.ingest.worker.time_limit`).
            n_ahead: Files given to each process at once; bounds the waveforms held in memory.
        """
        self._n_workers = n_workers
        self._seconds_per_file = seconds_per_file
        self._n_ahead = n_ahead
        self._workers: list[_Worker] = []
        self._events: SimpleQueue[_Event | None] = SimpleQueue()
        self._orphans: deque[Task] = deque()  # given to a worker that ended before it came to them
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
                result = self._next_result()
                if result is not None:
                    yield result
        finally:
            self._orphans.clear()
            for worker in self._busy_workers():  # the caller left early; late answers are nobody's
                self._retire(worker)

    def _feed(self, source: Iterator[Task]) -> bool:
        """Give out tasks as far as they fit; return whether there is a result to wait for."""
        while not self._is_stopped and self._n_in_flight() < self._n_workers * self._n_ahead:
            task = self._orphans.popleft() if self._orphans else next(source, None)
            if task is None:
                break
            self._least_busy_worker().give(task)
        return not self._is_stopped and self._n_in_flight() > 0

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

    def _next_result(self) -> Result | None:
        """Wait for one event and return the result that it brings, if it brings one."""
        next_due = min(self._busy_workers(), key=lambda worker: worker.deadline)
        try:
            event = self._events.get(timeout=max(0.0, next_due.deadline - time.monotonic()))
        except Empty:
            message = f"Decoding it took longer than {next_due.in_flight[0].seconds:.0f} seconds."
            return self._bury(next_due, ("too-slow", message))
        if event is None or event.worker not in self._workers:
            return None
        if event.is_end:
            return self._bury(event.worker, ("crashed", "The decoder crashed on it."))
        event.worker.free_since = event.at
        if event.result is None:
            event.worker.is_ready = True
        else:
            event.worker.in_flight.popleft()
        return event.result

    def _bury(self, worker: "_Worker", error: tuple[str, str]) -> Result | None:
        """Remove a worker that ended or hangs; its first task is to blame, the others are given out again."""
        in_flight = [given.task for given in worker.in_flight]
        self._retire(worker)
        if not worker.is_ready:
            raise ProblemError("The decoding process does not start; `earmark doctor` tells what is missing.")
        if not in_flight:
            return None
        culprit, *others = in_flight
        self._orphans.extend(others)
        return Result(culprit.key, None, error)

    def _retire(self, worker: "_Worker") -> None:
        self._workers.remove(worker)
        worker.close()


class _Event(NamedTuple):
    """Message of a worker's thread: ready (no result), one result, or its end."""

    worker: "_Worker"
    at: float
    result: Result | None = None
    is_end: bool = False


class _Given(NamedTuple):
    task: Task
    at: float
    seconds: float  # that it may take


class _Worker:
    """One process, the tasks it was given, and the thread that collects its answers."""

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
        """When the first task in flight, or the start of the process, will have taken too long."""
        if not self.is_ready:
            return self.free_since + _SECONDS_TO_START
        first = self.in_flight[0]
        return max(self.free_since, first.at) + first.seconds

    def give(self, task: Task) -> None:
        self.in_flight.append(_Given(task, time.monotonic(), time_limit(task, self._seconds_per_file)))
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it ended; its thread tells
            write_message(self._process.stdin, task)

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
                with contextlib.suppress(OSError):  # a task that was never taken
                    pipe.close()

    def _collect(self, events: "SimpleQueue[_Event | None]") -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                result = read_result(self._process.stdout)
                events.put(_Event(self, time.monotonic(), result))
        events.put(_Event(self, time.monotonic(), is_end=True))
