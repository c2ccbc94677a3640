"""Backups: online, verified, rotated, and put back."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engines.sqlite import FILE_NAME
from db.errors import LibraryBusyError, LibraryError, UsageError
from db.library import Library
from db.schema.sqlite import backup as backups
from db.schema.sqlite.backup import back_up, list_backups, restore
from db.schema.sqlite.repair import repair
from db.types import Annotation, Root
from tests.db.factories import ENCODER, get_id, observed, record


@pytest.fixture
def rated(library: Library, root: Root) -> Library:
    """Return a library with a rated sound."""
    record(library, root, observed("kick.wav"), observed("snare.wav"))
    (library.folder / "taxonomy.toml").write_text("# mine")
    with library.edits() as edits:
        edits.set_annotations({get_id(library, root, "kick.wav"): Annotation(5, "mine")})
    return library


def stars(folder: Path) -> list[int]:
    with Library.open(folder) as library:
        return [each.annotation.stars for each in library.marks()]


def test_a_library_comes_back_as_it_was(rated: Library, root: Root) -> None:
    with rated.writer() as writer:  # made while another thread writes
        made = back_up(rated.folder)
        writer.set_annotations({get_id(rated, root, "kick.wav"): Annotation(1)})
    rated.close()
    before = restore(rated.folder, made)
    assert stars(rated.folder) == [5]
    assert before is not None
    assert before.exists()
    assert list(rated.folder.glob("vectors-*.cache")) == []
    with Library.open(rated.folder) as library:
        assert library.check() == []


def test_a_library_is_made_anew_from_a_backup_elsewhere(rated: Library, tmp_path: Path) -> None:
    made = back_up(rated.folder, tmp_path / "disk" / "mine.zip")
    assert restore(tmp_path / "new", made) is None
    assert stars(tmp_path / "new") == [5]
    assert (tmp_path / "new" / "taxonomy.toml").read_text() == "# mine"


def test_the_newest_seven_are_kept(rated: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        place = rated.folder / "backups" / f"earmark-20260101-00000{number}.zip"
        monkeypatch.setattr(backups, "_new_place", lambda _, place=place: place)
        back_up(rated.folder)
    names = [one.path.name for one in list_backups(rated.folder)]
    assert names == [f"earmark-20260101-00000{number}.zip" for number in range(8, 1, -1)]
    assert len(list((rated.folder / "backups").iterdir())) == 7


def test_a_backup_overwrites_nothing(rated: Library, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        back_up(rated.folder, tmp_path / "mine.zip")
    assert (tmp_path / "mine.zip").read_bytes() == b"mine"


@pytest.mark.parametrize("damage", ["cut", "text", "other", "database", "gone"])
def test_a_damaged_backup_changes_nothing(damage: str, rated: Library, tmp_path: Path) -> None:
    made = back_up(rated.folder, tmp_path / "mine.zip")
    content = made.read_bytes()
    made.unlink()
    if damage == "cut":
        made.write_bytes(content[:-200])
    elif damage == "text":
        made.write_text("mine")
    elif damage in {"other", "database"}:
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("earmark.db" if damage == "database" else "../earmark.db", b"SQLite format 3\0" * 500)
    rated.close()
    with pytest.raises((UsageError, LibraryError), match=r"damaged|no such file"):
        restore(rated.folder, made)
    assert stars(rated.folder) == [5]
    assert list(rated.folder.glob("*.restored*")) == []


def test_nothing_is_restored_while_somebody_writes(rated: Library) -> None:
    made = back_up(rated.folder)
    with rated.writer(), pytest.raises(LibraryBusyError):
        restore(rated.folder, made)


@pytest.mark.parametrize("replace", [restore, lambda folder, _: repair(folder)], ids=["restore", "repair"])
def test_a_library_that_was_replaced_while_it_was_open_takes_nothing_more(
    replace: Callable[[Path, Path], object], rated: Library, root: Root
) -> None:
    kick = get_id(rated, root, "kick.wav")
    rated.vectors(ENCODER)
    replace(rated.folder, back_up(rated.folder))
    with pytest.raises(LibraryError, match="was replaced"), rated.edits() as edits:
        edits.set_annotations({kick: Annotation(4)})
    with pytest.raises(LibraryError, match="was replaced"):
        rated.annotations([kick])
    with pytest.raises(LibraryError, match="was replaced"):  # nor are the vectors in memory those of the new one
        rated.vectors(ENCODER)
    with Library.open(rated.folder) as library:
        with library.edits() as edits:
            edits.set_annotations({kick: Annotation(3)})
        rated.close()  # leaves the log of the new one alone
        assert stars(rated.folder) == [3]


@pytest.mark.parametrize("is_restored", [True, False])
def test_a_log_that_lost_its_database_is_not_applied_to_the_next(
    is_restored: bool, rated: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(rated.folder)
    rename = Path.rename

    def die_at_the_log(path: Path, target: Path) -> Path:
        if path.name.endswith("-wal"):
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", die_at_the_log)
        with pytest.raises(KeyboardInterrupt):
            restore(rated.folder, made)
    assert (rated.folder / "earmark.db-wal").stat().st_size > 0
    with pytest.raises(LibraryError, match="no library"):  # rather than one without its last commits
        Library.open(rated.folder)
    if is_restored:
        restore(rated.folder, made)
    with Library.create(rated.folder) as library:
        assert library.check() == []
        assert len(library.marks()) == is_restored
    assert len(list(rated.folder.glob("earmark.db.before-*-wal"))) == 1


def test_a_damaged_library_is_not_backed_up(rated: Library) -> None:
    rated.close()
    path = rated.folder / "earmark.db"
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = os.urandom(len(content) - len(content) // 2)
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="damaged"):
        back_up(rated.folder)
    assert list_backups(rated.folder) == []


def test_a_library_in_a_folder_without_write_rights_is_backed_up(
    rated: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated.close()
    log = rated.folder / f"{FILE_NAME}-wal"
    log.unlink(missing_ok=True)
    log.mkdir()  # SQLite cannot make its file, as where it may not
    with pytest.raises(UsageError):
        back_up(rated.folder, tmp_path / "first.zip")
    monkeypatch.setattr("db.schema.sqlite.backup.is_writable", lambda _: False)
    assert back_up(rated.folder, tmp_path / "second.zip").stat().st_size
