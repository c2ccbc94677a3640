"""Files of JSON lines that grow line by line, and that a kill or a full disk may have cut off anywhere."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ODD_LINE = (AttributeError, LookupError, TypeError, ValueError, OverflowError)
"""What is raised where the values of a line are not what they should be."""


def append_line(path: Path, values: Mapping[str, Any], *, is_synced: bool = False) -> None:
    """Append a line, apart from one before it that was cut off.

    Args:
        path: The file; made where it is missing.
        values: Of the line.
        is_synced: The line is on disk when this returns; without it, it survives a kill, and no failure of the system.

    Raises:
        OSError: It cannot be written, or not to its end.
    """
    line = json.dumps(values).encode() + b"\n"
    with path.open("ab+", buffering=0) as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        if file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if is_synced:
            os.fsync(file.fileno())


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines that can be understood.

    Raises:
        OSError: The file cannot be read.
    """
    found = map(parse_line, path.read_bytes().splitlines())
    return (line for line in found if line is not None)


def parse_line(line: bytes) -> dict[str, Any] | None:
    """Return the values of a line; None where it holds none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
