"""``earmark index``: add folders and bring the library up to date."""

from pathlib import Path
from typing import Annotated

import typer

from tui.terminal.library import library_folder
from tui.terminal.options import JsonOption, LibraryOption, path_argument


def index(
    folders: Annotated[list[Path] | None, path_argument("FOLDER", "Folders of sounds to add.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Also try again the files that failed before.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read all files again, also those that look unchanged; with --retry.")
    ] = False,
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
    """
    from db.library import Library
    from indexer.encoders.registry import start_encoder
    from indexer.ingest.pipeline import check_folders
    from tui.terminal.indexing import finish, run_index
    from tui.workspace.active_model import active_model

    folder = library_folder(library)
    sounds = [path.absolute() for path in folders or ()]
    check_folders(sounds)  # before a mistyped one could leave an empty library behind
    opened = Library.create(folder) if sounds else Library.open(folder)
    with opened, start_encoder(active_model(opened)) as encoder:
        finish(run_index(opened, sounds, encoder, retry_problems=retry, is_full=full), as_json=as_json)
