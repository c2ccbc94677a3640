"""The hash by which the library, exports and plans know the bytes of a file."""

import hashlib
from typing import BinaryIO

_BLOCK_BYTES = 1 << 20


def hash_of(file: BinaryIO) -> bytes:
    """Return the hash of an open file, from where it stands to its end: BLAKE2b, 16 bytes.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    while block := file.read(_BLOCK_BYTES):
        digest.update(block)
    return digest.digest()
