"""``earmark similar``: find sounds by example."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tui.terminal.options import HitCountOption, JsonOption, LibraryOption, NullOption, PathsOption

if TYPE_CHECKING:
    from db.library import Library
    from db.records import Vector


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
    from indexer.models import load_text_encoder
    from indexer.search import Searcher
    from tui.terminal.results import print_result
    from tui.terminal.session import active_model, open_library

    with open_library(context, library) as opened:
        model = active_model(opened)
        sample_id, vector = _example(opened, file.expanduser(), model)
        result = Searcher(opened, load_text_encoder(model)).similar(vector, k, where, exclude=sample_id)
        print_result(opened, str(file), result, as_json=as_json, as_paths=paths, null=null)


def _example(library: "Library", file: Path, model: str) -> "tuple[int | None, Vector]":
    """Return the id of a sound in the library (None outside it) and its vector.

    Raises:
        SoundError: The file cannot be heard.
    """
    from indexer.decode import read_sound
    from indexer.models import start_encoder

    sample_id = library.find_sample_id(file)
    stored = None if sample_id is None else _stored_vector(library, sample_id, model)
    if stored is not None:
        return sample_id, stored
    waveform = read_sound(file).waveform
    assert waveform is not None, "only known content is not decoded, and none was given"
    with start_encoder(model) as encoder:
        return sample_id, encoder.embed_audio([waveform])[0]


def _stored_vector(library: "Library", sample_id: int, model: str) -> "Vector | None":
    """Return what the library keeps of a sound, or None when this model has not heard it yet."""
    import numpy as np

    from indexer.models import load_text_encoder

    try:
        vector: Vector = library.vectors(load_text_encoder(model).info).get(np.array([sample_id]))[0]
    except KeyError:
        return None
    return vector
