"""A disk that fills up while a library is made: no file may grow beyond a limit, as `ulimit -f` sets it."""

import subprocess
import sys
from pathlib import Path

import pytest

from db.library import Library
from db.schema.sqlite.backup import back_up

resource = pytest.importorskip("resource", reason="the system knows no limits")

_CREATE = """
import resource, signal, sys
from pathlib import Path
from db.errors import LibraryError
from db.library import Library
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing fails instead, as on a full disk
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    Library.create(Path(sys.argv[1])).close()
except LibraryError as error:
    sys.exit(str(error))
"""

_BACK_UP = """
import resource, signal, sys
from pathlib import Path
from db.errors import UsageError
from db.schema.sqlite.backup import back_up
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    back_up(Path(sys.argv[1]), Path(sys.argv[2]))
except UsageError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("limit_bytes", [0, 20_000, 200_000, 900_000])
def test_a_library_that_finds_no_room_is_not_made_and_is_made_when_there_is(tmp_path: Path, limit_bytes: int) -> None:
    folder = tmp_path / "library"
    command = [sys.executable, "-c", _CREATE, str(folder), str(limit_bytes)]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert tried.returncode == 1
    assert tried.stderr.startswith(("The library in ", "No library can be made in "))
    assert [path.name for path in folder.iterdir() if path.name.startswith("earmark.db")] == []
    with Library.create(folder) as library:
        assert library.check() == []
        assert library.stats().n_files == 0


@pytest.mark.parametrize("limit_bytes", [0, 1000, 60_000])
def test_a_backup_that_finds_no_room_blames_its_own_place_and_is_made_when_there_is(
    tmp_path: Path, limit_bytes: int
) -> None:
    Library.create(tmp_path / "library").close()
    (tmp_path / "disk").mkdir()
    target = tmp_path / "disk" / "mine.zip"
    own = [tmp_path / "disk" / f"mine.zip.{suffix}" for suffix in ("db", "part")]
    for path in own:
        path.write_text("mine")
    command = [sys.executable, "-c", _BACK_UP, str(tmp_path / "library"), str(target), str(limit_bytes)]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert tried.returncode == 1
    assert tried.stderr.startswith(f"{target} cannot be written: ")
    assert [path.read_text() for path in own] == ["mine", "mine"]
    assert sorted((tmp_path / "disk").iterdir()) == own
    assert back_up(tmp_path / "library", target) == target
    assert [path.read_text() for path in own] == ["mine", "mine"]
