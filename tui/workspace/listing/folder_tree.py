"""The folders of a library as a tree; lines are made for open folders only."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from db.library import Library
from db.paths import display_text, search_text
from db.query.parser import Filter
from db.read.folders import FolderTable, full_path
from db.types import Root
from tui.workspace.listing.facet_lines import FacetLine
from tui.workspace.query.query_line import filter_text

Place: TypeAlias = tuple[int, str]
"""A folder: its root, and its path below it."""

_CLOSED, _OPEN, _LEAF = "▸ ", "▾ ", "  "


@dataclass(frozen=True, slots=True)
class FolderLine(FacetLine):
    """One folder of the tree; ``place`` says which."""

    place: Place = (0, "")


class FolderTree:
    """The folders of a library with the number of files in and below each.

    Args:
        table: Folders of the sounds.
        roots: Folders of the library.
        counts: Number of files in each folder of the table, shape ``(n_folders,)``.
    """

    def __init__(self, table: FolderTable, roots: Sequence[Root], counts: npt.NDArray[np.int64]) -> None:
        self._roots = {root.id: root for root in roots}
        self._names = _distinct_names(roots)
        self._totals: dict[Place, int] = {(root.id, ""): 0 for root in roots}
        self._inner: dict[Place, dict[str, None]] = {}
        self._n_folders: Counter[Place] = Counter()
        for folder, n in zip(table.folders, counts.tolist(), strict=True):
            if folder.root_id in self._roots:
                self._add(folder.root_id, folder.path, n)
        self._paths = "\n".join(
            self._full(one.root_id, one.path) for one in table.folders if one.root_id in self._roots
        )

    def lines(self, is_open: Collection[Place], active: Collection[str]) -> list[FolderLine]:
        """Return lines for the roots and the content of open folders.

        Args:
            is_open: The folders whose subfolders are shown.
            active: The filters that the query has now, as they are written.
        """
        lines: list[FolderLine] = []
        for root_id in self._roots:
            lines += self._lines((root_id, ""), 0, is_open, active)
        return lines

    def has_inner(self, place: Place) -> bool:
        """Say whether a folder has subfolders."""
        return place in self._inner

    @property
    def roots(self) -> list[Place]:
        """The roots, in the order in which they were added."""
        return [(root_id, "") for root_id in self._roots]

    def _add(self, root_id: int, path: str, n_files: int) -> None:
        parts = path.split("/") if path else []
        for depth in range(len(parts) + 1):
            place = (root_id, "/".join(parts[:depth]))
            self._totals[place] = self._totals.get(place, 0) + n_files
            self._n_folders[place] += 1
            if depth < len(parts):
                self._inner.setdefault(place, {})[parts[depth]] = None

    def _lines(
        self, place: Place, depth: int, is_open: Collection[Place], active: Collection[str]
    ) -> Iterator[FolderLine]:
        root_id, path = place
        root = self._roots[root_id]
        name = path.rpartition("/")[2] or self._names[root_id]
        label = name if root.is_online or path else f"{name} (offline)"
        is_shown_open = place in is_open and self.has_inner(place)
        mark = _OPEN if is_shown_open else _CLOSED if self.has_inner(place) else _LEAF
        text = self.filter_of(place)
        yield FolderLine(f"{mark}{label}", self._totals[place], text, depth, text in active, place)
        if is_shown_open:
            for inner in sorted(self._inner[place], key=str.casefold):
                yield from self._lines((root_id, f"{path}/{inner}" if path else inner), depth + 1, is_open, active)

    def filter_of(self, place: Place) -> str:
        """Return the filter for the sounds in and below a folder, as short as is unambiguous."""
        root_id, path = place
        root = display_text(self._roots[root_id].path.name)
        short = full_path(f"/{root}", path)
        is_clear = bool(root) and self._paths.count(search_text(short)) == self._n_folders[place]
        whole = full_path(display_text(self._roots[root_id].path), path)
        return filter_text("in", (short if is_clear else whole).partition('"')[0])

    def _full(self, root_id: int, path: str) -> str:
        return search_text(full_path(display_text(self._roots[root_id].path), path))


def _distinct_names(roots: Sequence[Root]) -> dict[int, str]:
    """Return the shortest distinct ends of the paths of roots, by id."""
    shown = {root.id: display_text(root.path).replace("\\", "/") for root in roots}
    parts = {root_id: [part for part in path.split("/") if part] for root_id, path in shown.items()}
    names = {}
    for root_id, own in parts.items():
        ends = (tuple(own[-n:]) for n in range(1, len(own) + 1))
        alone = (end for end in ends if sum(tuple(other[-len(end) :]) == end for other in parts.values()) == 1)
        names[root_id] = "/".join(next(alone, own)) or "/"
    return names


def open_above(place: Place) -> Iterator[Place]:
    """Yield the folders above a folder, which must be open for it to be visible."""
    root_id, path = place
    parts = path.split("/") if path else []
    for depth in range(len(parts)):
        yield root_id, "/".join(parts[:depth])


def count_folders(library: Library, table: FolderTable, filters: Sequence[Filter]) -> FolderTree:
    """Return the tree with counts of the files that pass all filters but those on folders."""
    rest = [condition for condition in filters if condition.name != "in" or condition.is_excluded]
    return FolderTree(table, library.roots(), table.count(library.filter_ids(rest)))
