"""Actors on the machines of a cluster, with a fake of Ray: every chunk is answered, whatever becomes of machines."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from db.errors import ProblemError
from indexer.ingest.cluster import actors as module
from indexer.ingest.cluster.actors import Actors, Share
from indexer.ingest.cluster.machine import Job

JOB = Job("0.1.0", "compact", "compact-6/8/48000/whole", "/models", ())


class RayError(Exception):
    """As Ray raises where an actor or an answer is gone."""


class Machine:
    """Answers chunks by their names.

    Args:
        name: Its own.
        n_answers: It dies at the next chunk after so many; None for never.
        fault: Why it cannot do the job.
        is_taken: Its cores have other work, and an actor never starts.
        shares: How it is shared out.
    """

    def __init__(
        self,
        name: str,
        *,
        n_answers: int | None = None,
        fault: str | None = None,
        is_taken: bool = False,
        shares: Sequence[Share] = (Share(1),),
    ) -> None:
        self.name = name
        self.fault = fault
        self.is_taken = is_taken
        self.shares = shares
        self.is_alive = True
        self.answered: list[bytes] = []
        self._n_answers = n_answers

    def start(self) -> str | None:
        return self.fault

    def answer(self, chunk: bytes) -> bytes:
        if not self.is_alive or len(self.answered) == self._n_answers:
            self.is_alive = False
            raise RayError("The actor died.")
        self.answered.append(chunk)
        return b"answer to " + chunk


class FakeRay:
    """Performs one call at each wait, in the order of the calls."""

    exceptions = SimpleNamespace(RayError=RayError)

    def __init__(self, machines: Sequence[Machine]) -> None:
        self.machines = list(machines)
        self.killed: list[str] = []

    def shared_out(self) -> list[tuple[dict[str, Any], Sequence[Share]]]:
        alive = [machine for machine in self.machines if machine.is_alive]
        return [({"NodeID": each.name, "NodeManagerHostname": each.name}, each.shares) for each in alive]

    def remote(self, **_: int) -> Callable[[type], Any]:
        return lambda _: SimpleNamespace(options=self._options)

    def _options(self, *, scheduling_strategy: str) -> Any:
        machine = next(machine for machine in self.machines if machine.name == scheduling_strategy)
        start = SimpleNamespace(remote=lambda: partial(machine.start) if not machine.is_taken else _Never())
        answer = SimpleNamespace(remote=lambda chunk: partial(machine.answer, chunk))
        return SimpleNamespace(remote=lambda *_: SimpleNamespace(start=start, answer=answer, name=machine.name))

    def wait(self, references: Sequence[Any], *, timeout: float) -> tuple[list[Any], list[Any]]:
        return [each for each in references if not isinstance(each, _Never)][:1], []

    def get(self, reference: Callable[[], Any]) -> Any:
        return reference()

    def kill(self, handle: Any) -> None:
        self.killed.append(handle.name)


class _Never:
    """A call that does not end."""


@pytest.fixture(autouse=True)
def strategies(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(NodeAffinitySchedulingStrategy=lambda node_id, *, soft: node_id)
    monkeypatch.setitem(sys.modules, "ray.util.scheduling_strategies", fake)


def actors_on(*machines: Machine) -> tuple[Actors, FakeRay]:
    ray = FakeRay(machines)
    actors = Actors(ray, JOB, ray.shared_out)
    actors.recruit()
    return actors, ray


def answers(actors: Actors, n_chunks: int, cancelled: Callable[[], bool] = lambda: False) -> Iterator[bytes]:
    chunks = iter([b"%d" % number for number in range(n_chunks)])
    return actors.run(lambda *_: next(chunks, None), cancelled)


def expected(n_chunks: int) -> list[bytes]:
    return sorted(b"answer to %d" % number for number in range(n_chunks))


def test_every_chunk_is_answered_once_and_both_machines_work() -> None:
    machines = [Machine("a"), Machine("b")]
    actors, ray = actors_on(*machines)
    assert sorted(answers(actors, 9)) == expected(9)
    assert all(len(machine.answered) > 1 for machine in machines)
    assert ray.killed == []


def test_an_actor_for_each_share_has_its_cores_and_is_told_those_of_all() -> None:
    actors, _ = actors_on(Machine("a", shares=(Share(6), Share(5))), Machine("b", shares=(Share(8),)))
    asked: list[tuple[int, int]] = []
    assert list(actors.run(lambda *cores: asked.append(cores), lambda: False)) == []
    actors.check()
    assert list(actors.run(lambda *cores: asked.append(cores), lambda: False)) == []
    assert {(6, 19), (5, 19), (8, 19)} <= set(asked)


def test_what_a_dead_machine_had_is_answered_by_another() -> None:
    dying, other = Machine("a", n_answers=2), Machine("b")
    actors, ray = actors_on(dying, other)
    assert sorted(answers(actors, 9)) == expected(9)
    assert (len(dying.answered), len(other.answered)) == (2, 7)
    assert ray.killed == ["a"]


def test_a_machine_that_joins_is_given_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_TO_LOOK", -1)
    actors, ray = actors_on(Machine("a"))
    run = answers(actors, 9)
    first = next(run)
    ray.machines.append(Machine("b"))
    assert sorted([first, *run]) == expected(9)
    assert ray.machines[1].answered


def test_the_death_of_the_last_machine_ends_the_run_with_a_sentence() -> None:
    actors, _ = actors_on(Machine("a", n_answers=1))
    run = answers(actors, 9)
    assert next(run) == b"answer to 0"
    with pytest.raises(ProblemError, match=r"embeds nothing more \(The actor died\.\)\. What is stored is safe"):
        next(run)


def test_a_chunk_that_kills_every_actor_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fragile(Machine):
        def answer(self, chunk: bytes) -> bytes:
            if chunk == b"3":
                raise RayError("The actor died.")
            return super().answer(chunk)

    actors, ray = actors_on(*(Fragile(name) for name in "abc"))
    with pytest.raises(ProblemError, match="embeds nothing more"):
        list(answers(actors, 1000))
    assert 1 < len(ray.killed) < 20


def test_a_machine_on_which_actors_die_one_after_another_is_left_alone() -> None:
    class Broken(Machine):
        def answer(self, chunk: bytes) -> bytes:
            raise RayError("Out of memory.")

    actors, ray = actors_on(Broken("a"), Machine("b"))
    assert sorted(answers(actors, 40)) == expected(40)
    assert ray.killed.count("a") == 3


def test_a_machine_that_cannot_do_the_job_is_named_before_the_run() -> None:
    actors, _ = actors_on(Machine("a"), Machine("b", fault="b has no model"))
    with pytest.raises(ProblemError, match="b has no model"):
        actors.check()


def test_a_machine_without_earmark_is_named_before_the_run() -> None:
    class Empty(Machine):
        def start(self) -> None:
            raise RayError("The actor died.\nModuleNotFoundError: No module named 'indexer'")

    actors, _ = actors_on(Empty("a"))
    with pytest.raises(ProblemError, match=r"does not start on a \(ModuleNotFoundError: .*install it there"):
        actors.check()


def test_a_machine_with_other_work_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_TO_START", 0.01)
    busy, free = Machine("a", is_taken=True), Machine("b")
    actors, _ = actors_on(busy, free)
    actors.check()
    assert sorted(answers(actors, 5)) == expected(5)
    assert busy.answered == []


def test_a_cluster_whose_cores_are_all_taken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_TO_START", 0.01)
    actors, _ = actors_on(Machine("a", is_taken=True))
    with pytest.raises(ProblemError, match=r"No core of the cluster became free .*ray status"):
        actors.check()
    with pytest.raises(ProblemError, match="No core of the cluster became free"):
        list(answers(actors, 1))


def test_actors_that_are_at_work_end_when_the_run_is_left() -> None:
    actors, ray = actors_on(Machine("a"))
    run = answers(actors, 9)
    next(run)
    run.close()
    assert ray.killed == ["a"]


def test_once_cancelled_nothing_is_sent_or_answered() -> None:
    machine = Machine("a")
    actors, _ = actors_on(machine)
    assert list(answers(actors, 9, cancelled=lambda: len(machine.answered) == 3)) == expected(3)
