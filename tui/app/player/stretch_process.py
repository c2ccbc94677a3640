"""Stretching in another process: Signalsmith Stretch holds the GIL, and the sound card must not wait for it."""

import pickle
import subprocess
import sys
from threading import Lock

from indexer.processes.child_process import kill_child, own_pipes, start_child
from indexer.processes.niceness import lower_priority
from tui.app.player.clip import Change, Frames
from tui.app.player.stretch import compute

_PATIENT = "patient"


class StretchProcess:
    """Stretch frames in a child process, started at first need and kept; one request at a time.

    Args:
        is_patient: It gives way to other processes.
    """

    def __init__(self, *, is_patient: bool = False) -> None:
        self._is_patient = is_patient
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = Lock()
        self._is_closed = False

    def start(self) -> None:
        """Start the child, unless it runs; what it imports takes it a moment."""
        with self._turn:
            self._started()

    def compute(self, frames: Frames, change: Change) -> Frames:
        """Do what `tui.app.player.stretch.compute` does; here where the child cannot."""
        with self._turn:
            try:
                child = self._started()
                assert child.stdin is not None
                assert child.stdout is not None
                pickle.dump((frames, change), child.stdin, protocol=5)
                child.stdin.flush()
                found: Frames = pickle.load(child.stdout)  # noqa: S301 - written by our own child
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):
                self._end()
                return compute(frames, change)
            return found

    def close(self) -> None:
        """End the child."""
        self._is_closed = True
        child = self._child
        if child is not None:
            child.kill()  # what waits for it goes on
        with self._turn:
            self._end()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._is_closed:
            raise EOFError
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = start_child(__name__, *([_PATIENT] * self._is_patient), stderr=subprocess.DEVNULL)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            kill_child(child)


def main() -> None:
    """Serve on standard input and output until the owner ends."""
    import python_stretch  # noqa: F401

    if _PATIENT in sys.argv[1:]:
        lower_priority()
    requests, answers = own_pipes()
    while True:
        try:
            frames, change = pickle.load(requests)  # noqa: S301 - written by our own owner
            pickle.dump(compute(frames, change), answers, protocol=5)
            answers.flush()
        except (EOFError, BrokenPipeError):
            return
