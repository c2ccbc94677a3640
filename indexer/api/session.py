"""A library with its model and the searches over them, as scripts and the app hold it."""

import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from db.library import Library
from indexer.encoders import registry
from indexer.encoders.base import Encoder, TextEncoder
from indexer.encoders.model import Model
from indexer.search.service import SearchService

if TYPE_CHECKING:
    from indexer.search.blending import Blender


class LibrarySession:
    """One library with the model that its vectors belong to; each half of the model is loaded when it is first needed.

    Attributes:
        library: As given.
        model: As given.
        on_crash: Told of a process of the model that died and was started again.

    Args:
        library: Open library.
        model: The model.
        text_encoder: The half of the model that reads texts, where it is loaded already.
        encoder: The whole model, where it is loaded already; it is not closed by `close`.
    """

    def __init__(
        self,
        library: Library,
        model: Model,
        *,
        text_encoder: TextEncoder | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self.library = library
        self.model = model
        self.on_crash: Callable[[str], None] = lambda _: None
        self._loading = threading.Lock()
        self._text_encoder = text_encoder
        self._encoder = encoder
        self._is_own_encoder = encoder is None

    @property
    def text_encoder(self) -> TextEncoder:
        if self._text_encoder is None and not self.model.reads_text_here:
            return self.encoder  # one process for both
        with self._loading:
            if self._text_encoder is None:
                self._text_encoder = registry.load_text_encoder(self.model)
            return self._text_encoder

    @property
    def encoder(self) -> Encoder:
        """The whole model, in a process of its own; asking starts nothing yet."""
        with self._loading:
            if self._encoder is None:
                started = registry.start_encoder(self.model)
                started.on_crash = self.on_crash
                self._encoder = started
            return self._encoder

    @cached_property
    def search_service(self) -> SearchService:
        return SearchService(self.library, lambda: self.text_encoder, lambda: self.encoder)

    @cached_property
    def blender(self) -> "Blender":
        from indexer.search.blending import Blender

        return Blender(self.search_service)

    def close(self) -> None:
        """End the process of the model, where it was started here."""
        close = getattr(self._encoder, "close", None)
        if self._is_own_encoder and close is not None:
            close()
