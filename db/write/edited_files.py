"""Copy what the user said of a sound to the edited version that replaces it.

Whether a new sound in place of another is its edited version shows at the end of a run: not where the old one turned
up elsewhere, which a later batch or another root may tell. Until then the library keeps the pair.
"""

from db.compiled.edited_files import ALL, COPY_ANNOTATION, COPY_MEMBERSHIP, COPY_USE, FORGET_ALL, NOTE, WAIT
from db.engines.base import Transaction
from db.read.tags import read_tags_from
from db.types import Source
from db.write.readings import read_readings, replace_readings
from db.write.tagging_queue import request_tagging
from db.write.tags import TagWriter


def note_edit(transaction: Transaction, before_id: int, sample_id: int) -> None:
    """Keep, until `settle_edits`, that a new sample lies where another one was."""
    transaction.run(NOTE, sample_id=sample_id, before_id=before_id)


def has_edits(transaction: Transaction) -> bool:
    """Say whether edits wait to be settled."""
    return bool(transaction.value(WAIT))


def settle_edits(transaction: Transaction) -> None:
    """Copy what the user said of the samples that were replaced and lie nowhere else; forget all pairs."""
    edits = transaction.rows(ALL)
    replaced = {sample_id: before_id for before_id, sample_id, n_files in edits if not n_files}
    for sample_id, before_id in replaced.items():
        copy_user_data(transaction, before_id, sample_id)
    request_tagging(transaction, replaced)
    transaction.run(FORGET_ALL)


def copy_user_data(transaction: Transaction, from_id: int, to_id: int) -> None:
    """Copy tags, examples, corrections, stars, note, last use, places in collections; what the new sample has stays.

    The old version keeps its own, for the day when it comes back from a backup.
    """
    both = (from_id, to_id)  # of two that say something of the same, the later one is stored
    tags = read_tags_from(transaction, [Source.USER], both)
    TagWriter(transaction).add({to_id: [*tags[from_id], *tags[to_id]]})
    readings = [reading for each in both for reading in read_readings(transaction, each, Source.USER)]
    replace_readings(transaction, {to_id: readings}, [Source.USER])
    for statement in (COPY_ANNOTATION, COPY_USE, COPY_MEMBERSHIP):
        transaction.run(statement, to_id=to_id, from_id=from_id)
