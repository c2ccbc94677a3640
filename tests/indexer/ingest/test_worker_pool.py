"""Decoding in processes: nothing is lost, and what goes wrong costs one file."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import indexer
from db.errors import ProblemError
from indexer.ingest import worker_pool
from indexer.ingest.observe import read_sound
from indexer.ingest.worker import time_limit
from indexer.ingest.worker_pool import DecodePool, Result, Task
from tests.damage import write_evil
from tests.indexer.ingest.tasks import tasks_of
from tests.sounds import kick, write_library, write_sound


@pytest.fixture
def misbehaving(monkeypatch):
    monkeypatch.setattr(worker_pool, "_WORKER", "tests.indexer.ingest.misbehaving_worker")


def outcomes(pool: DecodePool, paths: list[Path]) -> dict[str, str]:
    results = list(pool.map(tasks_of(paths)))
    assert len(results) == len(paths)
    return {paths[result.key].name: result.error[0] if result.error else "ok" for result in results}


def sounds(folder: Path, *names: str) -> list[Path]:
    return [write_sound(folder / f"{name}.wav", kick()) for name in names]


def test_results_are_those_of_reading_in_this_process(tmp_path):
    paths = sorted(write_library(tmp_path).iterdir())
    with DecodePool(2) as pool:
        results = list(pool.map(tasks_of(paths)))
    assert sorted(result.key for result in results) == list(range(len(paths)))
    for result in results:
        expected = read_sound(paths[result.key])
        assert result.sound.file_hash == expected.file_hash
        assert result.sound.features == expected.features
        np.testing.assert_array_equal(result.sound.waveform, expected.waveform)


def test_known_content_comes_back_without_a_waveform(tmp_path):
    (path,) = sounds(tmp_path, "kick")
    file_hash = read_sound(path).file_hash
    with DecodePool(1) as pool:
        (result,) = pool.map([Task(7, os.fsencode(path), (file_hash,))])
    assert (result.key, result.sound.file_hash, result.sound.waveform) == (7, file_hash, None)


def test_every_trap_costs_one_file(tmp_path):
    expected = write_evil(tmp_path)
    with DecodePool(2) as pool:
        assert outcomes(pool, [tmp_path / name for name in expected]) == expected


def test_hang_costs_one_file_and_the_ones_behind_it_are_read(tmp_path, misbehaving):
    paths = sounds(tmp_path, "a", "hang", "b", "c", "d")
    with DecodePool(1, seconds_per_file=2) as pool:
        expected = {"a.wav": "ok", "hang.wav": "too-slow", "b.wav": "ok", "c.wav": "ok", "d.wav": "ok"}
        assert outcomes(pool, paths) == expected


def test_large_files_may_take_longer(tmp_path):
    path = tmp_path / "night.wav"
    with path.open("wb") as file:
        file.truncate(1 << 30)  # sparse
    assert time_limit([Task(0, os.fsencode(path))], 30.0) == pytest.approx(137, abs=1)
    assert time_limit([Task(0, b"gone.wav")], 30.0) == 30.0


def test_crash_costs_one_file_and_the_ones_behind_it_are_read(tmp_path, misbehaving):
    paths = sounds(tmp_path, "a", "crash1", "crash2", "b", "crash3", "c")
    with DecodePool(2) as pool:
        found = outcomes(pool, paths)
    assert found == {path.name: "crashed" if "crash" in path.name else "ok" for path in paths}


def test_crash_or_hang_in_a_pack_costs_the_file_that_it_is_due_to(tmp_path, misbehaving):
    paths = sounds(tmp_path, "a", "b", "crash1", "c", "hang", "d", "crash2", "bug", "e")
    with DecodePool(1, seconds_per_file=2, n_in_pack=4) as pool:
        found = outcomes(pool, paths)
    expected = {"crash1": "crashed", "crash2": "crashed", "bug": "crashed", "hang": "too-slow"}
    assert found == {path.name: expected.get(path.stem, "ok") for path in paths}


def fail_with_b(results: list[Result]) -> list[Result]:
    """Fail as nobody foresaw, with every pack that holds the second file."""
    if any(result.key == 1 for result in results):
        raise ZeroDivisionError
    return [replace(result, value=len(results)) for result in results]


def test_failure_behind_decoding_costs_the_file_that_it_is_due_to(tmp_path):
    tasks = [replace(task, finish=fail_with_b) for task in tasks_of(sounds(tmp_path, *"abcdef"))]
    with DecodePool(1, n_in_pack=3) as pool:
        found = sorted(pool.map(tasks), key=lambda result: result.key)
    assert [result.error and result.error[0] for result in found] == [None, "crashed", None, None, None, None]
    assert [result.value for result in found] == [1, None, 1, 3, 3, 3]


def test_large_files_are_no_pack(tmp_path):
    tasks = [replace(task, finish=fail_with_b, size_bytes=3 << 20) for task in tasks_of(sounds(tmp_path, *"axcde"))[2:]]
    with DecodePool(1, n_in_pack=3) as pool:
        assert [result.value for result in pool.map(tasks)] == [2, 2, 1]


def test_bug_of_ours_costs_one_file(tmp_path, misbehaving):
    with DecodePool(1) as pool:
        assert outcomes(pool, sounds(tmp_path, "bug", "a")) == {"bug.wav": "crashed", "a.wav": "ok"}


def test_slow_consumer_is_no_slow_file(tmp_path):
    with DecodePool(1, seconds_per_file=1) as pool:
        results = pool.map(tasks_of(sounds(tmp_path, "a", "b", "c")))
        first = next(results)
        time.sleep(1.1)
        assert [result.error for result in (first, *results)] == [None] * 3


def test_tasks_are_drawn_as_they_fit(tmp_path):
    n_drawn = 0

    def draw():
        nonlocal n_drawn
        for task in tasks_of(sounds(tmp_path, *"abcdefghij")):
            n_drawn += 1
            yield task

    with DecodePool(2, n_ahead=2) as pool:
        results = pool.map(draw())
        next(results)
        assert n_drawn <= 5
        assert len(list(results)) == 9


def test_pool_can_be_used_again_after_a_map_that_was_left_early(tmp_path):
    paths = sounds(tmp_path, *"abcdef")
    with DecodePool(2) as pool:
        results = pool.map(tasks_of(paths))
        next(results)
        results.close()
        assert set(outcomes(pool, paths).values()) == {"ok"}


def test_no_task_starts_no_process(monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    with DecodePool(2) as pool:
        assert list(pool.map([])) == []


def test_stop_ends_a_running_map_from_another_thread(tmp_path, misbehaving):
    with DecodePool(1) as pool:
        timer = threading.Timer(0.5, pool.stop)
        timer.start()
        started_at = time.monotonic()
        assert list(pool.map(tasks_of(sounds(tmp_path, "hang", "hang2")))) == []
        assert time.monotonic() - started_at < 10
        timer.join()


def test_worker_that_cannot_start_is_no_fault_of_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_pool, "_WORKER", "tests.no_such_module")
    with DecodePool(1) as pool, pytest.raises(ProblemError, match="does not start"):
        list(pool.map(tasks_of(sounds(tmp_path, "a"))))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_reaches_only_the_program(tmp_path):
    """A terminal sends SIGINT to the whole group of the program."""
    with DecodePool(1) as pool:
        results = pool.map(tasks_of(sounds(tmp_path, "a", "b", "c")))
        next(results)
        (worker,) = pool._workers
        assert os.getpgid(worker._process.pid) != os.getpgrp()
        assert len(list(results)) == 2


# A script without a guard for its main part: a worker that imported it would start workers in turn.
_UNGUARDED_SCRIPT = """
import os, sys
from indexer.ingest.worker_pool import DecodePool, Task
print("started", flush=True)
with DecodePool(1) as pool:
    results = pool.map([Task(0, os.fsencode(sys.argv[1]))] * 100_000)
    print(next(results).error, pool._workers[0]._process.pid, flush=True)
    for result in results:
        pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_workers_do_not_run_the_program_and_die_with_it(tmp_path):
    (path,) = sounds(tmp_path, "a")
    script = tmp_path / "numpy.py"  # in the user's folder, and named to be imported by mistake
    script.write_text(_UNGUARDED_SCRIPT)
    environment = os.environ | {"PYTHONPATH": str(Path(indexer.__file__).parents[1]), "PYTHONSAFEPATH": "1"}
    program = subprocess.Popen(
        [sys.executable, script, path], stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    )
    with program:
        assert program.stdout.readline() == "started\n"
        error, worker_pid = program.stdout.readline().split()
        assert error == "None"
        program.send_signal(signal.SIGKILL)
    assert wait_for_end(int(worker_pid))


def wait_for_end(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if (
            Path(f"/proc/{pid}/stat").exists()
            and Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] == "Z"
        ):
            return True  # ended; nobody here reaps orphans
        time.sleep(0.05)
    return False
