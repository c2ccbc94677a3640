"""The model that a library is searched with, on this machine."""

from typing import TYPE_CHECKING

from db.library import Library
from tui import settings

if TYPE_CHECKING:
    from indexer.encoders.model import Model


def active_model(library: Library) -> "Model":
    """Return the model that this library is searched with.

    Raises:
        ModelError: It is not on this machine.
    """
    from indexer.encoders.active_model import active_model

    return active_model(library, settings.models_folder())
