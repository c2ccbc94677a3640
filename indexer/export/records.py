"""The export log: one journal for each export, in the library's folder.

The first line of a journal describes the export. Each file is recorded before it gets its final name, and again when it
is removed. Journals lie outside the database, so that an export does not wait for a process that writes the database.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from db.errors import UsageError
from indexer.files.journals import JournalFolder
from indexer.files.json_lines import ODD_LINE, append_line, read_lines

_FOLDER = "exports"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export.

    Attributes:
        name: Path below the folder of the export, with slashes.
        sample_id: The sound; None for other files, such as the credits.
        source: Path of the sound that the file was made from.
        size_bytes: Size as written; 0 for a link.
        content_hash: BLAKE2b of the bytes, in hexadecimal; empty for a link.
        span: First frame of an excerpt and the one after its last; None for a whole sound.
    """

    name: str
    sample_id: int | None
    source: str
    size_bytes: int
    content_hash: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """One export.

    Attributes:
        what: Query or names of the sounds.
        recipe: Hash of the rules; equal for exports by the same rules.
        is_new_folder: The export created its folder.
        files: Files that the export wrote and that were not removed by an undo.
    """

    id: int
    made_at: datetime
    what: str
    target: Path
    profile: str
    recipe: str
    is_new_folder: bool
    files: tuple[ExportedFile, ...]

    @property
    def is_there(self) -> bool:
        """Whether any of the files exists now; none does after they are deleted, or while their drive is away."""
        return any(os.path.lexists(self.target / file.name) for file in self.files)


class ExportLog:
    """The exports of a library.

    Args:
        library_folder: Folder of the library.
    """

    def __init__(self, library_folder: Path) -> None:
        self._journals = JournalFolder(library_folder / _FOLDER)

    def records(self) -> list[ExportRecord]:
        """Return all exports, oldest first; unreadable journals and lines are skipped."""
        return list(self._newest_first())[::-1]

    def get(self, export_id: int | None) -> ExportRecord:
        """Return an export by its number; without one, the last export of which a file still exists.

        Raises:
            UsageError: There is no such export.
        """
        if export_id is not None:
            found = next((record for record in self._newest_first() if record.id == export_id), None)
        else:
            with_files = [record for record in self._newest_first() if record.files]
            found = next((record for record in with_files if record.is_there), next(iter(with_files), None))
        if found is None:
            name = "" if export_id is None else f" {export_id}"
            raise UsageError(f"There is no export{name}. To list them: earmark exports list")
        return found

    def last_target(self) -> Path | None:
        """Return the folder of the last export."""
        return next((record.target for record in self._newest_first()), None)

    def begin(self, what: str, target: Path, profile: str, recipe: str) -> "Journal":
        """Start the journal of an export.

        Args:
            what: Query or names of the sounds.
            target: Folder of the export, absolute.
            profile: Name of the profile.
            recipe: Hash of the rules.

        Raises:
            LibraryReadOnlyError: The folder of the library cannot be written.
        """
        journal = self.journal(self._journals.create())
        journal.add(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            what=what,
            target=str(target),
            profile=profile,
            recipe=recipe,
            is_new_folder=not target.exists(),
        )
        return journal

    def journal(self, export_id: int) -> "Journal":
        """Return the journal of an export, to append to it."""
        return Journal(export_id, self._journals.path(export_id))

    def discard_empty(self, export_id: int) -> None:
        """Delete the journal of an export that wrote no file, such as one to a folder that cannot be created."""
        path = self._journals.path(export_id)
        if len(list(read_lines(path))) <= 1:
            path.unlink()

    def _newest_first(self) -> Iterator[ExportRecord]:
        found = map(self._read, reversed(self._journals.ids()))
        return (record for record in found if record is not None)

    def _read(self, export_id: int) -> ExportRecord | None:
        lines = read_lines(self._journals.path(export_id))
        try:
            head = next(lines, {})
            record = ExportRecord(
                export_id,
                datetime.fromisoformat(head["made_at"]),
                str(head["what"]),
                Path(head["target"]),
                str(head["profile"]),
                str(head["recipe"]),
                bool(head["is_new_folder"]),
                files=(),
            )
        except ODD_LINE:
            return None
        files = dict[str, ExportedFile]()
        for line in lines:
            if "undone" in line:
                files.pop(str(line["undone"]), None)
                continue
            try:
                file = _read_file(line)
            except ODD_LINE:
                continue
            if is_below(file.name):
                files[file.name] = file
        return replace(record, files=tuple(files.values()))


class Journal:
    """The journal of one export that is being written."""

    def __init__(self, export_id: int, path: Path) -> None:
        self.id = export_id
        self._path = path

    def add_file(self, file: ExportedFile) -> None:
        """Record a file before it gets its final name."""
        self.add(
            name=file.name,
            sample=file.sample_id,
            source=file.source,
            size=file.size_bytes,
            hash=file.content_hash,
            **({} if file.span is None else {"span": file.span}),
        )

    def add_undone(self, name: str) -> None:
        """Record that a file was removed."""
        self.add(undone=name)

    def add(self, **values: Any) -> None:
        """Append a line; errors as `append_line`."""
        append_line(self._path, values)


def is_below(name: str) -> bool:
    """Say whether a recorded path stays below the folder of its export."""
    return bool(name) and not name.startswith("/") and ".." not in PurePosixPath(name).parts


def _read_file(line: Mapping[str, Any]) -> ExportedFile:
    sample = line.get("sample")
    return ExportedFile(
        str(line["name"]),
        None if sample is None else int(sample),
        str(line["source"]),
        int(line["size"]),
        str(line["hash"]),
        None if line.get("span") is None else (int(line["span"][0]), int(line["span"][1])),
    )
