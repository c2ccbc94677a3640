"""A disk that fills up while a library is made: no file may grow beyond a limit, as `ulimit -f` sets it."""

import subprocess
import sys
from pathlib import Path

import pytest

from db.library import Library

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
