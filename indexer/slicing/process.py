"""Find onsets and cuts in a child process, since librosa takes two seconds and 200 MB to load."""

import pickle
import subprocess
import threading
from pathlib import Path
from typing import NamedTuple

from db.errors import SoundError, UsageError
from db.types import Sample
from indexer.audio.decode import decode
from indexer.processes.child_process import kill_child, own_pipes, start_child
from indexer.slicing.cuts import Cuts, find_cuts
from indexer.slicing.onsets import find_onsets

_MOST_SECONDS = 60.0  # for one sound; a child that takes longer is killed


class _Request(NamedTuple):
    """``by`` is as of `find_cuts`; "" asks for onsets only, without a limit to their number."""

    sample: Sample
    path: str
    by: str


class _Failure(NamedTuple):
    """Why a request failed; ``code`` is that of a `SoundError`, or "" for a `UsageError`."""

    code: str
    text: str


class SlicingProcess:
    """Find cuts and onsets in a child process, which starts at the first request; one request at a time."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def find_cuts(self, sample: Sample, path: Path, by: str) -> Cuts:
        """Return the slices of a sound; arguments and errors as `indexer.slicing.cuts.find_cuts`."""
        answer = self._ask(_Request(sample, str(path), by))
        assert isinstance(answer, Cuts)
        return answer

    def find_onsets(self, sample: Sample, path: Path) -> tuple[float, ...]:
        """Return the onsets of a sound in seconds.

        Raises:
            SoundError: The sound cannot be decoded.
            UsageError: librosa is not installed.
        """
        answer = self._ask(_Request(sample, str(path), ""))
        assert isinstance(answer, tuple)
        return answer

    def close(self) -> None:
        """Kill the child, even while it works."""
        child, self._child = self._child, None
        if child is not None:
            kill_child(child)

    def _ask(self, request: _Request) -> object:
        with self._turn:
            if self._child is None or self._child.poll() is not None:
                self.close()
                self._child = start_child(__name__, stderr=subprocess.DEVNULL)
            child = self._child
            assert child.stdin is not None
            assert child.stdout is not None
            limit = threading.Timer(_MOST_SECONDS, child.kill)
            limit.start()
            try:
                pickle.dump(request, child.stdin)
                child.stdin.flush()
                answer = pickle.load(child.stdout)  # noqa: S301 - written by our own child
            except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
                self.close()
                raise SoundError("crashed", "Its onsets could not be found.") from error
            finally:
                limit.cancel()
        if isinstance(answer, _Failure):
            raise SoundError(answer.code, answer.text) if answer.code else UsageError(answer.text)
        return answer


def answer(request: _Request) -> object:
    """Return the answer to a request, or a `_Failure`."""
    try:
        if request.by:
            return find_cuts(request.sample, Path(request.path), request.by)
        decoded = decode(Path(request.path))
        rate_hz = decoded.original.sample_rate_hz
        return tuple(float(place) / rate_hz for place in find_onsets(decoded.mono, rate_hz))
    except SoundError as error:
        return _Failure(error.code, str(error))
    except UsageError as error:
        return _Failure("", str(error))
    except Exception:
        return _Failure("crashed", "Its onsets could not be found.")


def main() -> None:
    """Answer requests from standard input until the owner ends."""
    requests, answers = own_pipes()
    while True:
        try:
            request = pickle.load(requests)  # noqa: S301 - written by our own owner
            pickle.dump(answer(request), answers)
            answers.flush()
        except (EOFError, BrokenPipeError):
            return
