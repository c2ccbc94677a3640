"""Files whose paths are longer than a library can hold: each is a problem of that file, not of the run."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from db.types import KnownFile
from db.write.records import FailedFile
from indexer.ingest.scan import Scan

_N_DIGITS = 16  # that tell apart what begins alike


def leave_out_long_paths(found: Scan, known: Mapping[bytes, KnownFile], longest: int | None) -> Scan:
    """Make problems of files whose path has too many bytes, which stand under the beginning of their path.

    Args:
        found: By a walk.
        known: What the library holds, by path below the root.
        longest: Bytes of a path below its root that the library can hold; None for any.
    """
    if longest is None:
        return found
    message = f"Its path is too long for a library on a server, which takes {longest:,} bytes. Shorten a folder's name."
    long = [file for file in found.to_embed if len(file.relpath) > longest]
    problems = [FailedFile(_shortened(file.relpath, longest), file.stat, "long-path", message) for file in long]
    new = [one for one in problems if known.get(one.relpath) != (*one.stat, True)]
    failed, skipped = (
        [replace(one, relpath=_shortened(one.relpath, longest)) for one in told]
        for told in (found.failed, found.skipped)
    )
    still_there = {one.relpath for one in (*problems, *failed, *skipped)}
    return replace(
        found,
        to_embed=[file for file in found.to_embed if len(file.relpath) <= longest],
        n_unchanged=found.n_unchanged + len(problems) - len(new),
        vanished=[relpath for relpath in found.vanished if relpath not in still_there],
        failed=failed + new,
        skipped=skipped,
    )


def _shortened(relpath: bytes, longest: int) -> bytes:
    """Return a path as it is, or the beginning of one that is too long, with what tells it from others."""
    if len(relpath) <= longest:
        return relpath
    ending = b"..." + hashlib.sha256(relpath).hexdigest()[:_N_DIGITS].encode()
    return relpath[: longest - len(ending)] + ending
