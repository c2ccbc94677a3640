"""Carry out an export plan, and undo an export."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from db.errors import SoundError, UsageError, system_reason
from db.paths import display_text
from db.types import Sample
from indexer.audio.open_audio import open_regular, os_failure
from indexer.export.convert import convert
from indexer.export.file_names import collision_key, portable_name
from indexer.export.kits.registry import KIT_FORMATS
from indexer.export.kits.zones import Kit, drum_zones
from indexer.export.plan import Action, ExportPlan, PlannedFile, names_in
from indexer.export.profile import AS_IT_IS
from indexer.export.records import ExportedFile, ExportLog, ExportRecord, Journal
from indexer.export.source_reader import SourceReader
from indexer.files.disk import hash_file, holds, rename_new

CREDITS_NAME = "CREDITS.txt"
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did.

    Attributes:
        export_id: Number of its record; None where there was nothing to write.
        n_written: Number of new sounds, without the credits and other files.
        n_present: Number of sounds that an earlier export wrote.
        failed: Sounds that were left out or could not be read, each with the reason.
        was_cancelled: The export was stopped; repeating it writes the rest.
    """

    export_id: int | None
    n_written: int
    n_present: int
    failed: tuple[tuple[Path, str], ...]
    was_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class UndoneExport:
    """What the undo of an export did; ``kept`` are files that were changed since or cannot be removed."""

    n_removed: int
    kept: tuple[Path, ...]


def run_export(
    plan: ExportPlan,
    log: ExportLog,
    what: str,
    *,
    on_progress: Callable[[int, int, str], None] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write the files of a plan.

    A file gets its final name when it is complete, and never replaces another file. An export that is killed leaves a
    record of what it wrote; repeating the export writes the rest.

    Args:
        plan: Files to write.
        log: Log that records the export.
        what: Query or names of the sounds, for the log.
        on_progress: Called after each file with the number of files written, their total and the name of the last one.
        cancelled: Polled before each file.

    Raises:
        UsageError: The folder cannot be written.
    """
    n_present = sum(file.action == Action.NOTHING for file in plan.files)
    left_out = [(file.source, file.reasons[0]) for file in plan.files if file.action == Action.LEAVE_OUT]
    if not plan.to_write and not plan.needs_kit and not plan.documents:
        return Exported(None, 0, n_present, tuple(left_out))
    journal = None
    try:
        _remove_parts(plan.target, log)
        journal = log.begin(what, plan.target, plan.profile.name, plan.recipe)
        with SourceReader() as reader:
            writer = _Writer(plan, journal, reader)
            is_complete = writer.write_sounds(on_progress, cancelled)
        writer.write_credits()
        if is_complete:
            writer.write_documents()
            writer.write_kit()
    except OSError as error:
        if journal is not None:
            with suppress(OSError):
                log.discard_empty(journal.id)
        raise UsageError(f"{display_text(plan.target)} cannot be written: {system_reason(error)}.") from error
    failed = (*left_out, *writer.failed)
    return Exported(journal.id, len(writer.written), n_present, failed, was_cancelled=not is_complete)


def undo_export(record: ExportRecord, log: ExportLog) -> UndoneExport:
    """Remove the files of an export that are unchanged, and the folders that this leaves empty.

    Raises:
        UsageError: None of the files exists, as when their drive is not connected.
    """
    if record.files and not record.is_there:
        raise UsageError(
            f"None of its files is in {display_text(record.target)} now. "
            f"Connect its drive, then: earmark exports undo {record.id}"
        )
    journal = log.journal(record.id)
    n_removed, kept = 0, []
    for file in reversed(record.files):
        path = record.target / file.name
        try:
            if os.path.lexists(path):
                if not _is_as_written(path, file):
                    kept.append(path)
                    continue
                path.unlink()
                n_removed += 1
        except OSError:
            kept.append(path)
            continue
        journal.add_undone(file.name)
    folders = {record.target, *((record.target / file.name).parent for file in record.files)}
    for folder in sorted(folders, reverse=True):
        if folder != record.target or record.is_new_folder:
            with suppress(OSError):  # it is gone, cannot be removed, or is not empty
                folder.rmdir()
    return UndoneExport(n_removed, tuple(kept))


class _Writer:
    """Writes the files of a plan.

    Attributes:
        written: Name and sample of each new sound.
        failed: Sounds that could not be read, each with the reason.
    """

    def __init__(self, plan: ExportPlan, journal: Journal, reader: SourceReader) -> None:
        self._plan = plan
        self._journal = journal
        self._reader = reader
        self.written: list[tuple[str, Sample]] = []
        self.failed: list[tuple[Path, str]] = []
        # by planned name, since a name may have been taken since
        self._names = {file.name: file.name for file in plan.files if file.action == Action.NOTHING}

    def write_sounds(self, on_progress: Callable[[int, int, str], None], cancelled: Callable[[], bool]) -> bool:
        """Write the sounds until cancelled; return whether none is left to write."""
        to_write = self._plan.to_write
        for file in to_write:
            if cancelled():
                return False
            try:
                name = self._names[file.name] = self._write(file)
                self.written.append((name, file.sample))
            except SoundError as error:
                self.failed.append((file.source, str(error)))
            on_progress(len(self.written), len(to_write), display_text(file.source.name))
        return True

    def write_credits(self) -> None:
        """Write the known authors and licences of the new sounds."""
        lines = [line for name, sample in self.written if (line := _credit(name, sample)) is not None]
        if lines:
            self._write_new(CREDITS_NAME, "".join(lines).encode())

    def write_documents(self) -> None:
        """Write the other files of the plan."""
        for document in self._plan.documents:
            self._write_new(document.name, document.content)

    def write_kit(self) -> None:
        """Write the files of the kit, if there is one and it is not there as it should be."""
        plan, target = self._plan, self._plan.target
        sounds = [(self._names[file.name], file.sample.id) for file in plan.files if file.name in self._names]
        if plan.kit_format is None or not sounds or not (plan.needs_kit or self.written):
            return
        form = KIT_FORMATS[plan.kit_format]
        if plan.keymap is None:
            zones = drum_zones(name for name, _ in sounds)
        else:
            zones = tuple(plan.keymap[sample_id]._replace(file=name) for name, sample_id in sounds)
        kit = Kit(form.kit_name(target), target, zones, plan.keymap is not None)
        for name, write in zip(form.file_names(target), form.files.values(), strict=True):
            self._write_new(name, write(kit))

    def _write(self, file: PlannedFile) -> str:
        """Write one file; return its name, which differs from the planned one where that was taken since."""
        place = self._plan.target / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        part = _part(place.parent, self._journal.id)
        try:
            self._produce(file, part)
            return self._place(part, place, file)
        finally:
            part.unlink(missing_ok=True)

    def _write_new(self, name: str, content: bytes) -> None:
        self._plan.target.mkdir(parents=True, exist_ok=True)
        part = _part(self._plan.target, self._journal.id)
        try:
            part.write_bytes(content)
            self._place(part, _free(self._plan.target / name), None)
        finally:
            part.unlink(missing_ok=True)

    def _produce(self, file: PlannedFile, part: Path) -> None:
        if file.action == Action.LINK:
            part.symlink_to(file.source)
        elif file.action == Action.COPY:
            try:
                shutil.copyfile(file.source, part)
                shutil.copystat(file.source, part)
            except OSError:
                _check_readable(file.source)
                raise
        else:
            assert file.after is not None
            convert(self._reader, file.source, part, file.after, file.processing)

    def _place(self, part: Path, place: Path, file: PlannedFile | None) -> str:
        size_bytes, content_hash = (0, "") if part.is_symlink() else (part.stat().st_size, hash_file(part))
        while True:
            name = place.relative_to(self._plan.target).as_posix()
            self._journal.add_file(_exported(name, file, size_bytes, content_hash))
            try:
                rename_new(part, place)
            except FileExistsError:
                self._journal.add_undone(name)
                place = _free(place)
            else:
                return name


def _exported(name: str, file: PlannedFile | None, size_bytes: int, content_hash: str) -> ExportedFile:
    if file is None:  # not a sound
        return ExportedFile(name, None, "", size_bytes, content_hash)
    return ExportedFile(name, file.sample.id, str(file.source), size_bytes, content_hash, file.processing.span)


def _check_readable(source: Path) -> None:
    """Raise SoundError if a copy failed because its source cannot be read to the end."""
    try:
        with open_regular(source) as file:
            while file.read(_READ_BYTES):
                pass
    except OSError as error:
        raise os_failure(error) from error


def _part(folder: Path, export_id: int) -> Path:
    """Return the path under which a file is written until it is complete."""
    return folder / f".earmark-{export_id}.part"


def _remove_parts(target: Path, log: ExportLog) -> None:
    """Remove the incomplete files that killed exports to the same folder left."""
    for record in log.records():
        if record.target == target:
            for folder in {target, *((target / file.name).parent for file in record.files)}:
                _part(folder, record.id).unlink(missing_ok=True)


def _free(path: Path) -> Path:
    """Return a path that does not exist: the given one, or one with a number."""
    taken = names_in(path.parent)
    if collision_key(path.name) not in taken:
        return path
    return path.with_name(portable_name(path.stem, path.suffix, AS_IT_IS, taken=taken))


def _is_as_written(path: Path, file: ExportedFile) -> bool:
    if path.is_symlink() or not file.content_hash:
        return path.is_symlink() and not file.content_hash and os.readlink(path) == file.source
    return holds(path, file.size_bytes, file.content_hash)


def _credit(name: str, sample: Sample) -> str | None:
    known = sample.provenance
    parts = [part for part in (known.author and f"by {known.author}", known.license, known.url) if part]
    return f"{display_text(name)}: {display_text(', '.join(parts))}\n" if parts else None
