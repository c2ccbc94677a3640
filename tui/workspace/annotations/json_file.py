"""JSON files of the user: marks, and examples of a tag."""

import json
import os
from pathlib import Path
from typing import Any

from db.errors import UsageError, system_reason
from db.paths import display_text
from indexer.files.disk import write_whole


def write_json(document: dict[str, Any], file: Path) -> None:
    """Write a new file, completely or not at all.

    Raises:
        UsageError: The file exists, or cannot be written.
    """
    if os.path.lexists(file):
        raise UsageError(f"{display_text(file)} exists already. Give another name.")
    if not file.parent.is_dir():
        raise UsageError(f"There is no folder {display_text(file.parent)}. Make it, or give another place.")
    try:
        write_whole(file, json.dumps(document, indent=1).encode())
    except OSError as error:
        raise UsageError(
            f"{display_text(file)} cannot be written: {system_reason(error)}. Give another place."
        ) from error


def read_json(file: Path, content: str, command: str) -> Any:
    """Return the unchecked content of a JSON file.

    Args:
        file: File to read.
        content: Kind of content for messages, such as "marks".
        command: Command that writes such a file, for messages.

    Raises:
        UsageError: The file cannot be read, or is not JSON.
    """
    made_by = f"One is made with: {command}"
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{display_text(file)} cannot be read: {system_reason(error)}. {made_by}") from error
    except ValueError as error:
        raise UsageError(f"{display_text(file)} is not a file of {content}. {made_by}") from error
