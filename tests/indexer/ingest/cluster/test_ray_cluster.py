"""How the cores and graphics cards of a cluster are shared out, with a fake of Ray."""

from pathlib import Path
from typing import Any

import pytest

from db.errors import ProblemError
from indexer.ingest.cluster import ray_cluster as module
from indexer.ingest.cluster.actors import Actors, Share
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
    monkeypatch.setattr(module, "_check_address", lambda *_: None)
    monkeypatch.setattr(Actors, "recruit", lambda _: None)
    monkeypatch.setattr(Actors, "check", lambda _: None)
    cluster = RayCluster("10.0.0.1:6379")
    cluster.prepare(JOB, is_light=is_light)
    return cluster


def shares(cluster: RayCluster) -> list[list[Share]]:
    return [list(of_machine) for _, of_machine in cluster._shared_out()]


@pytest.mark.parametrize(
    ("cores", "expected"),
    [
        ((1, 1), [[1], [1]]),
        ((16, 64), [[8] * 2, [8] * 8]),
        ((6, 17), [[6], [6, 6, 5]]),
        ((7, 12), [[7], [6, 6]]),
    ],
)
def test_a_light_model_takes_every_core_of_every_machine(
    monkeypatch: pytest.MonkeyPatch, cores: tuple[int, ...], expected: list[list[int]]
) -> None:
    cluster = cluster_of(monkeypatch, FakeRay(*((n, 1) for n in cores), n_dead=1), is_light=True)
    assert shares(cluster) == [[Share(n) for n in of_machine] for of_machine in expected]
    assert "GPU" not in cluster.description


def test_a_large_model_takes_the_graphics_cards_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = cluster_of(monkeypatch, FakeRay((16, 0), (16, 4), (32, 2)), is_light=False)
    assert shares(cluster) == [[], [Share(4, 1)] * 4, [Share(16, 1)] * 2]
    assert cluster.description == "3 machines with 64 cores and 6 GPUs"


def test_a_large_model_takes_many_cores_where_there_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = cluster_of(monkeypatch, FakeRay((32, 0), (16, 0)), is_light=False)
    assert shares(cluster) == [[Share(16)] * 2, [Share(16)]]


def test_a_cluster_without_cores_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProblemError, match="no machine with a core"):
        cluster_of(monkeypatch, FakeRay((0, 0), n_dead=2), is_light=True)


def test_the_connection_ends_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = FakeRay((2, 0))
    with cluster_of(monkeypatch, ray, is_light=True) as cluster:
        assert ray.is_connected
        assert cluster.description == "1 machine with 2 cores"
    assert not ray.is_connected
