"""Tag sounds after edits, and open the few-shot tagger."""

from contextlib import suppress
from typing import TYPE_CHECKING

from db.errors import ModelError
from db.library import Library
from indexer.encoders.registry import load_text_encoder
from indexer.tagging import tag_pass
from tui.workspace.active_model import active_model, load_active_text_encoder

if TYPE_CHECKING:
    from indexer.few_shot.service import FewShotTagger


def tag_edited(library: Library) -> None:
    """Tag the sounds whose type an edit has changed; if the model is not installed, the next index run does it.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    with suppress(ModelError):  # the edit itself is stored
        tag_pass.tag_edited(library, lambda: load_active_text_encoder(library))


def tag_imported(library: Library) -> bool:
    """Learn the few-shot tags of imported marks, then tag as `tag_edited` does.

    Returns:
        False if the model of the library is needed and not installed.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    try:
        if library.few_shot_tags() and not library.is_empty:
            open_tagger(library).renew()
        tag_pass.tag_edited(library, lambda: load_active_text_encoder(library))
    except ModelError:  # the marks themselves are stored
        return False
    return True


def open_tagger(library: Library) -> "FewShotTagger":
    """Return the few-shot tagger of the model that the library is searched with.

    Raises:
        ModelError: The model is not installed.
    """
    from indexer.few_shot.service import FewShotTagger

    model = active_model(library)
    assert model.info is not None  # else it would not be active
    # prompt similarity is not worth the seconds that a large model takes to start
    return FewShotTagger(library, model.info, load_text_encoder(model) if model.reads_text_here else None)
