"""What an earlier run has seen, for a scan that opens only what is new."""

from collections import defaultdict
from collections.abc import Container, Iterable

from db.compiled.known_files import COMPLETE_FILES, EMBEDDED, ENCODER, KNOWN_FILES, KNOWN_PROBLEMS
from db.engines.base import Transaction
from db.types import EncoderInfo, KnownFile


def find_encoder_id(transaction: Transaction, encoder: EncoderInfo) -> int | None:
    """Return the row id of an encoder, or None where it has no vector here yet."""
    encoder_id: int | None = transaction.value(ENCODER, fingerprint=encoder.fingerprint)
    return encoder_id


def read_known_files(
    transaction: Transaction, root_id: int, encoder: EncoderInfo, retried: Container[str] | None
) -> dict[bytes, KnownFile]:
    """Return every path under a root that is remembered as a file or as a problem.

    Args:
        transaction: To read in.
        root_id: The root.
        encoder: A file without a vector of it is not done.
        retried: Codes of problems that are not done either; None for all.
    """
    rows = transaction.rows(KNOWN_FILES, encoder_id=find_encoder_id(transaction, encoder), root_id=root_id)
    known: dict[bytes, KnownFile] = {row[0]: row[1:] for row in rows}
    for relpath, size_bytes, mtime_ns, ctime_ns, code in transaction.rows(KNOWN_PROBLEMS, root_id=root_id):
        known[relpath] = (size_bytes, mtime_ns, ctime_ns, retried is not None and code not in retried)
    return known


def read_complete_files(
    transaction: Transaction, sizes: Iterable[int], encoder: EncoderInfo
) -> dict[int, tuple[bytes, ...]]:
    """Return, by size in bytes, hashes of files that need no decoding: measurements and a vector are stored."""
    hashes: defaultdict[int, list[bytes]] = defaultdict(list)
    rows = transaction.rows(COMPLETE_FILES, encoder_id=find_encoder_id(transaction, encoder), sizes=list(sizes))
    for size_bytes, file_hash in rows:
        hashes[size_bytes].append(file_hash)
    return {size: tuple(found) for size, found in hashes.items()}


def read_embedded(transaction: Transaction, audio_hashes: Iterable[bytes], encoder: EncoderInfo) -> set[bytes]:
    """Return those sounds that have a vector of an encoder."""
    encoder_id = find_encoder_id(transaction, encoder)
    hashes = list(audio_hashes)
    rows = transaction.first_of_each(EMBEDDED, [(each, encoder_id) for each in hashes])
    return {each for each, row in zip(hashes, rows, strict=True) if row is not None}
