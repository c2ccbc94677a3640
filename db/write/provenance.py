"""Who made the sound of a file, and under which licence."""

from db.compiled.provenance import FORGET, STORE
from db.engines.base import Transaction
from db.types import UNKNOWN_PROVENANCE, Provenance


def store_provenance(transaction: Transaction, root_id: int, relpath: bytes, provenance: Provenance) -> None:
    """Store what is known of a file, in place of what was known before."""
    if provenance == UNKNOWN_PROVENANCE:
        transaction.run(FORGET, root_id=root_id, relpath=relpath)
    else:
        origin = {"author": provenance.author, "license": provenance.license, "url": provenance.url}
        transaction.run(STORE, root_id=root_id, relpath=relpath, **origin)
