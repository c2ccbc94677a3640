"""The vectors of one encoder in one file, which reads ten times faster than the rows of the database.

Layout: one line of JSON (:class:`Stamp`), the sample ids as int64, the codes as float16, the CRC-32 of all before as
four bytes; numbers are little-endian. FAISS's own format is not used: its reader takes two damaged files of five for
good ones.
"""

import json
import os
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from db.types import SampleIds
from db.vectors.flat_index import Codes

_CRC_BYTES = 4


@dataclass(frozen=True)
class Stamp:
    """What the file holds: the first ``n`` vectors of an encoder in a library.

    Attributes:
        library: UUID of the library.
        encoder: Fingerprint of the encoder.
        dim: Length of a vector.
        generation: Of the library when the file was written.
        n: Vectors held.
        last_id: Row id of the last of them.
    """

    library: str
    encoder: str
    dim: int
    generation: int
    n: int
    last_id: int


def read_cache(path: Path) -> tuple[Stamp, SampleIds, Codes] | None:
    """Read a cache file; None where there is none, or a damaged one."""
    try:
        data = np.memmap(path, np.uint8, "r")
        return _parse(data)
    except (OSError, ValueError, TypeError, KeyError):  # memmap: an empty file is a ValueError
        return None


def write_cache(path: Path, stamp: Stamp, ids: SampleIds, codes: Codes) -> None:
    """Replace a cache file as a whole.

    Raises:
        OSError: It cannot be written.
    """
    header = json.dumps(asdict(stamp)).encode() + b"\n"
    checksum = 0
    temporary = path.with_name(f"{path.name}.{os.getpid()}")  # two processes may write the same cache at once
    try:
        with temporary.open("wb") as stream:
            for part in (header, np.ascontiguousarray(ids, "<i8").data, np.ascontiguousarray(codes).data):
                checksum = zlib.crc32(part, checksum)
                stream.write(part)
            stream.write(checksum.to_bytes(_CRC_BYTES, "little"))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _parse(data: Any) -> tuple[Stamp, SampleIds, Codes]:
    body, checksum = data[:-_CRC_BYTES], data[-_CRC_BYTES:]
    if zlib.crc32(body.data) != int.from_bytes(checksum.tobytes(), "little"):
        raise ValueError("damaged")
    header_end = bytes(body[:4096]).index(b"\n") + 1
    stamp = Stamp(**json.loads(bytes(body[:header_end])))
    ids_end = header_end + 8 * stamp.n
    ids = np.frombuffer(body[header_end:ids_end].tobytes(), "<i8").astype(np.int64)
    return stamp, ids, body[ids_end:].reshape(stamp.n, 2 * stamp.dim)
