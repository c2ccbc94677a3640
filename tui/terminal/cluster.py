"""``--ray [ADDRESS]``: a cluster of machines on the command line."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from tui.exit_codes import ExitCode
from tui.terminal.interrupt import end_at_once
from tui.terminal.output import say

if TYPE_CHECKING:
    from db.library import Library
    from indexer.encoders.model import Model
    from indexer.ingest.cluster.ray_cluster import RayCluster
    from indexer.ingest.decode_and_embed import EmbedFiles

_OPTION = "--ray"
_AUTO = "auto"  # as `indexer.ingest.cluster.ray_cluster.AUTO`, which only a run on a cluster imports
_LOOK_SECONDS, _MAX_MISSED = 5.0, 3  # how often a cluster is looked after, and how often in a row it may be silent
_ADDRESS = re.compile(r"auto|local|ray://.+|[\w.-]+:\d+|\[[0-9a-fA-F:]+\]:\d+")


class ClusterCommand(TyperCommand):
    """A command whose ``--ray`` may stand without an address, which a folder may follow."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_address(args))


def with_address(args: Sequence[str]) -> list[str]:
    """Put an address behind a ``--ray`` that has none."""
    filled: list[str] = []
    for number, arg in enumerate(args):
        if arg == "--":
            return [*filled, *args[number:]]
        filled.append(arg)
        if arg == _OPTION and not (number + 1 < len(args) and _ADDRESS.fullmatch(args[number + 1])):
            filled.append(_AUTO)
    return filled


@contextmanager
def connected(address: str) -> "Iterator[RayCluster]":
    """Connect to a cluster for the time of the block.

    Ray ends this process without a word a minute after the head of its cluster is gone; here it ends sooner, with one.

    Args:
        address: ``HOST:PORT``, ``auto`` or ``local``.

    Raises:
        UsageError: Ray is not installed, or no cluster answers.
        ProblemError: The cluster does not take this machine in.
    """
    from indexer.ingest.cluster.ray_cluster import RayCluster

    say("Connecting to Ray.")
    is_over = Event()
    with RayCluster(address) as cluster:
        Thread(target=_watch, args=(cluster, is_over), daemon=True).start()
        try:
            yield cluster
        finally:
            is_over.set()


def _watch(cluster: "RayCluster", is_over: Event) -> None:
    """Say when a machine is gone; end this process where the cluster has not answered for a while."""
    n_machines, n_missed = cluster.n_machines, 0
    while n_missed < _MAX_MISSED:
        if is_over.wait(_LOOK_SECONDS):
            return
        if not cluster.is_answering():
            n_missed += 1
            continue
        n_before, n_machines, n_missed = n_machines, cluster.n_machines, 0
        if n_machines < n_before:
            say("A machine of the cluster is gone; its files go to others.")
    say("The Ray cluster is gone. What was stored stays; the same command goes on, with or without --ray.")
    end_at_once(ExitCode.PROBLEM)


def embed_on(cluster: "RayCluster", library: "Library", folders: Sequence[Path], model: "Model") -> "EmbedFiles":
    """Return what embeds on a cluster in one index run, after all of its machines were asked.

    Args:
        cluster: Connected.
        library: To be brought up to date.
        folders: That are added to it.
        model: Of the library.

    Raises:
        ProblemError: A machine of the cluster cannot do it.
    """
    from importlib.metadata import version

    from db.paths import is_present
    from indexer.audio.remote import url_of
    from indexer.ingest.cluster.embed import EmbedOnCluster
    from indexer.ingest.cluster.machine import Job
    from tui import settings

    assert model.info is not None
    roots = {root: url_of(root) for root in (*folders, *(root.path for root in library.roots()))}
    job = Job(
        earmark=version("earmark"),
        model=model.name,
        fingerprint=model.info.fingerprint,
        models_folder=settings.models_folder(),
        roots=tuple(root for root, url in roots.items() if url is None and is_present(root)),
        urls=tuple(url for url in roots.values() if url is not None),
    )
    cluster.prepare(job, is_light=model.is_light)
    say(f"Embedding on {cluster.description}.")
    return EmbedOnCluster(cluster)
