"""Keep files and links for other programs in sync with the library, and touch nothing else.

A record in the library's folder holds a fingerprint of each file that earmark wrote. Only files that still match are
replaced or removed. While an update runs, a name has two fingerprints, the old one and the new one, so that both belong
to earmark if the update is killed.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from db.errors import LibraryReadOnlyError, UsageError, system_reason
from db.paths import display_text
from indexer.export.records import is_below
from indexer.files.disk import write_whole

Content: TypeAlias = bytes | Path
"""Content of a name: the bytes of a file, or the target of a link."""

_FOLDER, _RECORD = "exports", "mirrors.json"
_PART = ".earmark-mirror.part"


@dataclass(frozen=True, slots=True)
class Mirror:
    """Files in a folder that are kept in sync with the library.

    Attributes:
        target: Folder, absolute.
        kind: ``"reaper"``, a database; or ``"collections"``, as of `indexer.daw.collection_folders`.
        what: Selection from the library; its meaning depends on the kind.
        entries: Fingerprints of what earmark wrote, by path below the folder, with slashes.
    """

    target: Path
    kind: str
    what: tuple[str, ...] = ()
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_own(self, name: str) -> bool:
        """Say whether a file or link is unchanged since earmark wrote it."""
        return any(_has(self.target / name, fingerprint) for fingerprint in self.entries.get(name, ()))


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did; ``kept`` are files in the way that are not, or no longer, earmark's."""

    n_written: int
    n_same: int
    n_removed: int
    kept: tuple[Path, ...]


class MirrorLog:
    """The record of a library's mirrors.

    Args:
        library_folder: Folder of the library.
    """

    def __init__(self, library_folder: Path) -> None:
        self._path = library_folder / _FOLDER / _RECORD

    def all(self) -> list[Mirror]:
        """Return all mirrors; none if the record is damaged."""
        return list(self._read())

    def find(self, target: Path, kind: str, what: Sequence[str]) -> Mirror:
        """Return a mirror from the record, or a new one.

        Args:
            target: Folder, absolute.
            kind: Kind of mirror.
            what: Selection from the library.
        """
        new = Mirror(target, kind, tuple(what))
        return next((replace(one, what=new.what) for one in self.all() if _is_same(one, new)), new)

    def keep(self, mirror: Mirror) -> None:
        """Store the state of a mirror; one without entries is removed from the record.

        Raises:
            LibraryReadOnlyError: The library's folder cannot be written.
        """
        others = [one for one in self.all() if not _is_same(one, mirror)]
        shapes = [_shape(one) for one in (*others, mirror) if one.entries]
        try:
            self._path.parent.mkdir(exist_ok=True)
            write_whole(self._path, json.dumps(shapes).encode())
        except OSError as error:
            raise LibraryReadOnlyError(
                f"{display_text(self._path)} cannot be written: {system_reason(error)}."
            ) from error

    def _read(self) -> Iterator[Mirror]:
        try:
            shapes = json.loads(self._path.read_text("utf-8"))
            for one in shapes:
                entries = {str(name): tuple(map(str, prints)) for name, prints in one["entries"].items()}
                own = {name: prints for name, prints in entries.items() if is_below(name)}
                yield Mirror(Path(one["target"]), str(one["kind"]), tuple(map(str, one["what"])), own)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return


def update(mirror: Mirror, wanted: Mapping[str, Content], log: MirrorLog) -> Updated:
    """Write what is wanted into the folder of a mirror, and remove what is no longer wanted.

    Args:
        mirror: The mirror as it is on record.
        wanted: Content by path below its folder, with slashes.
        log: Record to update.

    Raises:
        UsageError: The folder cannot be written, or its file system has no links.
    """
    before = mirror.entries
    after = {name: _fingerprint(content) for name, content in wanted.items()}
    n_written = n_same = n_removed = 0
    kept: list[Path] = []
    entries: dict[str, tuple[str, ...]] = {}
    try:
        is_own = {name for name in wanted if _is_free(mirror.target / name) or mirror.is_own(name)}
        both = {name: tuple({*before.get(name, ()), after[name]}) for name in is_own}
        log.keep(replace(mirror, entries={**before, **both}))
        for name, content in wanted.items():
            path = mirror.target / name
            if name not in is_own:
                kept.append(path)
                continue
            entries[name] = (after[name],)
            if _has(path, after[name]):
                n_same += 1
            else:
                _place(path, content)
                n_written += 1
        for name in before.keys() - wanted.keys():
            path = mirror.target / name
            if mirror.is_own(name):
                path.unlink()
                n_removed += 1
                _remove_empty(path.parent, mirror.target)
            elif not _is_free(path):
                kept.append(path)
    except OSError as error:
        raise UsageError(f"{display_text(mirror.target)} cannot be written: {system_reason(error)}.") from error
    log.keep(replace(mirror, entries=entries))
    return Updated(n_written, n_same, n_removed, tuple(kept))


def link_target(fingerprint: str) -> str | None:
    """Return the target of a link from its fingerprint; None for a file."""
    kind, _, value = fingerprint.partition(":")
    return value if kind == "link" else None


def _is_same(one: Mirror, other: Mirror) -> bool:
    is_file = one.kind == "reaper"  # several databases may be in one folder
    same_name = not is_file or one.what[:1] == other.what[:1]
    return (one.target, one.kind) == (other.target, other.kind) and same_name


def _shape(mirror: Mirror) -> dict[str, Any]:
    return {
        "target": str(mirror.target),
        "kind": mirror.kind,
        "what": list(mirror.what),
        "entries": {name: list(prints) for name, prints in mirror.entries.items()},
    }


def _fingerprint(content: Content) -> str:
    if isinstance(content, Path):
        return f"link:{content}"
    return f"file:{hashlib.blake2b(content, digest_size=16).hexdigest()}"


def _is_free(path: Path) -> bool:
    return not os.path.lexists(path)


def _has(path: Path, fingerprint: str) -> bool:
    target = link_target(fingerprint)
    try:
        if target is not None:
            return os.readlink(path) == target if path.is_symlink() else os.path.samefile(path, target)
        return not path.is_symlink() and path.is_file() and _fingerprint(path.read_bytes()) == fingerprint
    except OSError:
        return False


def _place(path: Path, content: Content) -> None:
    """Write a file or link in one step, so that no reader sees a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(_PART)
    part.unlink(missing_ok=True)
    try:
        if isinstance(content, bytes):
            part.write_bytes(content)
        else:
            _link(content, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _link(target: Path, part: Path) -> None:
    try:
        part.symlink_to(target)
    except OSError:  # on Windows, links need a privilege that few users have; hard links need none
        if not target.exists():
            raise
        os.link(target, part)


def _remove_empty(folder: Path, top: Path) -> None:
    while folder not in {top, folder.parent}:
        with suppress(OSError):
            folder.rmdir()
        folder = folder.parent
