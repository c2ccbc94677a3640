"""``--ray [ADDRESS]``: a cluster of machines on the command line."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from tui.terminal.output import say

if TYPE_CHECKING:
    from db.library import Library
    from indexer.encoders.model import Model
    from indexer.ingest.cluster.ray_cluster import RayCluster
    from indexer.ingest.decode_and_embed import EmbedFiles

_OPTION = "--ray"
_AUTO = "auto"  # as `indexer.ingest.cluster.ray_cluster.AUTO`, which only a run on a cluster imports
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


def connect(address: str) -> "RayCluster":
    """Return a connection to a cluster, to be used in a ``with`` block.

    Args:
        address: ``HOST:PORT``, ``auto`` or ``local``.

    Raises:
        UsageError: Ray is not installed, or no cluster answers.
        ProblemError: The cluster does not take this machine in.
    """
    from indexer.ingest.cluster.ray_cluster import RayCluster

    return RayCluster(address)


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
    from indexer.ingest.cluster.embed import EmbedOnCluster
    from indexer.ingest.cluster.machine import Job
    from tui import settings

    assert model.info is not None
    roots = dict.fromkeys([*folders, *(root.path for root in library.roots())])
    job = Job(
        earmark=version("earmark"),
        model=model.name,
        fingerprint=model.info.fingerprint,
        models_folder=settings.models_folder(),
        roots=tuple(root for root in roots if is_present(root)),
    )
    cluster.prepare(job, is_light=model.is_light)
    say(f"Embedding on {cluster.description}.")
    return EmbedOnCluster(cluster)
