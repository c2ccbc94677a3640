"""The models that earmark knows. Another one is a class of its own and an entry in `known_models`."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import ModelError, UsageError
from indexer.encoders.base import Encoder, TextEncoder
from indexer.encoders.compact.entry import CompactModel, EarlierCompactModel
from indexer.encoders.model import Model

if TYPE_CHECKING:
    from indexer.encoders.process import EncoderProcess

BUILT_IN: Model = CompactModel()
EARLIER: Model = EarlierCompactModel()  # of libraries that an earlier build made; not offered to others


def known_models(folder: Path) -> tuple[Model, ...]:
    """Return all models, those to fetch included.

    Args:
        folder: Where fetched models are.
    """
    from indexer.encoders.laion.model import LaionModel
    from indexer.encoders.laion.sources import RELEASES

    return (BUILT_IN, *(LaionModel(release, folder) for release in RELEASES))


def find_model(name: str, folder: Path) -> Model:
    """Return a model by its name.

    Raises:
        ModelError: There is none of this name, or it is not here yet.
    """
    models = {model.name: model for model in known_models(folder)}
    if name not in models:
        raise ModelError(f"There is no model called {name!r}. Known: {', '.join(models)}. See: earmark model list")
    if not models[name].is_present:
        raise ModelError(f"The model {name} is not here yet. Fetch it with: earmark model get {name}")
    return models[name]


def model_to_fetch(name: str | None, file: Path | None, folder: Path) -> Model:
    """Find a model to fetch by its name or the name of its checkpoint.

    Raises:
        UsageError: There is none, or the name is ambiguous.
    """
    models = [model for model in known_models(folder) if model is not BUILT_IN]
    names = ", ".join(model.name for model in models)
    if name is None and file is None:
        raise UsageError(f"Say which model to get: {names}. For example: earmark model get {models[0].name}")
    for model in models:
        if name == model.name or (name is None and file is not None and model.is_checkpoint(file)):
            return model
    if name is None:
        raise UsageError(f"Say which model the file is: earmark model get NAME --from FILE, NAME one of {names}.")
    if name == BUILT_IN.name:
        raise UsageError(f"The model {name} is part of earmark and needs no fetching.")
    raise UsageError(f"There is no model to get by the name {name!r}; there are {names}.")


def load_text_encoder(model: Model = BUILT_IN) -> TextEncoder:
    """Load the half of a model that a text search needs; errors as of `Model.load_text_encoder`."""
    return model.load_text_encoder()


def open_encoder(model: Model) -> AbstractContextManager[Encoder]:
    """Return a whole model for a few sounds: in this process where it is light, else as `start_encoder` does."""
    return nullcontext(model.load(1)) if model.is_light else start_encoder(model)


def start_encoder(model: Model = BUILT_IN, n_threads: int | None = None) -> "EncoderProcess":
    """Return a whole model behind a child process; arguments and errors as of `Model.start`."""
    return model.start(n_threads)
