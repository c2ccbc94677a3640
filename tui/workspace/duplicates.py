"""Texts and JSON of audits of duplicates, and the decisions of the user."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from db.errors import UsageError
from db.library import Library
from db.read.duplicates import DuplicateDecisions, FilePlace
from indexer.duplicates.groups import Audit, DuplicateClass, DuplicateFile
from tui import formatting


def audit_shape(audit: Audit) -> dict[str, Any]:
    """Return an audit as JSON; docs/commands.md has its shape."""
    return {
        "groups": [
            {
                "class": group.duplicate_class,
                "proof": group.weakest.text,
                "reason": group.reason,
                "files": [_file_shape(file) for file in group.files],
            }
            for group in audit.groups
        ],
        "n_files": audit.n_to_remove,
        "size_bytes": audit.n_bytes_to_free,
        "n_changed": audit.n_changed,
        "n_unread": audit.n_unread,
        "was_cancelled": audit.was_stopped,
    }


def _file_shape(file: DuplicateFile) -> dict[str, Any]:
    proof = file.proof
    return {
        "path": str(file.path),
        "keep": file.is_kept,
        "class": proof.duplicate_class if proof else None,
        "proof": proof.text if proof else None,
        "differs": list(proof.differs) if proof else [],
        "residual_db": proof.residual_db if proof else None,
        "size_bytes": file.place.stat.size_bytes,
    }


def audit_text(audit: Audit) -> str:
    """Return what an audit found, in a few sentences."""
    if not audit.groups:
        return "No duplicates."
    copies = formatting.count(audit.n_to_remove, "file")
    return (
        f"{formatting.count(len(audit.groups), 'group')}: {copies} more than needed, "
        f"{formatting.size(audit.n_bytes_to_free)}."
    )


def next_step(audit: Audit) -> str:
    """Return the command that plans the removal of the duplicates."""
    found = {group.duplicate_class for group in audit.groups}
    classes = "".join(f" --class {each}" for each in DuplicateClass if each in found)
    return f"earmark organize plan --duplicates{classes} -o PLAN"


def notices(audit: Audit) -> list[str]:
    """Return what an audit left out, in sentences."""
    sentences = []
    if audit.n_changed:
        n = formatting.count(audit.n_changed, "file")
        sentences.append(
            f"{n} left out: missing or changed since they were indexed. To update the library: earmark index"
        )
    if audit.n_unread:
        sentences.append(
            f"{formatting.count(audit.n_unread, 'sound')} could not be compared: their files cannot be read."
        )
    if audit.was_stopped:
        sentences.append("Stopped; the next audit continues from here.")
    return sentences


def find_places(library: Library, files: Sequence[Path]) -> list[FilePlace]:
    """Return files as the library has them.

    Raises:
        UsageError: A file is not in the library.
    """
    import numpy as np

    from tui.workspace.query.selection import ids_of

    ids = ids_of(library, files)
    known = library.file_places(np.array(ids, np.int64))
    found = []
    for file, sample_id in zip(files, ids, strict=True):
        path = file.expanduser().absolute()
        places = [place for place in known if place.sample_id == sample_id]
        exact = [place for place in places if place.path in {path, path.parent.resolve() / path.name}]
        found.append(
            (exact or [place for place in places if place.path.name.casefold() == path.name.casefold()] or places)[0]
        )
    return found


def keep_apart(library: Library, places: Sequence[FilePlace]) -> None:
    """Record the decision that files are not duplicates of each other.

    Raises:
        UsageError: There is only one file.
    """
    if len({place.file_id for place in places}) < 2:
        raise UsageError("Name at least two files that are not duplicates: --apart FILE --apart FILE")
    hashes = [place.audio_hash for place in places]
    pairs = frozenset((min(pair), max(pair)) for pair in combinations(hashes, 2))
    with library.edits() as edits:
        edits.store_decisions(DuplicateDecisions(apart=pairs))


def choose_keepers(library: Library, places: Sequence[FilePlace]) -> None:
    """Record the decision to keep these files rather than their duplicates."""
    with library.edits() as edits:
        edits.store_decisions(DuplicateDecisions(keepers={place.audio_hash: place.relpath for place in places}))


def forget_decisions(library: Library, places: Sequence[FilePlace]) -> int:
    """Forget the decisions on files; return the number of decisions."""
    with library.edits() as edits:
        return edits.forget_decisions({place.audio_hash for place in places})
