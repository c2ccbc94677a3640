from pathlib import Path

from benchmarks.kill import KillReport, kill_often
from tests.sounds import write_demo_sounds
from tests.trees import tree_hash

FAKE_ENCODER = """
import contextlib
from tests.fakes import FakeEncoder
make_encoder = lambda: contextlib.nullcontext(FakeEncoder())
"""


def test_kill_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    for number in range(2):
        write_demo_sounds(tmp_path / "sounds" / str(number), seed=number)
    before = tree_hash(tmp_path / "sounds")
    (tmp_path / "work").mkdir()
    report = kill_often(tmp_path / "sounds", 4, make_encoder=FAKE_ENCODER, work_dir=tmp_path / "work")
    assert report == KillReport(n_kills=4, n_finished=report.n_finished)
    assert tree_hash(tmp_path / "sounds") == before
