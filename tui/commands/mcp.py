"""``earmark mcp``: the library as tools for assistants."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

from db.errors import UsageError
from db.paths import display_text
from tui.terminal.library import open_library
from tui.terminal.options import LibraryOption, path_option


def mcp(
    allow_export: Annotated[
        Path | None,
        path_option("DIR", "Also allow exports, to folders below this one only.", "--allow-export"),
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Serve the library to an assistant or an extension of a DAW, by the Model Context Protocol on stdin and stdout.

    Programs start it: put this command into the settings of one. Search, similar, blend, kit and info only read. It
    ends with its input.

    \b
    Examples:
      earmark mcp
      earmark mcp --library ~/Music/earmark --allow-export ~/Music/from-assistant
    """
    from indexer.api.session import LibrarySession
    from tui.workspace.active_model import active_model

    try:
        from tui.assistant.server import make_server
    except ImportError as error:
        raise UsageError("Serving assistants takes one more package: pip install 'earmark[mcp]'") from error
    from tui.assistant.tools import LibraryTools

    if allow_export is not None and not allow_export.is_dir():
        raise UsageError(f"{display_text(allow_export)} is not a folder. Create it first, or give another one.")
    with open_library(library) as opened, closing(LibrarySession(opened, active_model(opened))) as session:
        make_server(LibraryTools(session, allow_export)).run("stdio")
