"""Files on a cluster: how they are cut into chunks, and what comes back."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from db.errors import ModelError
from indexer.ingest.cluster import embed as module
from indexer.ingest.cluster.embed import EmbedOnCluster, TakeChunk, _Chunks
from indexer.ingest.decode_and_embed import EmbeddedSound, decode_and_embed
from indexer.ingest.worker_pool import Task
from tests.fakes import FakeEncoder
from tests.indexer.ingest.tasks import tasks_of
from tests.sounds import kick, write_demo_sounds, write_sound


class FakeCluster:
    """Embeds in this process, with two actors of one core each."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []  # keys of each chunk

    def run(self, take: TakeChunk, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        while not cancelled() and (chunk := take(1, 2)) is not None:
            tasks = pickle.loads(chunk)
            self.sent.append([task.key for task in tasks])
            yield pickle.dumps(self.answer(tasks))

    def answer(self, tasks: Sequence[Task]) -> list[EmbeddedSound]:
        return list(chain.from_iterable(decode_and_embed(tasks, FakeEncoder(), n_workers=1)))


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


def sizes(n_tasks: int, *, n_cores: int, n_cores_of_all: int) -> list[int]:
    chunks = _Chunks(Task(key, b"") for key in range(n_tasks))
    found = []
    while (chunk := chunks.take(n_cores, n_cores_of_all)) is not None:
        found.append(len(pickle.loads(chunk)))
    assert sum(found) == n_tasks == len(chunks.under_way)
    return found


def test_chunks_are_as_large_as_cores_need_and_become_smaller_at_the_end() -> None:
    found = sizes(2016, n_cores=1, n_cores_of_all=2)
    assert found[:20] == [64] * 20
    assert found == sorted(found, reverse=True)
    assert found[-3] == 16
    assert sizes(20_000, n_cores=8, n_cores_of_all=16)[:10] == [512] * 10


def test_of_few_files_every_actor_gets_some_and_of_none_there_is_no_chunk() -> None:
    assert sizes(3, n_cores=1, n_cores_of_all=2) == [1, 1, 1]
    assert sizes(500, n_cores=8, n_cores_of_all=80) == [25] * 20
    assert sizes(0, n_cores=1, n_cores_of_all=2) == []


def test_after_ctrl_c_nothing_more_is_sent(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_FILES", 4)
    cluster = FakeCluster()
    found = embedded(cluster, paths, cancelled=lambda: bool(cluster.sent))
    assert [item.key for item in found] == cluster.sent[0]
    assert len(cluster.sent) == 1


def test_tasks_are_taken_as_they_are_needed() -> None:
    n_drawn = 0

    def draw() -> Iterator[Task]:
        nonlocal n_drawn
        for key in range(10_000):
            n_drawn += 1
            yield Task(key, b"")

    chunks = _Chunks(draw())
    chunks.take(1, 2)
    chunks.take(1, 2)
    assert n_drawn == 320
