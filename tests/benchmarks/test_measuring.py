import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.figures import at_most, at_most_times, median_seconds, rate_at_least_times
from benchmarks.folders import audio_files, write_short_sounds, write_tiny_files
from benchmarks.index_profile import _Clock
from benchmarks.processes import children_cpu_seconds, run, watch_memory
from benchmarks.seeded import fill, random_vectors
from db.library import Library
from db.types import FileStat
from indexer.encoders.compact.model import INFO

_HOLD_IN_A_CHILD = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "import time; held = bytearray(b'x' * 80_000_000); time.sleep(1.5)"], check=True)
"""


def test_contestants_take_turns() -> None:
    order: list[str] = []
    medians = median_seconds({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, n_rounds=3)
    assert order == ["a", "b"] * 3
    assert set(medians) == {"a", "b"}


def test_time_is_read_from_the_clock_that_is_given() -> None:
    clock = iter([0.0, 1.0, 1.0, 6.0, 6.0, 8.0])
    assert median_seconds({"a": lambda: None}, n_rounds=3, clock=lambda: next(clock)) == {"a": 2.0}


def test_processor_time_of_children_is_counted() -> None:
    began = children_cpu_seconds()
    run([sys.executable, "-c", "sum(range(2_000_000))"])
    assert children_cpu_seconds() > began


def test_a_command_runs_with_the_code_of_its_checkout(tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text("print('theirs')")
    assert run([sys.executable, "-m", "told"], tmp_path) == "theirs\n"


def test_a_target_is_met_at_its_limit_and_missed_beyond() -> None:
    assert at_most("x", 2.0, "s", 2.0).is_met
    assert not at_most("x", 2.1, "s", 2.0).is_met
    assert at_most_times("x", 6.0, "s", "find", 3.0, 2).is_met
    assert not at_most_times("x", 6.1, "s", "find", 3.0, 2).is_met
    figure = rate_at_least_times("x", 150.0, "baseline", 5.0, 30)
    assert figure.is_met
    assert figure.ratio == 30.0


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from Linux's /proc")
def test_memory_of_children_is_counted() -> None:
    used_bytes = watch_memory([sys.executable, "-c", _HOLD_IN_A_CHILD], every_seconds=0.1)
    assert max(used_bytes) > 80e6


def test_a_failed_command_says_why() -> None:
    with pytest.raises(RuntimeError, match="no such luck"):
        run([sys.executable, "-c", "raise SystemExit('no such luck')"])


def test_short_sounds_differ(tmp_path: Path) -> None:
    write_short_sounds(tmp_path, 12)
    contents = {path.read_bytes() for path in audio_files([tmp_path])}
    assert len(contents) == 12


def test_a_seeded_library_holds_what_was_put_in(tmp_path: Path) -> None:
    paths = write_tiny_files(tmp_path / "sounds", 30)
    with Library.create(tmp_path / "library") as library:
        relpaths = [str(path.relative_to(tmp_path / "sounds")) for path in paths]
        vectors = fill(library, tmp_path / "sounds", relpaths, [FileStat(1, 1)] * 30)
        index = library.vectors(INFO)
        ids, scores = index.search(vectors[7], 1)
        assert index.n == 30
        assert library.find_sample_id(paths[7]) == ids[0]
        assert scores[0] > 0.999


def test_random_vectors_are_unit_rows() -> None:
    assert np.allclose(np.linalg.norm(random_vectors(50, 16), axis=1), 1.0, atol=1e-5)


def test_time_inside_another_stage_is_counted_once() -> None:
    clock = _Clock()
    inner = clock.timed("inner", lambda: sum(range(200_000)))
    outer = clock.timed("outer", lambda: iter([inner()]))
    assert outer() == (sum(range(200_000)),)
    assert clock.seconds["inner"] > clock.seconds["outer"] >= 0
