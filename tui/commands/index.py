"""``earmark index``: add folders and bring the library up to date."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from tui.terminal.library import library_place
from tui.terminal.options import JsonOption, LibraryOption, RayOption, given_path


def _given_folder(text: str) -> Path | str:
    """Return a folder as a path, or as an address as it was written."""
    from indexer.audio.remote import is_url

    return text if is_url(text) else given_path(text)


def index(
    folders: Annotated[
        list[Any] | None,
        typer.Argument(parser=_given_folder, metavar="FOLDER", help="Folders of sounds to add; s3://... too."),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Also try again the files that failed before.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read all files again, even if they look unchanged; implies --retry.")
    ] = False,
    ray: RayOption = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Add folders and bring the library up to date.

    Files are only read. Unchanged files take almost no time, so run it as often as you like. Ctrl-C stops cleanly; the
    next run continues from there.

    \b
    Examples:
      earmark index ~/Samples /Volumes/Packs
      earmark index
      earmark index s3://bucket/folder
      earmark index /mnt/archive --ray 10.0.0.1:6379
    """
    from db.library import Library
    from indexer.audio.remote import add_remote
    from indexer.encoders.registry import start_encoder
    from indexer.ingest.pipeline import check_folders
    from tui.terminal.cluster import connected, embed_on
    from tui.terminal.indexing import finish, run_index
    from tui.workspace.active_model import active_model

    place = library_place(library)
    sounds = [add_remote(given) if isinstance(given, str) else given.absolute() for given in folders or ()]
    check_folders(sounds)  # before an empty library is created for a mistyped folder
    with ExitStack() as stack:
        cluster = stack.enter_context(connected(ray)) if ray else None
        opened = stack.enter_context(Library.create(place) if sounds else Library.open(place))
        model = active_model(opened)
        embed_files = embed_on(cluster, opened, sounds, model) if cluster else None
        encoder = stack.enter_context(start_encoder(model))
        summary = run_index(opened, sounds, encoder, retry_problems=retry, is_full=full, embed_files=embed_files)
    finish(summary, as_json=as_json)
