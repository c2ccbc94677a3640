"""Make plans: a new path for each file by a template, or which duplicates to remove."""

import os
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from db.errors import system_reason
from db.library import Library
from db.paths import display_text
from db.query.parser import Filter
from db.read.duplicates import FilePlace
from db.types import Annotation
from indexer.audio.remote import remote_folder
from indexer.export.file_names import collision_key, folder_name, portable_name
from indexer.export.profile import AS_IT_IS
from indexer.files.disk import is_real, is_regular, read_facts
from indexer.organize.fields import Subject
from indexer.organize.projects import Projects
from indexer.organize.steps import Action, Plan, Step, Unmoved
from indexer.organize.template import Missing, Template

_BATCH = 1000
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Removal:
    """A file to remove, and the duplicate of it that is kept."""

    path: Path
    keeper: Path


def plan_by_template(
    library: Library,
    ids: Sequence[int],
    template: Template,
    *,
    filters: Sequence[Filter] = (),
    action: Action = Action.MOVE,
    target: Path | None = None,
    takes_projects: bool = False,
    removes_empty: bool = False,
    what: str = "",
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Plan:
    """Plan new paths for files; nothing is written.

    Args:
        library: Open library.
        ids: Samples. All their files are moved; copies and links are made of one file of each.
        template: Path of each file, below its root or below the target.
        filters: Filters of the query; those on paths choose among the files of a sample.
        action: Move, copy or link.
        target: Folder, absolute and without symbolic links in it; it need not exist.
        takes_projects: Also move files in folders of DAW projects.
        removes_empty: Also remove the folders that this leaves empty.
        what: Description of the plan for the user; the template by default.
        on_progress: Called with the number of files planned and their total.
    """
    planner = _Planner(template, action, target, takes_projects=takes_projects)
    subjects = _find_subjects(library, ids, filters, is_one_each=action != Action.MOVE)
    for n_done, subject in enumerate(subjects, start=1):
        planner.add(subject)
        if not n_done % _BATCH:
            on_progress(n_done, len(subjects))
    is_new = target is not None and action == Action.MOVE and not _is_in_library(library, target)
    new_root = target if is_new else None
    return planner.plan(library.id, what or template.text, new_root, removes_empty=removes_empty)


def plan_removals(
    library: Library,
    removals: Iterable[Removal],
    *,
    target: Path | None = None,
    takes_projects: bool = False,
    removes_empty: bool = False,
    what: str = "duplicates",
) -> Plan:
    """Plan to remove files of which a duplicate is kept; nothing is written.

    Args:
        library: Open library.
        removals: Files of the library.
        target: Folder outside the library that the files are moved to, with their paths below their roots; None for
            the system's trash.
        takes_projects: Also remove files in folders of DAW projects.
        removes_empty: Also remove the folders that this leaves empty.
        what: Description of the plan for the user.
    """
    planner = _Planner(None, Action.REMOVE, target, takes_projects=takes_projects)
    wanted = {removal.path: removal.keeper for removal in removals}
    ids = [library.find_sample_id(path) for path in {*wanted, *wanted.values()}]
    found = np.array([one for one in ids if one is not None], np.int64)
    known = {file.path: file for file in library.file_places(found)}
    for path, keeper in wanted.items():
        if path not in known:
            planner.stays.append(Unmoved(path, "it is not in the library"))
        elif keeper not in known:
            planner.stays.append(Unmoved(path, "the file that would be kept is not in the library"))
        else:
            planner.remove(known[path], known[keeper])
    return planner.plan(library.id, what, None, removes_empty=removes_empty)


class _Planner:
    def __init__(
        self,
        template: Template | None,
        action: Action,
        target: Path | None,
        *,
        takes_projects: bool,
    ) -> None:
        self._template = template
        self._action = action
        self._target = target
        self._takes_projects = takes_projects
        self._projects = Projects()
        self._names: dict[Path, dict[str, str]] = {}  # by folder: existing and planned names by collision key
        self._numbers: dict[tuple[Path, str], int] = {}  # by folder and collision key: the last number taken
        self._real: dict[Path, bool] = {}
        self.steps: list[Step] = []
        self.stays: list[Unmoved] = []
        self.n_in_place = 0
        self.n_numbered = 0

    def add(self, subject: Subject) -> None:
        """Plan one file by the template."""
        assert self._template is not None
        file = subject.file
        parts = self._template.render(subject)
        if isinstance(parts, Missing):
            self._stay(file, f"no {parts.field} is known")
            return
        reason = self._reason_to_stay(file)
        if reason is not None:
            self._stay(file, reason)
            return
        place = self._place(self._target or file.root, parts, file.path)
        if place == file.path:
            self.n_in_place += 1
        elif not self._takes_projects and self._projects.of_folder(place.parent) is not None:
            self._stay(file, "its new place would be in the folder of a project")
        else:
            self._add_step(self._action, file, place)

    def remove(self, file: FilePlace, keeper: FilePlace) -> None:
        """Plan to remove one file."""
        reason = self._reason_to_stay(file)
        if reason is not None:
            self._stay(file, reason)
        elif self._target is None:
            self.steps.append(_step(Action.REMOVE, file, None, keeper))
        else:
            parts = display_text(os.path.relpath(file.path, file.root.parent)).split(os.sep)
            self._add_step(Action.MOVE, file, self._place(self._target, parts, file.path), keeper)

    def plan(self, library_id: str, what: str, new_root: Path | None, *, removes_empty: bool) -> Plan:
        """Return the plan of all files so far."""
        return Plan(
            id=uuid.uuid4().hex,
            made_at=datetime.now(UTC),
            what=what,
            steps=tuple(self.steps),
            stays=tuple(self.stays),
            n_in_place=self.n_in_place,
            n_numbered=self.n_numbered,
            library_id=library_id,
            new_root=new_root,
            takes_projects=self._takes_projects,
            removes_empty=removes_empty,
        )

    def _stay(self, file: FilePlace, reason: str) -> None:
        self.stays.append(Unmoved(file.path, reason))

    def _add_step(self, action: Action, file: FilePlace, place: Path, keeper: FilePlace | None = None) -> None:
        self._names_in(place.parent)[collision_key(display_text(place.name))] = place.name
        self.steps.append(_step(action, file, place, keeper))

    def _reason_to_stay(self, file: FilePlace) -> str | None:
        try:
            return self._obstacle(file)
        except OSError as error:
            return system_reason(error)

    def _obstacle(self, file: FilePlace) -> str | None:
        """Return why a file cannot be moved; None if it can."""
        if not file.is_online:
            return "its folder is offline; is the drive connected?"
        path = file.path
        facts = read_facts(path)
        if facts is None or not is_regular(facts):
            return "it is missing now" if facts is None else "it is a link"
        if not self._is_real(path.parent):
            return "it is in a folder behind a link"
        if (facts.size_bytes, facts.mtime_ns) != file.stat[:2]:
            return "it was changed since it was indexed; first: earmark index"
        if self._action in {Action.MOVE, Action.REMOVE} and not self._takes_projects:
            project = self._projects.of_folder(path.parent)
            if project is not None:
                return f"it is in the folder of a project ({display_text(project.name)})"
        return None

    def _is_real(self, folder: Path) -> bool:
        if folder not in self._real:
            self._real[folder] = is_real(folder)
        return self._real[folder]

    def _place(self, root: Path, parts: Sequence[str], path: Path) -> Path:
        """Return a free path for a file, in existing folders where their names differ in case or accents alone."""
        folder = root
        for part in parts[:-1]:
            folder /= self._folder_in(folder, folder_name(part, AS_IT_IS))
        ending = path.suffix if _ENDING.fullmatch(path.suffix) else ""
        name = parts[-1]
        has_ending = bool(ending) and name.lower().endswith(ending.lower())
        stem = name[: -len(ending)] if has_ending else name
        suffix = name[-len(ending) :] if has_ending else ending
        if stem == path.stem and suffix == path.suffix and folder == path.parent:
            return path  # also names that would not be portable
        wanted = portable_name(stem, suffix, AS_IT_IS)
        key = collision_key(wanted)
        own = collision_key(display_text(path.name)) if folder == path.parent else None
        if key not in self._names_in(folder) or key == own:
            return folder / wanted
        if own is not None and _is_numbered(own, key, ending):
            return path
        self.n_numbered += 1
        number = self._numbers.get((folder, key), 1)
        self._numbers[folder, key] = number + 1  # else the n-th file of a name would be compared with all earlier ones
        return folder / portable_name(stem, suffix, AS_IT_IS, taken=self._names_in(folder), above=number)

    def _folder_in(self, parent: Path, name: str) -> str:
        """Return the name of a subfolder: that of an existing or planned one that differs in case or accents alone."""
        names = self._names_in(parent)
        n_tried, wanted = 1, name
        while (known := names.get(collision_key(wanted))) is not None:
            place = parent / known
            if place.is_dir() and not place.is_symlink():
                return known
            if not os.path.lexists(place) and place in self._names:  # planned
                return known
            n_tried += 1
            wanted = f"{name} {n_tried}"
        names[collision_key(wanted)] = wanted
        self._names.setdefault(parent / wanted, {})
        return wanted

    def _names_in(self, folder: Path) -> dict[str, str]:
        if folder not in self._names:
            try:
                names = os.listdir(folder)
            except OSError:
                names = []
            self._names[folder] = {collision_key(display_text(name)): name for name in names}
        return self._names[folder]


def _is_numbered(own: str, wanted: str, ending: str) -> bool:
    """Say whether a name is the wanted one with a number, such as ``kick 2.wav`` for ``kick.wav``."""
    begin = wanted[: len(wanted) - len(ending)] + " "
    number = own[len(begin) : len(own) - len(ending)]
    return own.startswith(begin) and own.endswith(ending.lower()) and number.isdecimal()


def _find_subjects(
    library: Library, ids: Sequence[int], filters: Sequence[Filter], *, is_one_each: bool
) -> list[Subject]:
    """Return the files of samples that pass the filters on paths, sorted by path."""
    subjects, remote = [], remote_folder()
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        samples = {sample.id: sample for sample in library.samples(batch)}
        annotations = library.annotations(batch)
        places = library.matching_paths(batch, filters)
        done = set[int]()
        for file in library.file_places(np.array(batch, np.int64)):
            sample = samples.get(file.sample_id)
            if sample is None or file.path.is_relative_to(remote):  # stores are only read
                continue
            if places and file.path not in places.get(sample.id, ()):
                continue
            if is_one_each:
                if sample.id in done or not file.path.exists():
                    continue
                done.add(sample.id)
            subjects.append(Subject(file, sample, annotations.get(sample.id, Annotation())))
    subjects.sort(key=lambda one: (os.fsencode(one.file.root), one.file.relpath))
    return subjects


def _is_in_library(library: Library, folder: Path) -> bool:
    return any(folder == root.path or root.path in folder.parents for root in library.roots())


def _step(action: Action, file: FilePlace, target: Path | None, keeper: FilePlace | None = None) -> Step:
    size_bytes, mtime_ns, _ = file.stat
    step = Step(action, file.path, target, size_bytes, mtime_ns, file.file_hash.hex())
    return step if keeper is None else replace(step, keeper=keeper.path, keeper_facts=keeper.stat[:2])
