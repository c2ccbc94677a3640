"""Opening a library is quick: what is heavy comes with its first use."""

import subprocess
import sys

from db.library import Library
from tests.db.conftest import ONLY_IN_FOLDERS

LATER = "duplicates facets map_points marks tagging_inputs tags".split()  # with the records that they return
OPEN = """
import sys
from pathlib import Path
from db.library import Library
with Library.open(Path(sys.argv[1])) as library:
    library.stats()
    library.filter_ids([])
print(*sys.modules, sep="\\n")
"""


@ONLY_IN_FOLDERS
def test_opening_imports_nothing_heavy(library: Library) -> None:
    run = subprocess.run(
        [sys.executable, "-c", OPEN, str(library.folder)], capture_output=True, text=True, check=True, timeout=60
    )
    heavy = {"alembic", "faiss", "sqlalchemy", "torch", "indexer", "tui"}
    loaded = set(run.stdout.split())
    assert heavy & loaded == set()
    assert "db.read.samples" in loaded
    assert {f"db.read.{name}" for name in LATER} & loaded == set()
    assert not any(name.startswith("db.write.") for name in loaded)
