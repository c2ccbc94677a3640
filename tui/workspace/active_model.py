"""The model that a library is searched with."""

from typing import TYPE_CHECKING

from db.errors import ModelError
from db.library import Library
from tui import settings

if TYPE_CHECKING:
    from indexer.encoders.registry import Model


def active_model(library: Library) -> "Model":
    """Return the model that this library is searched with.

    Raises:
        ModelError: It is not on this machine.
    """
    from indexer.encoders.registry import COMPACT, known_models

    fingerprint = library.active_encoder()
    if fingerprint in (None, COMPACT.info and COMPACT.info.fingerprint):
        return COMPACT
    models = known_models(settings.models_folder())
    for model in models:
        if model.info is not None and model.info.fingerprint == fingerprint:
            return model
    missing = next((model for model in models if fingerprint.startswith(f"{model.name}-")), None)
    wanted = missing.name if missing and not missing.is_present else COMPACT.name
    verb = "Fetch it with: earmark model get" if wanted != COMPACT.name else "Hear it again with: earmark model use"
    raise ModelError(f"This library was made with the model {fingerprint}, which is not here. {verb} {wanted}")
