"""What follows from edits of tags."""

from contextlib import suppress

from db.errors import ModelError
from db.library import Library
from indexer.encoders.registry import load_text_encoder
from indexer.tagging import tag_pass
from tui.workspace.active_model import active_model


def tag_edited(library: Library) -> None:
    """Tag the sounds that an edit gave another type; without the model of the library the next index run does it.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    with suppress(ModelError):  # the edit itself is stored
        tag_pass.tag_edited(library, lambda: load_text_encoder(active_model(library)))
