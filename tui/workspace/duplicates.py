"""Audits of duplicates as commands and screens show them, and what the user decides."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from db.errors import UsageError
from db.library import Library
from db.types import DuplicateDecisions, FilePlace
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
        f"{formatting.size(audit.n_bytes_to_free)}. Nothing was changed."
    )


def next_step(audit: Audit) -> str:
    """Return the command that plans what is to be done about these groups."""
    found = {group.duplicate_class for group in audit.groups}
    classes = "".join(f" --class {each}" for each in DuplicateClass if each in found)
    return f"earmark organize plan --duplicates{classes} -o PLAN"


def notices(audit: Audit) -> list[str]:
    """Return what an audit had to leave out, in sentences."""
    sentences = []
    if audit.n_changed:
        n = formatting.count(audit.n_changed, "file")
        sentences.append(
            f"{n} left out: gone or changed since they were indexed. Bring the library up to date: earmark index"
        )
    if audit.n_unread:
        sentences.append(
            f"{formatting.count(audit.n_unread, 'sound')} could not be compared: their files cannot be read."
        )
    if audit.was_stopped:
        sentences.append("Stopped; what was compared is kept, and the next audit goes on from there.")
    return sentences


def find_places(library: Library, files: Sequence[Path]) -> list[FilePlace]:
    """Return what the library knows of files.

    Raises:
        UsageError: It does not know one of them.
    """
    import numpy as np

    from tui.workspace.selection import ids_of

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
    """Decide that files are no duplicates of each other: all of them are kept.

    Raises:
        UsageError: There is only one.
    """
    if len({place.file_id for place in places}) < 2:
        raise UsageError("Say at least two files that are to be kept apart: --apart FILE --apart FILE")
    hashes = [place.audio_hash for place in places]
    pairs = frozenset((min(pair), max(pair)) for pair in combinations(hashes, 2))
    with library.edits() as edits:
        edits.store_decisions(DuplicateDecisions(apart=pairs))


def choose_keepers(library: Library, places: Sequence[FilePlace]) -> None:
    """Decide that files are kept, of whatever duplicates they have."""
    with library.edits() as edits:
        edits.store_decisions(DuplicateDecisions(keepers={place.audio_hash: place.relpath for place in places}))


def forget_decisions(library: Library, places: Sequence[FilePlace]) -> int:
    """Forget what was decided of the duplicates of files; return how many decisions that were."""
    with library.edits() as edits:
        return edits.forget_decisions({place.audio_hash for place in places})
