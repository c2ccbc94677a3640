"""Files on a cluster: each comes back once, whatever becomes of the machines."""

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from db.errors import ModelError, ProblemError
from indexer.ingest.cluster import embed as module
from indexer.ingest.cluster.embed import ClusterLostError, EmbedOnCluster
from indexer.ingest.decode_and_embed import EmbeddedSound, decode_and_embed
from indexer.ingest.worker_pool import Task
from tests.fakes import FakeEncoder
from tests.sounds import kick, write_demo_sounds, write_sound


class FakeCluster:
    """Embeds in this process, and loses what it is told to lose.

    Args:
        n_answers: How many chunks each run answers before it is lost; None for all.
    """

    n_actors = 2
    n_cores = 1

    def __init__(self, n_answers: Sequence[int] = ()) -> None:
        self.sent: list[list[int]] = []  # keys of each chunk
        self._n_answers = list(n_answers)

    def run(self, chunks: Sequence[bytes]) -> Iterator[bytes]:
        is_lost = bool(self._n_answers)
        for chunk in chunks[: self._n_answers.pop(0)] if is_lost else chunks:
            tasks = pickle.loads(chunk)
            self.sent.append([task.key for task in tasks])
            yield pickle.dumps(self.answer(tasks))
        if is_lost:
            raise ClusterLostError("a machine died")

    def answer(self, tasks: Sequence[Task]) -> list[EmbeddedSound]:
        return list(chain.from_iterable(decode_and_embed(tasks, FakeEncoder(), n_workers=1)))


def tasks_of(paths: Sequence[Path]) -> list[Task]:
    return [Task(key, os.fsencode(path)) for key, path in enumerate(paths)]


def embedded(
    cluster: FakeCluster, paths: Sequence[Path], cancelled: Callable[[], bool] = lambda: False
) -> list[EmbeddedSound]:
    found = EmbedOnCluster(cluster)(
        tasks_of(paths), FakeEncoder(), cancelled=cancelled, find_embedded=lambda _: frozenset()
    )
    return list(chain.from_iterable(found))


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return write_demo_sounds(tmp_path)[:12]


def test_vectors_are_those_of_a_local_run(paths: list[Path]) -> None:
    here = {item.key: item for item in chain.from_iterable(decode_and_embed(tasks_of(paths), FakeEncoder()))}
    there = {item.key: item for item in embedded(FakeCluster(), paths)}
    assert there.keys() == here.keys()
    for key, item in there.items():
        assert np.array_equal(item.vector, here[key].vector)
        assert item.sound.audio_hash == here[key].sound.audio_hash


def test_what_a_lost_machine_had_is_embedded_again_and_nothing_else(paths: list[Path]) -> None:
    cluster = FakeCluster(n_answers=[2, 1])
    found = embedded(cluster, paths)
    assert sorted(item.key for item in found) == list(range(12))
    assert sorted(chain.from_iterable(cluster.sent)) == list(range(12))


def test_a_chunk_that_is_answered_twice_is_taken_once(paths: list[Path]) -> None:
    class Repeating(FakeCluster):
        def run(self, chunks: Sequence[bytes]) -> Iterator[bytes]:
            for answer in super().run(chunks):
                yield answer
                yield answer

    assert sorted(item.key for item in embedded(Repeating(), paths)) == list(range(12))


def test_a_cluster_that_is_gone_ends_the_run_with_a_sentence(paths: list[Path]) -> None:
    with pytest.raises(ProblemError, match=r"embeds nothing more \(a machine died\).*the same command goes on"):
        embedded(FakeCluster(n_answers=[0, 0, 0, 0]), paths)


def test_a_cluster_that_forgets_files_is_not_asked_forever(paths: list[Path]) -> None:
    class Forgetful(FakeCluster):
        def answer(self, tasks: Sequence[Task]) -> list[EmbeddedSound]:
            return super().answer([task for task in tasks if task.key])

    with pytest.raises(ProblemError, match="without an answer"):
        embedded(Forgetful(), paths)


def test_error_of_a_machine_ends_the_run(paths: list[Path]) -> None:
    class Broken(FakeCluster):
        def answer(self, tasks: Sequence[Task]) -> ModelError:
            return ModelError("The weights are gone: reinstall earmark.")

    with pytest.raises(ModelError, match="weights are gone"):
        embedded(Broken(), paths)


def test_bad_file_costs_that_file(tmp_path: Path) -> None:
    good = write_sound(tmp_path / "good.wav", kick())
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"RIFF")
    found = {item.key: item.error for item in embedded(FakeCluster(), [good, bad])}
    assert found[0] is None
    assert found[1][0] in {"damaged", "not-audio"}


def test_a_file_that_only_the_other_machine_misses_is_a_problem(tmp_path: Path, paths: list[Path]) -> None:
    class Blind(FakeCluster):
        def answer(self, tasks: Sequence[Task]) -> list[EmbeddedSound]:
            return [EmbeddedSound(task.key, None, None, ("gone", "It was gone.")) for task in tasks]

    found = {item.key: item.error[0] for item in embedded(Blind(), [paths[0], tmp_path / "removed.wav"])}
    assert found == {0: "unreadable", 1: "gone"}


def test_known_sounds_come_without_a_vector(paths: list[Path]) -> None:
    found = EmbedOnCluster(FakeCluster())(
        tasks_of(paths), FakeEncoder(), cancelled=lambda: False, find_embedded=lambda hashes: hashes
    )
    assert [item.vector for item in chain.from_iterable(found)] == [None] * 12


def test_every_actor_has_work_and_no_chunk_is_empty(paths: list[Path]) -> None:
    cluster = FakeCluster()
    embedded(cluster, paths)
    assert [len(keys) for keys in cluster.sent] == [2] * 6


def test_after_ctrl_c_nothing_more_is_sent(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WINDOW_CHUNKS", 1)
    monkeypatch.setattr(module, "_CHUNK_FILES", 4)
    cluster = FakeCluster()
    found = embedded(cluster, paths, cancelled=lambda: bool(cluster.sent))
    assert [item.key for item in found] == cluster.sent[0]
    assert len(cluster.sent) == 1


def test_tasks_are_taken_window_by_window(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WINDOW_CHUNKS", 1)
    monkeypatch.setattr(module, "_CHUNK_FILES", 4)
    n_drawn = 0

    def draw() -> Iterator[Task]:
        nonlocal n_drawn
        for task in tasks_of(paths):
            n_drawn += 1
            yield task

    found = EmbedOnCluster(FakeCluster())(
        draw(), FakeEncoder(), cancelled=lambda: False, find_embedded=lambda _: frozenset()
    )
    first = next(found)
    assert n_drawn == 4
    assert len(first) + len(list(chain.from_iterable(found))) == n_drawn == 12
