"""Collections as folders of links and as playlists, for other programs."""

import os
from collections.abc import Iterable, Mapping, Sequence

from db.paths import display_text
from db.types import Sample
from indexer.daw.mirror import Content, Mirror, link_target
from indexer.daw.playlist import playlist
from indexer.export.file_names import collision_key, portable_name
from indexer.export.plan import names_in
from indexer.export.profile import AS_IT_IS


def collection_contents(mirror: Mirror, collections: Iterable[tuple[str, Sequence[Sample]]]) -> dict[str, Content]:
    """Return the content of a mirror: a folder of links and a playlist for each collection.

    An existing link keeps its name.

    Args:
        mirror: The mirror as it is on record.
        collections: Name and ordered sounds of each collection.
    """
    wanted: dict[str, Content] = {}
    taken: set[str] = set()
    for name, samples in collections:
        folder = portable_name(name, "", AS_IT_IS, taken=taken)
        taken.add(collision_key(folder))
        wanted[f"{folder}.m3u8"] = playlist(samples)
        wanted |= _links(mirror, folder, samples)
    return wanted


def _links(mirror: Mirror, folder: str, samples: Sequence[Sample]) -> Mapping[str, Content]:
    before = _names_by_target(mirror, folder)
    places = list(dict.fromkeys(sample.path for sample in samples))
    kept = {path: before[str(path)] for path in places if str(path) in before}
    own = {collision_key(name) for name in before.values()}
    taken = (names_in(mirror.target / folder) - own) | {collision_key(name) for name in kept.values()}
    links: dict[str, Content] = {}
    for path in places:
        name = kept.get(path)
        if name is None:
            name = portable_name(display_text(path.stem), path.suffix, AS_IT_IS, taken=taken)
            taken.add(collision_key(name))
        links[f"{folder}/{name}"] = path
    return links


def _names_by_target(mirror: Mirror, folder: str) -> dict[str, str]:
    """Return the names of unchanged links in a folder by their targets."""
    found: dict[str, str] = {}
    for name, prints in mirror.entries.items():
        parent, _, last = name.rpartition("/")
        if parent == folder and mirror.is_own(name):
            path = mirror.target / name
            targets = [target for target in map(link_target, prints) if target is not None]
            found |= {os.readlink(path) if path.is_symlink() else target: last for target in targets[-1:]}
    return found
