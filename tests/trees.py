"""Compare folders byte for byte."""

import hashlib
import os
import stat
from pathlib import Path


def tree_hash(folder: Path) -> str:
    """Digest of every name, mode, modification time and byte below a folder."""
    digest = hashlib.blake2b()
    for path in sorted(folder.rglob("*"), key=os.fsencode):
        status = path.lstat()
        digest.update(os.fsencode(path.relative_to(folder)))
        digest.update(f"{status.st_mode} {status.st_mtime_ns}".encode())
        if stat.S_ISREG(status.st_mode):
            digest.update(path.read_bytes())
    return digest.hexdigest()
