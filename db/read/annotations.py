"""Stars, notes, collections, and when sounds were last used."""

from collections.abc import Sequence

from db.compiled.annotations import ANNOTATIONS, COLLECTIONS, HEARINGS, MEMBERS, SLOTS, USES
from db.engines.base import Transaction
from db.types import Annotation, Collection


def read_annotations(transaction: Transaction, ids: Sequence[int]) -> dict[int, Annotation]:
    """Return stars, notes and what is hidden by sample id; samples without any are left out."""
    rows = transaction.rows(ANNOTATIONS, ids=ids)
    return {sample_id: Annotation(stars, note, bool(is_hidden)) for sample_id, stars, note, is_hidden in rows}


def read_uses(transaction: Transaction, ids: Sequence[int]) -> dict[int, int]:
    """Return when sounds were last exported, dragged or copied, in seconds of Unix time; the others are left out."""
    return dict(transaction.rows(USES, ids=ids))


def read_hearings(transaction: Transaction, ids: Sequence[int]) -> dict[int, int]:
    """Return when sounds were last listened to here, in seconds of Unix time; the others are left out."""
    return dict(transaction.rows(HEARINGS, ids=ids))


def read_collections(transaction: Transaction) -> list[Collection]:
    """Return all collections by name."""
    return [Collection(name, n, bool(is_kit)) for name, n, is_kit in transaction.rows(COLLECTIONS)]


def read_collection_ids(transaction: Transaction, name: str) -> list[int]:
    """Return the samples of a collection in its order; none where it does not exist."""
    return [row[0] for row in transaction.rows(MEMBERS, name=name)]


def read_slots(transaction: Transaction, name: str) -> dict[int, str]:
    """Return the slot of each sample of a kit, in its order; none where there is no such kit."""
    return dict(transaction.rows(SLOTS, name=name))
