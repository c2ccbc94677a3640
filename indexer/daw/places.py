"""Where a sound lies, for programs that read it there."""

from pathlib import Path

from db.types import Sample


def place_of(sample: Sample) -> Path:
    """Return the first place of a sound that is there now, else its first."""
    return next((path for path in sample.paths if path.exists()), sample.paths[0])
