"""``earmark index``: add folders and bring the library up to date."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from tui.terminal.library import library_place
from tui.terminal.options import JsonOption, LibraryOption, RayOption, path_argument


def index(
    folders: Annotated[list[Path] | None, path_argument("FOLDER", "Folders of sounds to add.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Also try again the files that failed before.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read all files again, also those that look unchanged; with --retry.")
    ] = False,
    ray: RayOption = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Add folders and bring the library up to date.

    Files are only read. What is known and unchanged costs next to nothing, so run it as often as you like. Ctrl-C
    stops it cleanly; the next run goes on from there.

    \b
    Examples:
      earmark index ~/Samples /Volumes/Packs
      earmark index
      earmark index /mnt/archive --ray 10.0.0.1:6379
    """
    from db.library import Library
    from indexer.encoders.registry import start_encoder
    from indexer.ingest.pipeline import check_folders
    from tui.terminal.cluster import connected, embed_on
    from tui.terminal.indexing import finish, run_index
    from tui.workspace.active_model import active_model

    place = library_place(library)
    sounds = [path.absolute() for path in folders or ()]
    check_folders(sounds)  # before a mistyped one could leave an empty library behind
    with ExitStack() as stack:
        cluster = stack.enter_context(connected(ray)) if ray else None
        opened = stack.enter_context(Library.create(place) if sounds else Library.open(place))
        model = active_model(opened)
        embed_files = embed_on(cluster, opened, sounds, model) if cluster else None
        encoder = stack.enter_context(start_encoder(model))
        summary = run_index(opened, sounds, encoder, retry_problems=retry, is_full=full, embed_files=embed_files)
    finish(summary, as_json=as_json)
