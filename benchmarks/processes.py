"""Whole processes: run, timed, and watched with all their children (Linux)."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

REPOSITORY = Path(__file__).parent.parent


def earmark(*arguments: str) -> list[str]:
    """Return the command that runs earmark from this checkout."""
    return [sys.executable, "-m", "tui", *arguments]


@contextmanager
def compiled_in(folder: Path) -> Iterator[None]:
    """Keep compiled modules of child processes in a folder, as an installation has them, also where tests keep none."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder)
    with patch.dict(os.environ, environment, clear=True):
        yield


def run(command: Sequence[str], checkout: Path = REPOSITORY) -> str:
    """Run a command to its end, with the code of a checkout, and return what it printed.

    Raises:
        RuntimeError: It failed; the text holds the end of its stderr.
    """
    result = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {result.returncode}: {result.stderr[-2000:]}")
    return result.stdout


def children_cpu_seconds() -> float:
    """Return the processor time of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def watch_memory(command: Sequence[str], every_seconds: float = 0.25) -> list[int]:
    """Run a command and return the memory of its whole process tree, in bytes, over time.

    Memory is the proportional set size (PSS): pages that processes share are counted once.

    Raises:
        RuntimeError: The command failed.
    """
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    used_bytes = []
    while process.poll() is None:
        used_bytes.append(sum(_pss_bytes(pid) for pid in _tree(process.pid)))
        time.sleep(every_seconds)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return used_bytes


def _tree(pid: int) -> list[int]:
    """List a process and all of its descendants."""
    children: dict[int, list[int]] = {}
    for stat_file in Path("/proc").glob("[0-9]*/stat"):
        try:
            stat = stat_file.read_text()
        except OSError:
            continue  # it has ended since
        parent = int(stat.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(stat_file.parent.name))
    found = [pid]
    for known in found:
        found += children.get(known, [])
    return found


def _pss_bytes(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0  # it has ended since
    return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
