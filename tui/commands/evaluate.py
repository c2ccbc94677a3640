"""``earmark eval``: the accuracy of a model on labelled sounds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import LibraryError
from tui import settings
from tui.terminal.library import library_place
from tui.terminal.options import JsonOption, LibraryOption, path_argument, path_option
from tui.terminal.output import print_json, show
from tui.terminal.progress import meter

if TYPE_CHECKING:
    from db.engines.postgres.place import LibraryPlace
    from indexer.encoders.model import Model


def evaluate(
    folder: Annotated[Path, path_argument("FOLDER", "Sounds in folders named after their labels.")],
    labels: Annotated[Path | None, path_option("CSV", "File with the columns path (below FOLDER) and label.")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Model to measure; the library's by default.")
    ] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Measure how well a model recognises your sounds. Nothing is stored.

    Labels are the names of the sounds' folders, or come from a CSV file.

    \b
    Figures, each from 0 to 100%:
      top-1     sounds whose nearest label is the right one
      balanced  the same, averaged over labels
      P@10      right sounds among the first ten found for a label
      1-NN      sounds whose nearest other sound has the same label
      taught    the same as balanced, after 5 examples of each label with 10 sounds or more
      hubs      skewness of how often a sound is among the 10 nearest of others; 0 is best

    \b
    Examples:
      earmark eval ~/Samples/Drums
      earmark eval sounds --labels sounds/labels.csv --json
    """
    from indexer.encoders.registry import find_model, start_encoder
    from indexer.evaluation.folder import evaluate_folder

    chosen = find_model(model, settings.models_folder()) if model else _library_model(library_place(library))
    with (
        start_encoder(chosen) as encoder,
        meter("Analysing") as shown,
    ):
        evaluation = evaluate_folder(folder, labels, encoder, on_progress=shown.show)
    if as_json:
        print_json(evaluation.as_dict())
        return
    from tui.terminal.figures import figure_tables

    show(lambda _: figure_tables(evaluation))


def _library_model(place: "LibraryPlace") -> "Model":
    """Return the model of a library, or the built-in one if there is no library."""
    from db.library import Library
    from indexer.encoders.registry import BUILT_IN
    from tui.workspace.active_model import active_model

    try:
        with Library.open(place) as opened:
            return active_model(opened)
    except LibraryError:
        return BUILT_IN
