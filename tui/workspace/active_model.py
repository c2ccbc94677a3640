"""The model that a library is searched with on this machine, and searches by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from db.library import Library
from tui import settings

if TYPE_CHECKING:
    from indexer.encoders.base import TextEncoder
    from indexer.encoders.model import Model
    from indexer.search.service import SearchService


def active_model(library: Library) -> "Model":
    """Return the model that a library is searched with.

    Raises:
        ModelError: The model is not installed on this machine.
    """
    from indexer.encoders.active_model import active_model

    return active_model(library, settings.models_folder())


def load_active_text_encoder(library: Library) -> "TextEncoder":
    """Load the text encoder of the active model; raises as `active_model`."""
    from indexer.encoders.registry import load_text_encoder

    return load_text_encoder(active_model(library))


def text_search(library: Library) -> "SearchService":
    """Return a search by words, filters and sounds of the library; the model is loaded when words need it."""
    from indexer.search.service import SearchService

    return SearchService(library, lambda: load_active_text_encoder(library))


@contextmanager
def audio_search(library: Library) -> "Iterator[SearchService]":
    """Yield a search that also takes sound files outside the library; raises as `active_model`."""
    from indexer.encoders.registry import open_encoder
    from indexer.search.service import SearchService

    with open_encoder(active_model(library)) as encoder:
        yield SearchService(library, encoder, lambda: encoder)
