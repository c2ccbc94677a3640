"""Files of JSON lines that grow line by line; a kill or a full disk may cut them off anywhere."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ODD_LINE = (AttributeError, LookupError, TypeError, ValueError, OverflowError)
"""What reading a line raises whose values are missing or of another type."""


def append_line(path: Path, values: Mapping[str, Any], *, is_synced: bool = False) -> None:
    """Append a line; it survives a kill of this process when this returns.

    Args:
        path: The file; created if it is missing.
        values: The values of the line.
        is_synced: Also wait until the line is on disk, so that it survives a failure of the system.

    Raises:
        OSError: The line cannot be written, or not as a whole.
    """
    line = json.dumps(values).encode() + b"\n"
    with path.open("ab+", buffering=0) as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # the line before was cut off
                line = b"\n" + line
        if file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if is_synced:
            os.fsync(file.fileno())


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines that hold a JSON object.

    Raises:
        OSError: The file cannot be read.
    """
    found = map(parse_line, path.read_bytes().splitlines())
    return (line for line in found if line is not None)


def parse_line(line: bytes) -> dict[str, Any] | None:
    """Return the values of a line; None where it holds no JSON object."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
