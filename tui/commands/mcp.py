"""``earmark mcp``: the library as tools for assistants."""

from pathlib import Path
from typing import Annotated

import typer

from tui.terminal.options import LibraryOption, given_path


def mcp(
    context: typer.Context,
    allow_export: Annotated[
        Path | None,
        typer.Option(
            "--allow-export",
            parser=given_path,
            metavar="DIR",
            help="Also let it write exports, to folders below this one and nowhere else.",
            show_default=False,
        ),
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Serve the library to an assistant or an extension of a DAW, by the Model Context Protocol on stdin and stdout.

    It is for programs to start: put this command into the settings of one. Search, similar, blend, kit and info only
    read. It ends when its input does.

    \b
    Examples:
      earmark mcp
      earmark mcp --library ~/Music/earmark --allow-export ~/Music/from-assistant
    """
    from db.errors import UsageError
    from db.paths import display_text
    from indexer.api.session import LibrarySession
    from tui.terminal.library import open_library
    from tui.workspace.active_model import active_model

    try:
        from tui.assistant.server import make_server
    except ImportError as error:
        raise UsageError("Serving assistants takes one more package: pip install 'earmark[mcp]'") from error
    from tui.assistant.tools import LibraryTools

    if allow_export is not None and not allow_export.is_dir():
        raise UsageError(f"{display_text(allow_export)} is no folder. Make it first, or give another one.")
    with open_library(context, library) as opened:
        session = LibrarySession(opened, active_model(opened))
        try:
            make_server(LibraryTools(session, allow_export)).run("stdio")
        finally:
            session.close()
