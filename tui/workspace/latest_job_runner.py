"""A thread that runs only the latest job; earlier jobs that have not begun are dropped."""

import threading
from collections.abc import Callable
from typing import TypeAlias

Job: TypeAlias = Callable[[Callable[[], bool]], None]
"""A function that is given a test for whether a later job waits, so that it can end early."""


class LatestJobRunner:
    """Run jobs one at a time in a thread; only the latest one waits.

    Typing faster than searches run makes no queue: the current search ends, then the last one requested runs.

    Args:
        name: Name of the thread.
        on_error: Called in the thread with the exception of a job.
    """

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._ready = threading.Condition()
        self._waiting: Job | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Run a job soon, instead of one that has not begun."""
        with self._ready:
            self._waiting = job
            self._ready.notify_all()

    def close(self, timeout_seconds: float = 2.0) -> None:
        """End the thread after the current job."""
        with self._ready:
            self._is_closed = True
            self._waiting = None
            self._ready.notify_all()
        self._thread.join(timeout_seconds)

    def is_overtaken_within(self, seconds: float) -> bool:
        """Wait, in a job, for a later one; return whether there is one within ``seconds``."""
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
