"""A thread that runs only the latest job: earlier ones that have not begun are dropped."""

import threading
from collections.abc import Callable
from typing import TypeAlias

Job: TypeAlias = Callable[[Callable[[], bool]], None]
"""Work that may ask whether a later job has taken its place, and then had better end."""


class LatestJobRunner:
    """Run jobs one at a time in a thread of its own; only the latest one waits.

    Typing faster than a search takes makes no queue: the search under way ends, then the last one asked for runs.

    Args:
        name: Of the thread.
        on_error: Called in the thread with what a job raised.
    """

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._ready = threading.Condition()
        self._waiting: Job | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Run a job soon, instead of any other that has not begun."""
        with self._ready:
            self._waiting = job
            self._ready.notify_all()

    def close(self, timeout_seconds: float = 2.0) -> None:
        """End the thread after the job under way."""
        with self._ready:
            self._is_closed = True
            self._waiting = None
            self._ready.notify_all()
        self._thread.join(timeout_seconds)

    def is_overtaken_within(self, seconds: float) -> bool:
        """Wait, in a job, for a later one to take its place; return whether one did."""
        with self._ready:
            return self._ready.wait_for(self._is_overtaken, seconds)

    def _is_overtaken(self) -> bool:
        return self._waiting is not None or self._is_closed

    def _run(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._waiting is not None or self._is_closed)
                if self._is_closed:
                    return
                job, self._waiting = self._waiting, None
            try:
                if job is not None:
                    job(self._is_overtaken)
            except Exception as error:  # shown to the user by the owner of the thread
                self._on_error(error)
