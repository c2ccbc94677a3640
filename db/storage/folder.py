"""A library in a folder: one SQLite file, an exact index of vectors in memory, and a lock file."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from db.engines.sqlite import FILE_NAME, SqliteDatabase
from db.engines.sqlite.lock import WriterTurn
from db.errors import LibraryError
from db.paths import display_text
from db.schema.sqlite.upgrade import create_database, has_database, prepare_database
from db.types import EncoderInfo
from db.vectors.flat_index import VectorIndex
from db.vectors.store import VectorStore


class FolderStorage:
    """`db.storage.base.Storage` of a library in a folder, which is opened already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = display_text(folder)
        self.longest_path: int | None = None
        self.database = SqliteDatabase(folder / FILE_NAME)
        self._vectors = VectorStore(self.database)
        self._turn = WriterTurn(folder)

    def vectors(self, encoder: EncoderInfo) -> VectorIndex:
        return self._vectors.get(encoder)

    def take_turn(self) -> AbstractContextManager[None]:
        return self._turn.take()

    def share_turn(self) -> AbstractContextManager[None]:
        return self._turn.share()

    def read_document(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def write_document(self, name: str, content: bytes | None) -> None:
        path = self.folder / name
        if content is None:
            path.unlink(missing_ok=True)
            return
        content.decode("utf-8")
        temporary = path.with_name(f"{name}.new")
        temporary.write_bytes(content)
        temporary.replace(path)

    def back_up(self) -> Path | None:
        from db.schema.sqlite.backup import back_up  # who only reads starts without it

        return back_up(self.folder)

    def count_bytes(self, transaction: Any) -> int:
        return self.database.path.stat().st_size

    def find_faults(self, transaction: Any) -> list[str]:
        return self._vectors.find_faults(transaction)


def open_folder(folder: Path) -> FolderStorage:
    """Open the library in a folder, upgrading one that an older earmark made.

    Raises:
        LibraryError: There is none, it is damaged, or a newer earmark made it.
    """
    if not has_database(folder):
        raise LibraryError(f"There is no library in {display_text(folder)} yet. Make one with: earmark index FOLDER")
    prepare_database(folder)
    return FolderStorage(folder)


def create_folder(folder: Path) -> FolderStorage:
    """Open the library in a folder; make folder and library where they are missing.

    Raises:
        LibraryError: The folder cannot be written, or holds something else.
    """
    if not has_database(folder):
        create_database(folder)
    return open_folder(folder)
