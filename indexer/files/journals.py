"""Numbered journals of a library: one file of JSON lines for each export or run of a plan."""

from pathlib import Path

from db.errors import LibraryReadOnlyError, system_reason
from db.paths import display_text


class JournalFolder:
    """The journals of one kind, ``1.jsonl``, ``2.jsonl`` and so on.

    Args:
        folder: Folder that holds them; made when the first journal is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ids(self) -> list[int]:
        """Return the numbers of all journals, ascending."""
        return sorted(int(path.stem) for path in self.folder.glob("*.jsonl") if path.stem.isdecimal())

    def path(self, number: int) -> Path:
        """Return the file of a journal."""
        return self.folder / f"{number}.jsonl"

    def create(self) -> int:
        """Create an empty journal that no other process has; return its number.

        Raises:
            LibraryReadOnlyError: The folder cannot be written.
        """
        try:
            self.folder.mkdir(exist_ok=True)
            number = max(self.ids(), default=0) + 1
            while True:
                try:
                    self.path(number).open("xb").close()
                except FileExistsError:  # another process has just created it
                    number += 1
                else:
                    return number
        except OSError as error:
            raise LibraryReadOnlyError(
                f"The journal in {display_text(self.folder)} cannot be written: {system_reason(error)}."
            ) from error
