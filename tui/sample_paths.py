"""Where a sound lies, as people and players need it."""

from collections.abc import Sequence
from pathlib import Path

from db.types import Sample


def usable_path(sample: Sample) -> Path:
    """Return the first place of a sound that is there now, else the first one."""
    if len(sample.paths) == 1:
        return sample.paths[0]
    return next((path for path in sample.paths if path.exists()), sample.paths[0])


def folder_under(path: Path, roots: Sequence[Path]) -> str:
    """Return the folder of a file as seen from its root: ``"Drums/Kicks"`` for a root called Drums."""
    for root in roots:
        if path.is_relative_to(root):
            return (Path(root.name) / path.parent.relative_to(root)).as_posix()
    return path.parent.as_posix()
