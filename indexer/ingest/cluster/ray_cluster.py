"""A cluster that Ray runs: the connection, and what its machines have."""

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from db.errors import EarmarkError, ProblemError, UsageError
from indexer.ingest.cluster.actors import Actors, Machine, Share
from indexer.ingest.cluster.embed import TakeChunk
from indexer.ingest.cluster.machine import Job

AUTO = "auto"  # the cluster that this machine is part of
LOCAL = "local"  # one for the occasion, on this machine alone

_SECONDS_TO_REACH, _SECONDS_TO_ANSWER = 5.0, 10.0  # until something listens; until it turns out to be Ray
# Cores for each actor. A light model computes in one process per core, and an actor is one more process; what a large
# model gains from more threads is small beyond 16.
_MAX_LIGHT_CORES, _MAX_LARGE_CORES = 8, 16
_AUTH_MODE = "RAY_AUTH_MODE"  # "token": who has none is refused
_LOCAL_STORE_BYTES = 256 << 20  # Ray takes a third of the memory otherwise


class RayCluster:
    """A connection to a Ray cluster, and a job for it; a context manager.

    Args:
        address: ``HOST:PORT``, `AUTO` or `LOCAL`.

    Raises:
        UsageError: Ray is not installed, or nothing answers at the address.
        ProblemError: The cluster does not take this machine in, as where its Ray is of another version.
    """

    def __init__(self, address: str) -> None:
        _prepare_token(address)
        self._ray = _import_ray()
        _connect(self._ray, address)
        self._actors: Actors | None = None
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
        self._is_light = is_light
        if not self._machines():
            raise ProblemError("The Ray cluster has no machine with a core to work with.")
        self._actors = Actors(self._ray, job, self._shared_out)
        self._actors.recruit()
        self._actors.check()

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

    def run(self, take: TakeChunk, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        """Yield the answers to all chunks; as `Cluster.run`.

        A machine that dies costs the chunks that it had: others get them. One that joins is given work at once.
        """
        assert self._actors is not None
        return self._actors.run(take, cancelled)

    def _shared_out(self) -> list[tuple[Machine, Sequence[Share]]]:
        """Return the machines and the actors of each: one for each card, else as few as its cores allow."""
        machines = self._machines()
        if self._has_cards:
            return [(machine, _shares_of_cards(machine)) for machine in machines]
        n_most = _MAX_LIGHT_CORES if self._is_light else _MAX_LARGE_CORES
        return [(machine, _even_shares(_cores(machine), n_most)) for machine in machines]

    @property
    def _has_cards(self) -> bool:
        """Whether the model computes on graphics cards: machines without one are then left alone."""
        return not self._is_light and any(map(_cards, self._machines()))

    def _machines(self) -> list[Machine]:
        return [node for node in self._ray.nodes() if node["Alive"] and _cores(node)]


def _prepare_token(address: str) -> None:
    """Let Ray use the token of this machine for its own cluster, as Ray's commands do; to be called before the import.

    Raises:
        UsageError: One is asked for and not here, with which Ray would end this process.
    """
    path = Path(os.environ.get("RAY_AUTH_TOKEN_PATH") or Path.home() / ".ray" / "auth_token")
    has_token = bool(os.environ.get("RAY_AUTH_TOKEN")) or path.is_file()
    if address == AUTO and has_token:
        os.environ.setdefault(_AUTH_MODE, "token")
    if address != LOCAL and os.environ.get(_AUTH_MODE, "").lower() == "token" and not has_token:
        raise UsageError(
            f"{_AUTH_MODE} is token, and this machine has none: copy ~/.ray/auth_token from the head machine."
        )


def _import_ray() -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # Ray calls home otherwise
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # its native part writes to the screen
    os.environ.setdefault("RAY_gcs_rpc_server_connect_timeout_s", "20")  # and else says so after five
    try:
        import ray
    except ImportError as error:
        raise UsageError("Indexing on a cluster takes one more package: pip install 'earmark[ray]'") from error
    # Failures of actors, which are tried again, are printed in red by this function, and by nothing that can be set.
    ray._private.worker.print_to_stdstream = lambda *_, **__: None  # noqa: SLF001
    return ray


def _connect(ray: Any, address: str) -> None:
    if address.startswith("ray://"):
        raise UsageError(
            f"earmark takes part in a cluster and is no client of it: run it on one of its machines, "
            f"with the address HOST:PORT instead of {address}."
        )
    options: dict[str, Any] = {}
    if address == LOCAL:
        options = {"num_cpus": os.cpu_count(), "include_dashboard": False, "object_store_memory": _LOCAL_STORE_BYTES}
    try:
        with _native_stderr_silenced():
            if address != LOCAL:
                _check_address(ray, address)
            ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL, **options)
    except ConnectionError as error:
        raise UsageError(
            "No Ray cluster runs on this machine. Start one with: ray start --head. Or give its address: "
            "--ray HOST:PORT. Or try one for the occasion: --ray local"
        ) from error
    except EarmarkError:
        raise
    except Exception as error:  # Ray raises any: a bare one where its own processes start too slowly
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


def _check_address(ray: Any, address: str) -> None:
    """Raise UsageError where no cluster answers: Ray itself waits for minutes, deaf to Ctrl-C."""
    is_found = address == AUTO
    if is_found:
        address = ray._private.services.canonicalize_bootstrap_address(AUTO)  # noqa: SLF001 - as `init` does
    try:
        _reach(address)
    except (OSError, ValueError, OverflowError) as error:
        if is_found:
            raise ConnectionError from error  # it was here, and did not end as it should
        raise UsageError(f"Nothing answers at {address}. `ray start` told the address on the head machine.") from error
    answer = _ask_who_is_there(ray, address)
    if answer == "AuthenticationError":
        raise UsageError(
            f"The Ray cluster at {address} asks for its token: set {_AUTH_MODE}=token, and copy ~/.ray/auth_token from "
            "its head machine."
        )
    if answer:
        raise UsageError(
            f"What answers at {address} is not the head of a Ray cluster. `ray start --head` told the address: "
            "port 6379, unless another one was asked for."
        )


def _ask_who_is_there(ray: Any, address: str) -> str:
    """Return nothing where the head of a cluster answers, else the name of an error."""
    answers: SimpleQueue[str] = SimpleQueue()

    def ask() -> None:
        try:
            ray._raylet.GcsClient(address=address)  # noqa: SLF001 - `ray health-check` asks in this way
            answers.put("")
        except Exception as error:
            answers.put(type(error).__name__)

    Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=_SECONDS_TO_ANSWER)
    except Empty:
        return Empty.__name__


def _reach(address: str) -> None:
    """Connect to ``HOST:PORT`` and leave again; raise OSError where nothing listens."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), _SECONDS_TO_REACH).close()


def _shares_of_cards(machine: Machine) -> list[Share]:
    n_cards = _cards(machine)
    return [Share(max(1, min(_cores(machine) // n_cards, _MAX_LARGE_CORES)), 1) for _ in range(n_cards)]


def _even_shares(n_cores: int, n_most: int) -> list[Share]:
    """Split the cores of a machine as evenly as they go, the larger shares first."""
    n_shares = -(-n_cores // n_most)
    return [Share((n_cores + n_shares - 1 - number) // n_shares) for number in range(n_shares)]


def _cores(machine: Machine) -> int:
    return int(machine["Resources"].get("CPU", 0))


def _cards(machine: Machine) -> int:
    return int(machine["Resources"].get("GPU", 0))


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
