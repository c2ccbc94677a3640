"""Processes on a terminal of their own, as a person has them: keys go in, what is drawn comes out."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from benchmarks.processes import REPOSITORY

_WIDTH, _HEIGHT = 140, 45


class TerminalProcess:
    """A command on a pseudo-terminal of 140 by 45.

    Args:
        command: What to run.
        environment: Added to that of this process.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", _HEIGHT, _WIDTH, 0, 0))
        sized = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": str(_WIDTH), "LINES": str(_HEIGHT)}
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **sized, **environment}
        )
        os.close(slave)

    def __enter__(self) -> "TerminalProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def read_until(self, wanted: re.Pattern[bytes], seconds: float) -> float:
        """Read until a text has been drawn; return the moment.

        Raises:
            TimeoutError: It did not come in time.
        """
        seen, end = b"", time.perf_counter() + seconds
        while not wanted.search(seen):
            if time.perf_counter() > end:
                raise TimeoutError(f"{wanted.pattern!r} was not drawn; the end of what was: {seen[-300:]!r}")
            seen += self._read(0.01)
        return time.perf_counter()

    def drain(self, seconds: float) -> None:
        """Read and forget what is drawn for some time."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)

    def wait(self, seconds: float) -> None:
        """Read until the process has ended.

        Raises:
            TimeoutError: It did not end in time.
            RuntimeError: It failed; the text holds the end of what it wrote.
        """
        seen, end = b"", time.perf_counter() + seconds
        while self._process.poll() is None:
            if time.perf_counter() > end:
                raise TimeoutError(f"the process did not end; it wrote {seen!r}")
            seen = (seen + self._read(0.05))[-3000:]
        if self._process.returncode:
            raise RuntimeError(f"the process ended with {self._process.returncode}: {seen.decode(errors='replace')}")

    def peak_megabytes(self) -> float:
        """Return the most memory that the process itself has held so far (resident)."""
        line = next(line for line in self._file("status").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def has_loaded(self, library: str) -> bool:
        """Say whether a shared library is mapped into the process."""
        return library in self._file("maps")

    def _file(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text("utf-8")

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._master], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self._master, 1 << 20)
        except OSError:  # the other end is closed
            time.sleep(min(seconds, 0.01))
            return b""
