"""``earmark model``: the models that earmark can search with."""

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from db.engines.postgres.place import LibraryPlace
from db.errors import LibraryError, UsageError
from db.paths import display_text
from tui import settings
from tui.terminal.cluster import ClusterCommand, connected, embed_on
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, RayOption, path_option
from tui.terminal.output import print_json, say
from tui.terminal.progress import meter

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List, fetch and switch models.")


@app.command("list")
def list_models(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the models that earmark knows.

    \b
    Examples:
      earmark model list
      earmark model list --json
    """
    from indexer.encoders.registry import EARLIER, known_models

    active = _active_fingerprint(library)
    models = known_models(settings.models_folder())
    if EARLIER.info is not None and EARLIER.info.fingerprint == active:
        models = (*models, EARLIER)
    prints = [model.info and model.info.fingerprint for model in models]
    if as_json:
        entries = [
            {
                "name": model.name,
                "description": model.description,
                "info": model.info and asdict(model.info),
                "is_present": model.is_present,
                "fingerprint": fingerprint,
                "is_active": fingerprint is not None and fingerprint == active,
            }
            for model, fingerprint in zip(models, prints, strict=True)
        ]
        print_json({"models": entries})
        return
    for model, fingerprint in zip(models, prints, strict=True):
        state = "not here" if fingerprint is None else "in use" if fingerprint == active else "ready"
        typer.echo(f"{model.name:<12}  {state:<8}  {model.description}")


@app.command("get")
def get_model(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A model from the list.")] = None,
    file: Annotated[Path | None, path_option("FILE", "Its checkpoint, already on this disk.", "--from")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Fetch a model from the model hub, once.

    An interrupted download continues where it stopped. The checkpoint is checked, read without running
    anything in it, and converted; after that no network is needed.

    \b
    Examples:
      earmark model get laion-music
      earmark model get laion-630k --from ~/Downloads/630k-audioset-best.pt
    """
    from indexer.encoders.registry import model_to_fetch

    if file is not None and not file.is_file():
        raise UsageError(f"There is no file {display_text(file)}. Without --from, the model is fetched from its hub.")
    file = file and file.absolute()
    model = model_to_fetch(name, file, settings.models_folder())
    with meter(f"Getting {model.name}", in_bytes=True) as shown:
        fetched = model.fetch(
            file, lambda file_name, n_done, n_total: shown.show(n_done, n_total, file_name), shown.note
        )
    if as_json:
        print_json(fetched.receipt)
    for line in fetched.lines:
        say(line)
    say(f"Use it with: earmark model use {model.name}")


@app.command("use", cls=ClusterCommand)
def use_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model from the list.")],
    precision: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="For a fetched model: auto, float32 or bfloat16. Kept until changed."),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="For a fetched model, what computes it: earmark, laion_clap or transformers. Kept until changed.",
        ),
    ] = None,
    ray: RayOption = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Search the library with another model.

    Sounds that it has not analysed yet are analysed first. The results of the previous model are kept, so that
    switching back takes no time. All engines give the same vectors; earmark's own is the fastest.

    \b
    Examples:
      earmark model use laion-music
      earmark model use laion-music --engine laion_clap
      earmark model use compact
      earmark model use laion-music --ray 10.0.0.1:6379
    """
    from indexer.encoders.registry import find_model, start_encoder
    from tui.terminal.indexing import finish, run_index

    model = find_model(name, settings.models_folder())
    for option, value in {"precision": precision, "engine": engine}.items():
        if value is not None:
            model.choose(option, value)
    with ExitStack() as stack:
        cluster = stack.enter_context(connected(ray)) if ray else None
        opened = stack.enter_context(open_library(library))
        embed_files = embed_on(cluster, opened, [], model) if cluster else None
        summary = run_index(opened, [], stack.enter_context(start_encoder(model)), embed_files=embed_files)
    finish(summary, as_json=as_json)


def _active_fingerprint(library: LibraryPlace | None) -> str | None:
    try:
        with open_library(library) as opened:
            return opened.active_encoder()
    except LibraryError:
        return None  # no library yet: the list is worth showing all the same
