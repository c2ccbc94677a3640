"""``earmark similar``: find sounds by example."""

from pathlib import Path
from typing import Annotated

import typer

from tui.terminal.options import HitCountOption, JsonOption, LibraryOption, NullOption, PathsOption


def similar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sound, in the library or not.")],
    where: Annotated[str, typer.Option(metavar="FILTERS", help="Only sounds that pass these filters.")] = "",
    k: HitCountOption = 20,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Find the sounds nearest to a sound.

    A file of the library is not listened to again; any other sound file is heard first.

    \b
    Examples:
      earmark similar ~/Samples/Kicks/dusty.wav
      earmark similar idea.wav --where "type:snare len:<1" -k 5
    """
    from db.errors import SoundError, UsageError
    from indexer.examples import embed_file
    from indexer.models import start_encoder
    from indexer.search import Searcher
    from tui.terminal.results import print_result
    from tui.terminal.session import active_model, open_library

    with open_library(context, library) as opened, start_encoder(active_model(opened)) as encoder:
        try:
            sample_id, vector = embed_file(opened, file.expanduser(), encoder)
        except SoundError as error:
            if not file.expanduser().exists():
                raise UsageError(f"There is no file {file}.") from error
            raise SoundError(error.code, f"{file}: {error}") from error
        result = Searcher(opened, encoder).similar(vector, k, where, exclude=sample_id)
        print_result(opened, str(file), result, as_json=as_json, as_paths=paths, null=null)
