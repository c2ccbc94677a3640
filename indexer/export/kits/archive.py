"""Reproducible ZIP archives."""

import io
from collections.abc import Mapping
from zipfile import ZIP_STORED, ZipFile, ZipInfo


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of files by name, stored as they are."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as zipped:
        for name, content in files.items():
            zipped.writestr(ZipInfo(name), content)  # dated 1980, so that equal content gives equal bytes
    return buffer.getvalue()
