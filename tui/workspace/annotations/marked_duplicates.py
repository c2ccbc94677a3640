"""Decisions on duplicates as a part of the document of `tui.workspace.annotations.marks`."""

from typing import Any

from db.read.duplicates import DuplicateDecisions


def decisions_shape(decisions: DuplicateDecisions) -> dict[str, Any]:
    """Return decisions as JSON; hashes and paths below roots are bytes, in hexadecimal."""
    return {
        "apart": [[one.hex(), other.hex()] for one, other in sorted(decisions.apart)],
        "keepers": [{"audio_hash": key.hex(), "path": path.hex()} for key, path in sorted(decisions.keepers.items())],
    }


def read_decisions(value: Any) -> DuplicateDecisions:
    """Return the decisions of a document.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: The document is invalid.
    """
    pairs = [sorted(map(bytes.fromhex, pair)) for pair in value["apart"]]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(value)
    keepers = {bytes.fromhex(one["audio_hash"]): bytes.fromhex(one["path"]) for one in value["keepers"]}
    return DuplicateDecisions(frozenset((one, other) for one, other in pairs), keepers)
