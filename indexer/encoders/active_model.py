"""The model that a library is searched with."""

from pathlib import Path

from db.errors import ModelError
from db.library import Library
from indexer.encoders import registry
from indexer.encoders.model import Model
from indexer.encoders.registry import BUILT_IN, EARLIER


def active_model(library: Library, models_folder: Path) -> Model:
    """Return the model that this library is searched with.

    Args:
        library: Open library.
        models_folder: Where fetched models are.

    Raises:
        ModelError: It is not on this machine.
    """
    fingerprint = library.active_encoder()
    if fingerprint is None or (BUILT_IN.info is not None and fingerprint == BUILT_IN.info.fingerprint):
        return BUILT_IN
    models = registry.known_models(models_folder)
    for model in (*models, EARLIER):
        if model.info is not None and model.info.fingerprint == fingerprint:
            return model
    missing = next((model for model in models if fingerprint.startswith(f"{model.name}-")), None)
    step = (
        f"Embed its sounds again with: earmark model use {BUILT_IN.name}"
        if missing is None or missing.is_present
        else f"Fetch it with: earmark model get {missing.name}"
    )
    raise ModelError(f"This library was made with the model {fingerprint}, which is not here. {step}")
