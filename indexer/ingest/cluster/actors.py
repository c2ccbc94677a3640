"""Actors on the machines of a Ray cluster: each has two chunks of files, and what one loses goes to others."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db.errors import ProblemError
from indexer.ingest.cluster.embed import TakeChunk
from indexer.ingest.cluster.machine import ChunkEmbedder, Job

_N_AHEAD = 2  # chunks of each actor: it has work while an answer is stored; bounds what waits to be stored, too
_MAX_LOSSES = 3  # actors lost by one chunk, or on one machine without an answer between them
_SECONDS_TO_POLL = 0.2
_SECONDS_TO_LOOK = 2.0  # for machines that have joined
_SECONDS_TO_START = 60.0  # Python and earmark, from a network disk; the cores may be taken by somebody else's work

_NO_CORE = f"No core of the cluster became free within {_SECONDS_TO_START:.0f} seconds; see: ray status"

_LOST = object()

Machine = dict[str, Any]  # as `ray.nodes()` describes it


@dataclass(frozen=True, slots=True)
class Share:
    """What an actor has of a machine."""

    n_cores: int
    n_cards: int = 0


@dataclass(eq=False, slots=True)
class _Actor:
    handle: Any
    machine: Machine
    n_cores: int
    is_ready: bool = False
    n_chunks: int = 0

    @property
    def machine_id(self) -> str:
        return str(self.machine["NodeID"])


@dataclass(eq=False, slots=True)
class _Chunk:
    tasks: bytes
    n_losses: int = 0


class Actors:
    """The actors of one job.

    Args:
        ray: The connected module.
        job: What they do.
        machines: Returns the machines that there are now, and how each is shared out.
    """

    def __init__(self, ray: Any, job: Job, machines: Callable[[], Sequence[tuple[Machine, Sequence[Share]]]]) -> None:
        self._ray = ray
        self._job = job
        self._machines = machines
        self._actors: list[_Actor] = []
        self._starting: dict[Any, _Actor] = {}  # by the reference that tells when it has started
        self._losses: Counter[str] = Counter()  # of each machine, since its last answer
        self._under_way: dict[Any, tuple[_Actor, _Chunk]] = {}  # by the reference that brings the answer
        self._lost: deque[_Chunk] = deque()  # given to an actor that is gone
        self._reason = "no machine is left"
        self._looked_at = 0.0
        self._idle_since = 0.0

    def recruit(self) -> None:
        """Start actors on all cores that have none, without waiting for them."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        self._looked_at = time.monotonic()
        for machine, shares in self._machines():
            machine_id = machine["NodeID"]
            n_there = sum(actor.machine_id == machine_id for actor in self._actors)
            if self._losses[machine_id] >= _MAX_LOSSES:
                continue
            for share in shares[n_there:]:
                kind = self._ray.remote(num_cpus=share.n_cores, num_gpus=share.n_cards)(ChunkEmbedder)
                stays = NodeAffinitySchedulingStrategy(machine_id, soft=False)
                handle = kind.options(scheduling_strategy=stays).remote(self._job, share.n_cores)
                actor = _Actor(handle, machine, share.n_cores)
                self._actors.append(actor)
                self._starting[handle.start.remote()] = actor

    def check(self) -> None:
        """Wait until each machine has started an actor; one whose cores are all taken may do so later.

        Raises:
            ProblemError: A machine cannot do the job, or none starts.
        """
        missing = {actor.machine_id for actor in self._actors}
        give_up_at = time.monotonic() + _SECONDS_TO_START
        while missing and (seconds := give_up_at - time.monotonic()) > 0:
            ended, _ = self._ray.wait([*self._starting], timeout=seconds)
            for reference in ended:
                actor = self._starting[reference]
                self._note_end(reference)
                if not actor.is_ready:
                    name = actor.machine["NodeManagerHostname"]  # may be that of others too, as in containers
                    raise ProblemError(
                        f"earmark does not start on {name} ({self._reason}): install it there, in Ray's environment."
                    )
                missing.discard(actor.machine_id)
        if not any(actor.is_ready for actor in self._actors):
            raise ProblemError(_NO_CORE)

    def run(self, take: TakeChunk, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        """As `Cluster.run`."""
        self._idle_since = time.monotonic()
        try:
            while not cancelled() and self._hand_out(take):
                ended, _ = self._ray.wait([*self._starting, *self._under_way], timeout=_SECONDS_TO_POLL)
                for reference in ended:
                    answer = self._note_end(reference)
                    if answer is not None:
                        self._hand_out(take)  # first: storing the answer takes a while
                        yield answer
                if time.monotonic() > self._looked_at + _SECONDS_TO_LOOK:
                    self.recruit()
        finally:
            for actor, _ in self._under_way.values():  # the caller left early
                self._dismiss(actor)
            self._under_way.clear()
            self._lost.clear()

    def _hand_out(self, take: TakeChunk) -> bool:
        """Give every actor its chunks; return whether there is one that has no answer yet."""
        for n_chunks in range(_N_AHEAD):  # all have one before one has two
            for actor in self._actors:
                if actor.is_ready and actor.n_chunks == n_chunks and (chunk := self._next(take, actor.n_cores)):
                    self._under_way[actor.handle.answer.remote(chunk.tasks)] = (actor, chunk)
                    actor.n_chunks += 1
        if self._under_way:
            return True
        chunk = self._next(take, 1)
        if chunk is None:
            return False
        self._lost.append(chunk)
        self._check_alive()
        return True

    def _next(self, take: TakeChunk, n_cores: int) -> _Chunk | None:
        if self._lost:
            return self._lost.popleft()
        tasks = take(n_cores, sum(actor.n_cores for actor in self._actors))
        return None if tasks is None else _Chunk(tasks)

    def _note_end(self, reference: Any) -> bytes | None:
        """Note that an actor has started, or return its answer; None where it is lost."""
        if reference in self._starting:
            actor = self._starting.pop(reference)
            fault = self._get(reference, actor)
            actor.is_ready = fault is None
            if isinstance(fault, str):
                raise ProblemError(fault)
            return None
        self._idle_since = time.monotonic()
        actor, chunk = self._under_way.pop(reference)
        actor.n_chunks -= 1
        answer = self._get(reference, actor)
        if answer is not _LOST:
            self._losses[actor.machine_id] = 0
            return bytes(answer)
        self._lost.append(chunk)
        chunk.n_losses += 1
        if chunk.n_losses == _MAX_LOSSES * _N_AHEAD:  # of two chunks of a lost actor, nobody knows which one it was
            self._give_up()
        return None

    def _get(self, reference: Any, actor: _Actor) -> Any:
        """Return what an actor gave; `_LOST` where it is lost with its actor, or with the machine that kept it."""
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            self._reason = _cause(error)
            if actor in self._actors:  # else it was lost with its other chunk
                self._losses[actor.machine_id] += 1
                self._dismiss(actor)
                self._looked_at = 0.0  # start another one
            return _LOST

    def _dismiss(self, actor: _Actor) -> None:
        if actor in self._actors:
            self._actors.remove(actor)
            self._ray.kill(actor.handle)

    def _check_alive(self) -> None:
        """Raise ProblemError where no actor is there, or none starts."""
        if not self._actors:
            self.recruit()
        if not self._actors:
            self._give_up()
        if time.monotonic() > self._idle_since + _SECONDS_TO_START:
            raise ProblemError(_NO_CORE)

    def _give_up(self) -> None:
        raise ProblemError(
            f"The cluster embeds nothing more ({self._reason}). What is stored is safe; the same command goes on."
        )


def _cause(error: Exception) -> str:
    """Return the last line of what Ray says, which is what was raised on the machine."""
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
