"""A decoding process that fails on files of certain names, as real decoders do on certain contents."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from indexer.ingest import worker
from indexer.ingest.observe import DecodedSound
from indexer.ingest.observe import read_sound as read_well


def read_sound(path: Path, known_hashes: Sequence[bytes]) -> DecodedSound:
    if "hang" in path.name:
        time.sleep(60)
    if "crash" in path.name:
        os.abort()
    if "bug" in path.name:
        raise ZeroDivisionError
    return read_well(path, known_hashes)


def main() -> None:
    worker.read_sound = read_sound
    worker.main()
