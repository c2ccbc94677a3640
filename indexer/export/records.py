"""What was exported where: one journal for each export, beside the library's database.

A journal is a file of JSON lines: the export, then each file before it takes its place, then each file that was taken
back. They lie outside the database so that an export waits for no other process that is writing it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from db.errors import LibraryReadOnlyError, UsageError
from db.paths import display_text
from indexer.json_lines import ODD_LINE, append_line, read_lines

_FOLDER = "exports"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export.

    Attributes:
        name: Path below the folder of the export, with slashes.
        sample_id: The sound; None for the credits.
        source: The file that it was made from.
        size_bytes: As it was written; 0 for a link.
        content_hash: BLAKE2b of its bytes; empty for a link.
        span: Frames of the source that it is an excerpt of; None for the whole sound.
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
        what: The query or the names that were asked for.
        recipe: The same for what is exported by the same rules.
        is_new_folder: The export made its folder.
        files: What it wrote and what was not taken back.
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
        """Whether any of its files is where it was written: not after they were deleted, or their drive is away."""
        return any(os.path.lexists(self.target / file.name) for file in self.files)


class ExportLog:
    """The journals of a library.

    Args:
        library_folder: Where the library lies.
    """

    def __init__(self, library_folder: Path) -> None:
        self._folder = library_folder / _FOLDER

    def records(self) -> list[ExportRecord]:
        """Return all exports, oldest first; what a killed process or a full disk left unfinished is passed over."""
        return list(self._newest_first())[::-1]

    def get(self, export_id: int | None) -> ExportRecord:
        """Return an export; without a number the last one of which a file is still there, else the last with files.

        Raises:
            UsageError: There is none.
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
        """Start a journal.

        Raises:
            LibraryReadOnlyError: The folder of the library cannot be written.
        """
        try:
            return self._begin(what, target, profile, recipe)
        except PermissionError as error:
            where = display_text(self._folder)
            raise LibraryReadOnlyError(f"What is exported is recorded in {where}, which cannot be written.") from error

    def _begin(self, what: str, target: Path, profile: str, recipe: str) -> "Journal":
        self._folder.mkdir(exist_ok=True)
        export_id = max(self._ids(), default=0) + 1
        while True:
            try:
                (self._folder / f"{export_id}.jsonl").open("xb").close()
                break
            except FileExistsError:  # another process exports as well
                export_id += 1
        journal = self.journal(export_id)
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
        """Return the journal of an export, to go on with."""
        return Journal(export_id, self._folder / f"{export_id}.jsonl")

    def discard_empty(self, export_id: int) -> None:
        """Forget an export that came to no file, such as one to a folder that cannot be made."""
        path = self._folder / f"{export_id}.jsonl"
        if len(list(read_lines(path))) <= 1:
            path.unlink()

    def _ids(self) -> list[int]:
        return [int(path.stem) for path in self._folder.glob("*.jsonl") if path.stem.isdecimal()]

    def _newest_first(self) -> Iterator[ExportRecord]:
        found = map(self._read, sorted(self._ids(), reverse=True))
        return (record for record in found if record is not None)

    def _read(self, export_id: int) -> ExportRecord | None:
        lines = read_lines(self._folder / f"{export_id}.jsonl")
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
    """One journal that is being written."""

    def __init__(self, export_id: int, path: Path) -> None:
        self.id = export_id
        self._path = path

    def add_file(self, file: ExportedFile) -> None:
        """Note a file that is about to take its place."""
        self.add(
            name=file.name,
            sample=file.sample_id,
            source=file.source,
            size=file.size_bytes,
            hash=file.content_hash,
            **({} if file.span is None else {"span": file.span}),
        )

    def add_undone(self, name: str) -> None:
        """Note that a file was taken back."""
        self.add(undone=name)

    def add(self, **values: Any) -> None:
        """Append a line; it is safe when this returns, unless the system itself fails.

        Raises:
            OSError: It cannot be written, or not to its end.
        """
        append_line(self._path, values)


def is_below(name: str) -> bool:
    """Say whether a path of a record leads below the folder of its export."""
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
