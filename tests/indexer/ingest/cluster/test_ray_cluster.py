"""How the cores and graphics cards of a cluster are shared out, with a fake of Ray."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from db.errors import ProblemError
from indexer.ingest.cluster import ray_cluster as module
from indexer.ingest.cluster.machine import Job
from indexer.ingest.cluster.ray_cluster import RayCluster

JOB = Job("0.1.0", "compact", "compact-6/8/48000/whole", Path("/models"), ())


class FakeRay:
    """Machines, as cores and cards."""

    def __init__(self, *machines: tuple[int, int], n_dead: int = 0) -> None:
        self._machines = machines
        self._n_dead = n_dead
        self.is_connected = False

    def init(self, **_: object) -> None:
        self.is_connected = True

    def shutdown(self) -> None:
        self.is_connected = False

    def nodes(self) -> list[dict[str, Any]]:
        alive = [{"Alive": True, "Resources": {"CPU": float(n), "GPU": float(m)}} for n, m in self._machines]
        return alive + [{"Alive": False, "Resources": {"CPU": 96.0}}] * self._n_dead


def cluster_of(monkeypatch: pytest.MonkeyPatch, ray: FakeRay, *, is_light: bool) -> RayCluster:
    monkeypatch.setattr(module, "_import_ray", lambda: ray)
    monkeypatch.setattr(RayCluster, "_check_machines", lambda *_: None)
    cluster = RayCluster("auto")
    cluster.prepare(JOB, is_light=is_light)
    return cluster


@pytest.mark.parametrize(
    ("cores", "n_actors", "n_cores"),
    [
        ((1, 1), 2, 1),
        ((16, 64), 10, 8),
        ((6, 16), 11, 2),
        ((7, 16), 23, 1),
        ((12,), 2, 6),
    ],
)
def test_a_light_model_takes_every_core_of_every_machine(
    monkeypatch: pytest.MonkeyPatch, cores: tuple[int, ...], n_actors: int, n_cores: int
) -> None:
    cluster = cluster_of(monkeypatch, FakeRay(*((n, 1) for n in cores), n_dead=1), is_light=True)
    assert (cluster.n_actors, cluster.n_cores) == (n_actors, n_cores)
    assert n_actors * n_cores == sum(cores)
    assert "GPU" not in cluster.description


def test_a_large_model_takes_the_graphics_cards_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = cluster_of(monkeypatch, FakeRay((16, 0), (16, 4), (32, 2)), is_light=False)
    assert (cluster.n_actors, cluster.n_cores) == (6, 4)
    assert cluster.description == "3 machines with 64 cores and 6 GPUs"


def test_a_large_model_takes_many_cores_where_there_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = cluster_of(monkeypatch, FakeRay((32, 0), (16, 0)), is_light=False)
    assert (cluster.n_actors, cluster.n_cores) == (3, 16)


def test_a_cluster_without_machines_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = cluster_of(monkeypatch, FakeRay((0, 0), n_dead=2), is_light=True)
    with pytest.raises(module.ClusterLostError):
        next(cluster.run([b""]))


def test_the_connection_ends_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = FakeRay((2, 0))
    with cluster_of(monkeypatch, ray, is_light=True) as cluster:
        assert ray.is_connected
        assert cluster.description == "1 machine with 2 cores"
    assert not ray.is_connected


@pytest.mark.parametrize("faulty", ["first", "second"])
def test_machines_of_one_host_name_are_asked_each(monkeypatch: pytest.MonkeyPatch, faulty: str) -> None:
    """As of containers, whose names may be the same."""

    class Asked(FakeRay):
        def nodes(self) -> list[dict[str, Any]]:
            return [
                {"Alive": True, "Resources": {"CPU": 1.0}, "NodeManagerHostname": "worker", "NodeID": node_id}
                for node_id in ("first", "second")
            ]

        def remote(self, _: object) -> Any:
            def options(*, num_cpus: int, scheduling_strategy: str) -> Any:
                fault = "worker has no model" if scheduling_strategy == faulty else None
                return SimpleNamespace(remote=lambda _: fault)

            return SimpleNamespace(options=options)

        def get(self, answer: str | None, *, timeout: float) -> str | None:
            return answer

    errors = SimpleNamespace(GetTimeoutError=TimeoutError, RayError=RuntimeError)
    strategies = SimpleNamespace(NodeAffinitySchedulingStrategy=lambda node_id, *, soft: node_id)
    monkeypatch.setitem(sys.modules, "ray.exceptions", errors)
    monkeypatch.setitem(sys.modules, "ray.util.scheduling_strategies", strategies)
    monkeypatch.setattr(module, "_import_ray", Asked)
    with RayCluster("auto") as cluster, pytest.raises(ProblemError, match="worker has no model"):
        cluster.prepare(JOB, is_light=True)
