"""What the user changes, each with the way back. Called from a thread; knows nothing of Textual."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db.errors import LibraryBusyError, UsageError
from db.library import Library
from db.types import Annotation
from db.write.edits import Edits
from tui import formatting

if TYPE_CHECKING:
    from tui.workspace.active_learning import ActiveLearning

FAVOURITES = "Favourites"
_MAX_UNDO = 100


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that was made.

    Attributes:
        text: What it did, as a sentence.
        ids: The samples that it was made to.
        is_undo: It took back another one.
    """

    text: str
    ids: tuple[int, ...]
    is_undo: bool = False


@dataclass(frozen=True, slots=True)
class _Undo:
    edit: Edit
    apply: Callable[[Edits], None]


class EditHistory:
    """Make changes to a library and take them back, the last one first.

    Raises:
        LibraryBusyError: From every method that writes, while another process is writing the library.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._undos: list[_Undo] = []
        self._turn = threading.Lock()

    def rate(self, ids: Sequence[int], stars: int) -> Edit:
        """Give stars, 0 to 5."""
        before = self._annotations(ids)
        after = {sample_id: replace(annotation, stars=stars) for sample_id, annotation in before.items()}
        text = f"{formatting.count(len(ids), 'sound')}: {'★' * stars or 'no stars'}"
        return self._make(
            Edit(text, tuple(ids)), lambda e: e.set_annotations(after), lambda e: e.set_annotations(before)
        )

    def write_note(self, sample_id: int, note: str) -> Edit:
        """Keep a note on a sound, in place of the one before."""
        before = self._annotations([sample_id])
        after = {sample_id: replace(before[sample_id], note=note)}
        text = "Note kept" if note else "Note removed"
        return self._make(
            Edit(text, (sample_id,)), lambda e: e.set_annotations(after), lambda e: e.set_annotations(before)
        )

    def collect(self, ids: Sequence[int], name: str) -> Edit:
        """Put sounds into a collection; those that all are in it already are taken out."""
        before = self._library.collection_ids(name)
        is_in = set(ids) <= set(before)
        after = [kept for kept in before if kept not in ids] if is_in else list(dict.fromkeys([*before, *ids]))
        text = f"{formatting.count(len(ids), 'sound')} {'taken out of' if is_in else 'put into'} {name}"
        return self._make(
            Edit(text, tuple(ids)),
            lambda e: e.set_collection(name, after),
            lambda e: e.set_collection(name, before),
        )

    def remove_collection(self, name: str) -> Edit:
        """Take a collection apart; its sounds stay."""
        before = self._library.collection_ids(name)
        return self._make(
            Edit(f"Collection {name} removed", tuple(before)),
            lambda e: e.set_collection(name, []),
            lambda e: e.set_collection(name, before),
        )

    def tag(self, ids: Sequence[int], name: str, *, is_this: bool) -> Edit:
        """Say that sounds are something, or that they are not.

        Raises:
            UsageError: The name cannot be one.
        """
        from indexer.tagging.manual_tags import add_tag, find_tag, remove_tag

        tag = find_tag(self._library, name)

        def apply() -> str:
            (add_tag if is_this else remove_tag)(self._library, tag, ids)
            return f"{formatting.count(len(ids), 'sound')}: {'' if is_this else 'not '}{tag.name}"

        return self._make_tags(ids, apply)

    def teach(self, learning: "ActiveLearning", ids: Sequence[int], *, is_this: bool) -> Edit:
        """Answer what a lesson asks."""
        return self._make_tags(ids, lambda: learning.answer(ids, is_this=is_this))

    def undo(self) -> Edit | None:
        """Take back the last change; None where there is none.

        Raises:
            UsageError: It cannot be taken back any more; the one before it can.
        """
        with self._turn:
            if not self._undos:
                return None
            last = self._undos.pop()
            try:
                with self._library.edits() as edits:
                    last.apply(edits)
            except LibraryBusyError:
                self._undos.append(last)
                raise
        return Edit(f"Undone: {last.edit.text}", last.edit.ids, is_undo=True)

    def _make_tags(self, ids: Sequence[int], apply: Callable[[], str]) -> Edit:
        """Change tags, the way back from which lies in the library."""
        with self._turn:
            before = self._library.last_tag_edit()
            edit = Edit(apply(), tuple(ids))
            made = self._library.last_tag_edit()
            if made is not None and made != before:
                self._remember(_Undo(edit, lambda edits: _undo_tags(edits, made)))
        return edit

    def _make(self, edit: Edit, apply: Callable[[Edits], None], undo: Callable[[Edits], None]) -> Edit:
        with self._turn:
            with self._library.edits() as edits:
                apply(edits)
            self._remember(_Undo(edit, undo))
        return edit

    def _remember(self, undo: _Undo) -> None:
        self._undos = [*self._undos[1 - _MAX_UNDO :], undo]

    def _annotations(self, ids: Sequence[int]) -> dict[int, Annotation]:
        known = self._library.annotations(ids)
        return {sample_id: known.get(sample_id, Annotation()) for sample_id in ids}


def _undo_tags(edits: Edits, edit_id: int) -> None:
    if edits.undo_tag_edit(edit_id) is None:
        raise UsageError("Tags were changed elsewhere since, so this cannot be taken back here.")
