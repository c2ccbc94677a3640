"""Playlists."""

import os
from collections.abc import Sequence

from db.paths import display_text
from db.types import Sample


def playlist(samples: Sequence[Sample]) -> bytes:
    """Return an extended M3U playlist with absolute paths as bytes; paths with line breaks are left out."""
    lines = [b"#EXTM3U"]
    for sample in samples:
        path = sample.path
        if "\n" in str(path) or "\r" in str(path):
            continue
        seconds = round(sample.features.duration_seconds)
        lines += [f"#EXTINF:{seconds},{display_text(path.stem)}".encode(), os.fsencode(path)]
    return b"\n".join(lines) + b"\n"
