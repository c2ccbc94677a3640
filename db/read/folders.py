"""The folders that hold files, their packs, and which sound lies in which of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from db.compiled.folders import FILES_IN, FOLDERS, SAMPLES
from db.compiled.roots import DISPLAYS, PATHS
from db.engines.base import Transaction
from db.engines.selection import Match
from db.paths import display_text, search_text
from db.read.counting import count_places
from db.read.packs import find_packs
from db.types import SampleIds


class Folder(NamedTuple):
    """A folder that holds files itself.

    Attributes:
        path: Below the root, for display; ``""`` for the root itself.
    """

    root_id: int
    path: str
    n_files: int


@dataclass(frozen=True, slots=True)
class FolderTable:
    """Where the sounds on record lie.

    Attributes:
        folders: By root and path.
        packs: The pack of each.
        places: For each file, the place of its folder in ``folders``, shape ``(n_files,)``.
        sample_ids: For each file, its sound, shape ``(n_files,)``.
    """

    folders: tuple[Folder, ...]
    packs: tuple[str, ...]
    places: npt.NDArray[np.int64]
    sample_ids: SampleIds

    def count(self, within: SampleIds | None = None) -> npt.NDArray[np.int64]:
        """Return the number of files in each folder, of the samples ``within`` or of all, shape ``(n_folders,)``."""
        return count_places(self.places, len(self.folders), self.sample_ids, within)

    def count_packs(self, within: SampleIds | None = None) -> dict[str, int]:
        """Return the number of files of each pack, among the samples ``within`` or among all; none that has 0."""
        counts: dict[str, int] = {}
        for pack, n in zip(self.packs, self.count(within).tolist(), strict=True):
            if n:
                counts[pack] = counts.get(pack, 0) + n
        return counts


class PackNames:
    """The packs of a library, found anew when its files have changed."""

    def __init__(self) -> None:
        self._found: tuple[str | None, Mapping[tuple[int, str], str]] | None = None

    def get(self, transaction: Transaction, version: str | None) -> Mapping[tuple[int, str], str]:
        """Return the pack of each folder, by root and path below it.

        Args:
            transaction: To read in.
            version: Of the files: `db.read.settings.FILES_VERSION`.
        """
        found = self._found
        if found is None or found[0] != version:
            found = self._found = version, read_packs(transaction)
        return found[1]


def read_folders(transaction: Transaction) -> tuple[Folder, ...]:
    """Return the folders that hold files, by root and path."""
    return tuple(Folder(*row) for row in transaction.rows(FOLDERS))


def read_packs(transaction: Transaction) -> Mapping[tuple[int, str], str]:
    """Return the pack of each folder, by root and path below it."""
    folders = read_folders(transaction)
    packs = _packs(_read_roots(transaction), folders)
    return {(one.root_id, one.path): pack for one, pack in zip(folders, packs, strict=True)}


def read_folder_table(transaction: Transaction) -> FolderTable:
    """Return where all sounds lie."""
    folders = read_folders(transaction)
    places = np.repeat(np.arange(len(folders)), [one.n_files for one in folders])
    return FolderTable(folders, _packs(_read_roots(transaction), folders), places, transaction.numbers(SAMPLES))


def match_pack(transaction: Transaction, name: str) -> tuple[Match, ...]:
    """Match the files of the pack of a name, in any case; of all whose name holds it where none is called so."""
    packs = {where: search_text(pack) for where, pack in read_packs(transaction).items()}
    wanted = search_text(name)
    exact = [where for where, pack in packs.items() if pack == wanted]
    return _files_in(exact or [where for where, pack in packs.items() if wanted in pack])


def match_path(transaction: Transaction, part: str) -> tuple[Match, ...]:
    """Match the files below folders whose whole path holds a part with slashes.

    Paths are taken with a slash at both ends, so that ``/Drums/`` is a folder of just this name.
    """
    roots: defaultdict[int, set[str]] = defaultdict(set)  # on a server by name and by path
    for root_id, path in (*_read_roots(transaction), *transaction.rows(PATHS)):
        roots[root_id].add(search_text(display_text(path)))
    wanted = search_text(part)
    paths = ((one, full_path(root, one.path)) for one in read_folders(transaction) for root in roots[one.root_id])
    return _files_in([(one.root_id, one.path) for one, full in paths if wanted in search_text(full)])


def full_path(root: str, folder: str) -> str:
    """Return the path of a folder below a root, with slashes only and one at its end."""
    path = f"{root}/{folder}/" if folder else f"{root}/"
    return path.replace("\\", "/").replace("//", "/")


def _files_in(folders: Sequence[tuple[int, str]]) -> tuple[Match, ...]:
    by_root: dict[int, list[str]] = {}
    for root_id, path in folders:
        by_root.setdefault(root_id, []).append(path)
    return tuple(Match(FILES_IN, {"root_id": root_id, "folders": paths}) for root_id, paths in by_root.items())


def _read_roots(transaction: Transaction) -> tuple[tuple[int, str], ...]:
    return tuple(transaction.rows(DISPLAYS))


@lru_cache(maxsize=4)
def _packs(roots: tuple[tuple[int, str], ...], folders: tuple[Folder, ...]) -> tuple[str, ...]:
    """Return the pack of each folder: a pure function, quick where nothing has changed."""
    found = {
        (root_id, path): pack
        for root_id, root in roots
        for path, pack in find_packs(root, {one.path: one.n_files for one in folders if one.root_id == root_id}).items()
    }
    return tuple(found[one.root_id, one.path] for one in folders)
