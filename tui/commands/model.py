"""``earmark model``: the models that earmark can hear with."""

from pathlib import Path
from typing import Annotated

import typer

from tui.terminal.options import JsonOption, LibraryOption

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List and switch models.")


@app.command("list")
def list_models(context: typer.Context, as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the models that earmark knows.

    \b
    Examples:
      earmark model list
      earmark model list --json
    """
    from dataclasses import asdict

    from indexer.models import MODELS
    from tui.terminal.output import print_json

    active = _active_fingerprint(context, library)
    if as_json:
        entries = [
            {**asdict(entry), "fingerprint": entry.info.fingerprint, "is_active": entry.info.fingerprint == active}
            for entry in MODELS
        ]
        print_json({"models": entries})
        return
    for entry in MODELS:
        state = "in use" if entry.info.fingerprint == active else "ready" if entry.is_present else "not here"
        typer.echo(f"{entry.name:<12}  {state:<8}  {entry.description}")


@app.command("use")
def use_model(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model from the list.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Search the library with another model.

    Sounds that it has not heard yet are heard first. What the model before has heard stays, so that the way back
    costs nothing.

    \b
    Examples:
      earmark model use compact
    """
    from indexer.models import start_encoder
    from tui.terminal.indexing import finish, run_index
    from tui.terminal.session import open_library

    with open_library(context, library) as opened, start_encoder(name) as encoder:
        finish(run_index(opened, [], encoder), as_json=as_json)


def _active_fingerprint(context: typer.Context, option: Path | None) -> str | None:
    from db.errors import LibraryError
    from tui.terminal.session import open_library

    try:
        with open_library(context, option) as opened:
            return opened.active_encoder()
    except LibraryError:
        return None  # no library yet: the list is worth showing all the same
