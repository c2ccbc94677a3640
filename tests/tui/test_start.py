"""`earmark search` answers at once: what costs time to import is not imported."""

import subprocess
import sys
from pathlib import Path

from tests.tui.conftest import Shelf

HEAVY = "torch laion_clap librosa numba alembic scipy textual transformers pandas matplotlib sklearn"
NOT_SEARCHED = "duplicates facets map_points marks overview tagging_inputs tags".split()
SCRIPT = """
import sys
from tui.main import main
sys.argv[0] = "earmark"
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""

COLLECTOR = """
import atexit, gc, sys
from tui.main import main
sys.argv[0] = "earmark"
before = sum(generation["collections"] for generation in gc.get_stats())
def report():
    after = sum(generation["collections"] for generation in gc.get_stats())
    print(after - before, gc.get_freeze_count(), len(gc.get_objects()), file=sys.stderr)
atexit.register(report)
main()
"""

SCREEN = """
import sys
from pathlib import Path
from db.library import Library
from indexer.encoders.registry import BUILT_IN
from tests.tui.app.driving import drive, to_list
from tui import main
from tui.app import launch
from tui.app.app import EarmarkApp
from tui.workspace.session import Session

with Library.open(Path(sys.argv[1])) as library:
    session = Session(library, BUILT_IN)
    drive(EarmarkApp(session, Path(sys.argv[2])), to_list)
    session.close()
print(*sys.modules, file=sys.stderr)
"""


def last_line_of(script: str, *args: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *args], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1].split()


def modules_after(*args: str, script: str = SCRIPT) -> set[str]:
    return set(last_line_of(script, *args))


def test_a_search_loads_nothing_heavy(shelf: Shelf) -> None:
    loaded = modules_after("--library", str(shelf.library), "search", "kick", "--json")
    assert "indexer.search.service" in loaded
    assert {name for name in loaded if name.startswith("tui.commands.")} == {
        "tui.commands.table",
        "tui.commands.search",
    }
    assert not loaded & {*HEAVY.split(), "indexer.ingest.observe", "indexer.tagging.taxonomy"}
    assert "indexer.encoders.process" not in loaded
    assert not any(name.startswith("db.write.") for name in loaded)
    assert not loaded & {f"db.read.{name}" for name in NOT_SEARCHED}
    assert not any(name.startswith("rich") for name in loaded)


def test_what_is_like_a_known_sound_loads_nothing_heavy(shelf: Shelf) -> None:
    loaded = modules_after("--library", str(shelf.library), "similar", str(shelf.kick))
    assert not loaded & set(HEAVY.split())


def test_a_search_never_waits_for_the_garbage_collector(shelf: Shelf) -> None:
    line = last_line_of(COLLECTOR, "--library", str(shelf.library), "search", "kick")
    n_collections, n_frozen, n_left = map(int, line)
    assert n_collections == 0
    assert n_frozen > 100 * n_left  # at the end, what is frozen is not looked at


def test_the_doctor_loads_no_torch_unless_asked(shelf: Shelf) -> None:
    assert "torch" not in modules_after("--library", str(shelf.library), "doctor")


def test_help_loads_neither_numbers_nor_tables() -> None:
    loaded = modules_after("--help")
    assert not loaded & {*HEAVY.split(), "numpy", "sqlalchemy", "faiss", "rich"}


def test_the_first_screen_loads_neither_torch_nor_what_other_screens_and_commands_need(
    shelf: Shelf, tmp_path: Path
) -> None:
    loaded = modules_after(str(shelf.library), str(tmp_path / "state.json"), script=SCREEN)
    assert "tui.app.screens.browse" in loaded
    assert loaded & {*HEAVY.split(), "sqlalchemy"} == {"textual"}
    assert not loaded & {f"tui.app.screens.{mode}" for mode in ("blend", "map", "folders")}
    assert {name for name in loaded if name.startswith("tui.commands.")} == {"tui.commands.table"}
    assert not any(name.startswith("indexer.encoders.laion") for name in loaded)
