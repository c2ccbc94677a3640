"""A cluster that Ray runs; the only module that imports it. Chunks of paths are the rows of a Ray Data set."""

import logging
import math
import os
import socket
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from db.errors import ProblemError, UsageError
from indexer.ingest.cluster.embed import ClusterLostError
from indexer.ingest.cluster.machine import ChunkEmbedder, Job, find_fault

AUTO = "auto"  # the cluster that this machine is part of
LOCAL = "local"  # one for the occasion, on this machine alone

_SECONDS_TO_ANSWER = 5.0  # Ray itself waits for two minutes
_SECONDS_TO_CHECK = 60.0  # until a machine has started Python and imported earmark
# Cores for each actor. A light model computes in one process per core, and an actor is one more process; what a large
# model gains from more threads is small beyond 16.
_MAX_LIGHT_CORES, _MAX_LARGE_CORES = 8, 16
_MAX_RESTARTS = 16  # of an actor, and of its work on a chunk: what kills every machine must end the run at last
_LOCAL_STORE_BYTES = 256 << 20  # Ray takes a third of the memory otherwise
_MAX_WAITING_BYTES = 64 << 20  # answers that wait for the library, about 30,000 sounds: what a kill may cost


class RayCluster:
    """A connection to a Ray cluster, and a job for it; a context manager.

    Args:
        address: ``HOST:PORT``, `AUTO` or `LOCAL`.

    Raises:
        UsageError: Ray is not installed, or nothing answers at the address.
        ProblemError: The cluster does not take this machine in, as where its Ray is of another version.
    """

    def __init__(self, address: str) -> None:
        self._ray = _import_ray()
        _connect(self._ray, address)
        self._job: Job | None = None
        self._is_light = True

    def prepare(self, job: Job, *, is_light: bool) -> None:
        """Ask every machine whether it can do a job.

        Args:
            job: What `run` will do.
            is_light: Every core embeds on its own; else each actor has a model that takes a graphics card where there
                is one, or several cores.

        Raises:
            ProblemError: A machine cannot do it; says which and why.
        """
        self._job = job
        self._is_light = is_light
        self._check_machines(job)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ray.shutdown()

    def is_answering(self) -> bool:
        """Say whether the head of the cluster can be reached; may be asked from any thread."""
        try:
            _reach(self._ray.get_runtime_context().gcs_address)
        except OSError:
            return False
        return True

    @property
    def n_machines(self) -> int:
        """How many machines there are now; may be asked from any thread."""
        return len(self._machines())

    @property
    def description(self) -> str:
        """How much there is, for people."""
        machines = self._machines()
        n_cores = sum(_cores(machine) for machine in machines)
        n_cards = sum(_cards(machine) for machine in machines)
        cards = f" and {_counted(n_cards, 'GPU')}" if n_cards and not self._is_light else ""
        return f"{_counted(len(machines), 'machine')} with {_counted(n_cores, 'core')}{cards}"

    @property
    def n_actors(self) -> int:
        """How many chunks are embedded at once."""
        if self._has_cards:
            return sum(_cards(machine) for machine in self._machines())
        return sum(_cores(machine) // self.n_cores for machine in self._machines())

    @property
    def n_cores(self) -> int:
        """How many cores each actor has: as many as divide those of every machine."""
        machines = self._machines()
        if self._has_cards:
            shares = [_cores(machine) // _cards(machine) for machine in machines if _cards(machine)]
            return max(1, min(*shares, _MAX_LARGE_CORES))
        common = math.gcd(*map(_cores, machines))
        limit = _MAX_LIGHT_CORES if self._is_light else _MAX_LARGE_CORES
        return max(divisor for divisor in range(1, limit + 1) if common % divisor == 0)

    def run(self, chunks: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the answers to chunks, in any order, as they come.

        A machine that dies costs the chunks that it had: Ray Data gives them to others.

        Raises:
            ClusterLostError: Some will not come.
        """
        from ray.exceptions import RayError

        if not self._machines():
            raise ClusterLostError("no machine is left")
        answers = self._answers(chunks)
        try:
            for row in answers:
                yield row["answer"]
        except RayError as error:
            raise ClusterLostError(type(error).__name__) from error

    def _answers(self, chunks: Sequence[bytes]) -> Iterator[dict[str, bytes]]:
        from ray.data import ActorPoolStrategy, DataContext, from_items

        _set_up(DataContext.get_current())
        rows: Any = from_items([{"chunk": chunk} for chunk in chunks], override_num_blocks=len(chunks))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="`ray_remote_args_fn` is deprecated")  # until Ray 2.64
            found = rows.map(
                ChunkEmbedder,
                fn_constructor_args=(self._job, self.n_cores),
                compute=ActorPoolStrategy(size=min(self.n_actors, len(chunks))),
                num_cpus=self.n_cores,
                num_gpus=1 if self._has_cards else None,
                ray_remote_args_fn=_actor_limits,
            )
        return iter(found.iter_rows())

    @property
    def _has_cards(self) -> bool:
        """Whether the model computes on graphics cards: machines without one are then left alone."""
        return not self._is_light and any(map(_cards, self._machines()))

    def _machines(self) -> list[dict[str, Any]]:
        return [node for node in self._ray.nodes() if node["Alive"] and _cores(node)]

    def _check_machines(self, job: Job) -> None:
        from ray.exceptions import GetTimeoutError, RayError
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        machines = self._machines()
        if not machines:
            raise ProblemError("The Ray cluster has no machine with a core to work with.")
        find = self._ray.remote(find_fault)
        answers = [
            find.options(
                num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(machine["NodeID"], soft=False)
            ).remote(job)
            for machine in machines
        ]
        for machine, answer in zip(machines, answers, strict=True):
            name = machine["NodeManagerHostname"]  # may be that of others too, as in containers
            try:
                fault = self._ray.get(answer, timeout=_SECONDS_TO_CHECK)
            except GetTimeoutError:
                fault = f"{name} does not answer within {_SECONDS_TO_CHECK:.0f} seconds; see: ray status"
            except RayError as error:
                fault = f"earmark does not start on {name} ({_cause(error)}): install it there, in Ray's environment."
            if fault is not None:
                raise ProblemError(fault)


def _import_ray() -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # Ray calls home otherwise
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # its native part writes to the screen
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UsageError("Indexing on a cluster takes one more package: pip install 'earmark[ray]'") from error
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    # Failures of actors, which are tried again, are printed in red by this function, and by nothing that can be set.
    ray._private.worker.print_to_stdstream = lambda *_, **__: None  # noqa: SLF001
    return ray


def _connect(ray: Any, address: str) -> None:
    if address.startswith("ray://"):
        raise UsageError(
            f"earmark takes part in a cluster and is no client of it: run it on one of its machines, "
            f"with the address HOST:PORT instead of {address}."
        )
    if address not in {AUTO, LOCAL}:
        _check_address(address)
    options: dict[str, Any] = {}
    if address == LOCAL:
        options = {"num_cpus": os.cpu_count(), "include_dashboard": False, "object_store_memory": _LOCAL_STORE_BYTES}
    try:
        with _native_stderr_silenced():
            ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL, **options)
    except ConnectionError as error:
        raise UsageError(
            "No Ray cluster runs on this machine. Start one with: ray start --head. Or give its address: "
            "--ray HOST:PORT. Or try one for the occasion: --ray local"
        ) from error
    except (RuntimeError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()
        raise ProblemError(f"The Ray cluster at {address} refuses this machine: {' '.join(reason)}") from error


@contextmanager
def _native_stderr_silenced() -> Iterator[None]:
    """Let nothing be written to file descriptor 2: there Ray says which level of its log was asked for."""
    with open(os.devnull, "wb") as silence:
        kept = os.dup(2)
        os.dup2(silence.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _check_address(address: str) -> None:
    """Raise UsageError where nothing listens, so that nobody waits for Ray to give up."""
    try:
        _reach(address)
    except (OSError, ValueError, OverflowError) as error:
        raise UsageError(f"Nothing answers at {address}. `ray start` told the address on the head machine.") from error


def _reach(address: str) -> None:
    """Connect to ``HOST:PORT`` and leave again; raise OSError where nothing listens."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), _SECONDS_TO_ANSWER).close()


def _set_up(context: Any) -> None:
    """Let Ray Data print nothing, and bound what waits to be stored."""
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.resource_limits = context.execution_options.resource_limits.copy(
        object_store_memory=_MAX_WAITING_BYTES
    )


def _actor_limits() -> dict[str, Any]:
    """Return what Ray has no named parameter for; without limits, it would try for ever."""
    return {"max_restarts": _MAX_RESTARTS, "max_task_retries": _MAX_RESTARTS}


def _cores(machine: dict[str, Any]) -> int:
    return int(machine["Resources"].get("CPU", 0))


def _cards(machine: dict[str, Any]) -> int:
    return int(machine["Resources"].get("GPU", 0))


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _cause(error: Exception) -> str:
    """Return the last line of what Ray says, which is what was raised on the machine."""
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
