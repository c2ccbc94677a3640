"""Keep the databases, folders and playlists of other programs in sync with the library."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import UsageError
from db.library import Library
from db.paths import display_text, find_obstacle
from db.types import Sample
from indexer.daw.collection_folders import collection_contents
from indexer.daw.mirror import Content, Mirror, MirrorLog, Updated, update
from indexer.daw.reaper import SUFFIX, media_database, resource_folder
from tui.workspace.annotations.collections import collection_name, get_collection
from tui.workspace.export.request import find_hits
from tui.workspace.query.selection import Tell

REAPER, COLLECTIONS = "reaper", "collections"
_PER_READ = 1000
_NOTHING = Updated(0, 0, 0, ())
_DEFAULT_NAME = f"earmark{SUFFIX}"

OnProgress = Callable[[int, int], None]


class NoSoundError(UsageError):
    """The query of a mirror has no hits."""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A mirror and the result of its update; ``problem`` is a sentence if the update failed."""

    mirror: Mirror
    done: Updated = _NOTHING
    problem: str = ""

    @property
    def place(self) -> Path:
        return place(self.mirror)


def place(mirror: Mirror) -> Path:
    """Return the file or folder that a mirror writes."""
    return mirror.target / mirror.what[0] if mirror.kind == REAPER else mirror.target


def reaper_mirror(library: Library, query: str, k: int | None, file: Path | None) -> Mirror:
    """Return the mirror for a database of Reaper.

    Args:
        library: Open library.
        query: Query for the sounds; empty for all sounds.
        k: Number of hits, where the query has words.
        file: Database file; None for one in Reaper's own folder.

    Raises:
        UsageError: No file is given and Reaper was never started on this machine; or the path is below a file.
    """
    if file is None:
        folder = resource_folder()
        if folder is None:
            raise UsageError("Reaper's folder is not in its default place. Name a file: earmark daw reaper --to FILE")
        file = folder / "MediaDB" / _DEFAULT_NAME
    name = file.name if file.name.lower().endswith(SUFFIX.lower()) else file.name + SUFFIX
    folder = _normal(file).parent
    if (obstacle := find_obstacle(folder)) is not None:
        raise UsageError(f"{display_text(obstacle)} is a file. Give a file in a folder.")
    what = (name, query, "" if k is None else str(k))
    return MirrorLog(library.folder).find(folder, REAPER, what)


def collections_mirror(library: Library, names: Sequence[str], folder: Path) -> Mirror:
    """Return the mirror for a folder of collections.

    Args:
        library: Open library.
        names: Names of collections; empty for all, including future ones.
        folder: Folder for the links and playlists.

    Raises:
        UsageError: There is no such collection, or the folder is a file or inside the library.
    """
    for name in names:
        get_collection(library, name)
    folder = _normal(folder)
    if (obstacle := find_obstacle(folder)) is not None:
        raise UsageError(f"{display_text(obstacle)} is a file. Give a folder.")
    for root in library.roots():
        if folder == root.path or root.path in folder.parents:
            raise UsageError(f"{display_text(folder)} is a folder of the library, so its sounds would be listed twice.")
    return MirrorLog(library.folder).find(folder, COLLECTIONS, [collection_name(name) for name in names])


def bring_up_to_date(
    library: Library, mirror: Mirror, on_progress: OnProgress = lambda *_: None, tell: Tell = lambda _: None
) -> Mirrored:
    """Update the files of a mirror.

    Raises:
        NoSoundError: Its query has no hits.
        UsageError: The files cannot be written.
        QueryError: A filter is invalid.
    """
    if mirror.kind == REAPER:
        name, query, k = mirror.what
        samples = _found(library, query, int(k) if k else None, on_progress, tell)
        content = b"".join(media_database(part, library.annotations([one.id for one in part])) for part in samples)
        wanted: dict[str, Content] = {name: content}
    else:
        wanted = collection_contents(mirror, _collections(library, mirror.what))
    return Mirrored(mirror, update(mirror, wanted, MirrorLog(library.folder)))


def update_all(library: Library, on_progress: OnProgress) -> list[Mirrored]:
    """Update all mirrors; a failed one does not stop the others."""
    found = []
    for mirror in mirrors(library):
        if not mirror.target.is_dir():
            found.append(Mirrored(mirror, problem="It is missing now. Is its drive connected?"))
            continue
        try:
            found.append(bring_up_to_date(library, mirror, on_progress))
        except UsageError as error:
            found.append(Mirrored(mirror, problem=str(error)))
    return found


def remove(library: Library, mirror: Mirror) -> Mirrored:
    """Remove the files that earmark wrote for a mirror, and forget it."""
    return Mirrored(mirror, update(mirror, {}, MirrorLog(library.folder)))


def mirrors(library: Library) -> list[Mirror]:
    """Return all mirrors, sorted by path."""
    return sorted(MirrorLog(library.folder).all(), key=place)


def find_mirror(library: Library, given: Path) -> Mirror:
    """Return the mirror at a path.

    Raises:
        UsageError: There is none.
    """
    wanted = _normal(given)
    found = next((one for one in mirrors(library) if place(one) == wanted), None)
    if found is None:
        raise UsageError(f"Nothing is kept in sync at {display_text(wanted)}. To list what is: earmark daw list")
    return found


def _found(library: Library, query: str, k: int | None, on_progress: OnProgress, tell: Tell) -> Iterator[list[Sample]]:
    """Yield the sounds of a query in batches, ordered by id, so that equal sounds give equal files."""
    service, hits = find_hits(library, query, k, tell)
    if not hits:
        raise NoSoundError("Nothing found. Try other words, or fewer filters.")
    ids = sorted(hits)
    for start in range(0, len(ids), _PER_READ):
        on_progress(start, len(ids))
        yield service.samples(ids[start : start + _PER_READ], query)


def _collections(library: Library, names: Sequence[str]) -> Iterator[tuple[str, list[Sample]]]:
    wanted = {name.casefold() for name in names}
    for one in library.collections():
        if not wanted or one.name.casefold() in wanted:
            yield one.name, library.samples(library.collection_ids(one.name))


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path.expanduser().absolute()))
