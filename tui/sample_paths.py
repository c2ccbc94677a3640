"""Where a sound lies, as people and players need it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path


def places_there(found: Iterable[Sequence[Path]], *, has_copies: bool) -> Iterator[Path]:
    """Yield where each sound lies now, all its places or the first; of a sound that is nowhere now, where it was."""
    for paths in found:
        places = [path for path in paths if path.exists()] or paths[:1]
        yield from places if has_copies else places[:1]


def folder_under(path: Path, roots: Sequence[Path]) -> str:
    """Return the folder of a file as seen from its root: ``"Drums/Kicks"`` for a root called Drums."""
    for root in roots:
        if path.is_relative_to(root):
            return (Path(root.name) / path.parent.relative_to(root)).as_posix()
    return path.parent.as_posix()
