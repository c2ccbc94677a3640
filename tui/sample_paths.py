"""Paths of sounds for output and playback."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from db.engines.postgres.root_places import NOWHERE
from db.errors import UsageError
from db.types import Sample

_NOWHERE = Path(NOWHERE.decode())


def is_nowhere(path: Path) -> bool:
    """Say whether a path is of a folder of a server's library that this machine has nowhere."""
    return path.is_relative_to(_NOWHERE)


def missing_text(path: Path) -> str:
    """Return why a file is not found, as far as one can know, with what to do."""
    if is_nowhere(path):
        return "This machine was not told where this folder is. To tell it: earmark relink"
    return "File not found; is the drive connected?"


def existing_paths(found: Iterable[Sequence[Path]], *, has_copies: bool) -> Iterator[Path]:
    """Yield the existing paths of each sound, or the first path if none exists.

    Args:
        found: Paths of each sound.
        has_copies: Yield all existing paths of a sound instead of the first.
    """
    for paths in found:
        places = [path for path in paths if path.exists()] or paths[:1]
        yield from places if has_copies else places[:1]


def existing_files(samples: Iterable[Sample]) -> list[Path]:
    """Return one existing file of each sound; files in object stores are fetched.

    Raises:
        UsageError: None exists.
    """
    from indexer.audio.remote import is_here  # rarely needed

    firsts = existing_paths((sample.paths for sample in samples), has_copies=False)
    paths = [path for path in firsts if is_here(path)]
    if not paths:
        raise UsageError("None of these files exists now. Is their drive connected?")
    return paths


def folder_under(path: Path, roots: Sequence[Path]) -> str:
    """Return the folder of a file as seen from its root: ``"Drums/Kicks"`` for a root called Drums."""
    for root in roots:
        if path.is_relative_to(root):
            return (Path(root.name) / path.parent.relative_to(root)).as_posix()
    return path.parent.as_posix()
