"""Edits with undo and redo. Called from a thread."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from db.errors import LibraryBusyError, UsageError
from db.library import Library
from db.paths import display_text
from db.types import Annotation
from db.write.edits import Edits
from tui import formatting
from tui.workspace.annotations.collections import collection_name
from tui.workspace.annotations.corrections import Correction, read_correction

if TYPE_CHECKING:
    from tui.workspace.annotations.active_learning import ActiveLearning

FAVOURITES = "Favourites"
_MAX_UNDO = 100
_N_RECENT = 9

Undo: TypeAlias = Callable[[], None]
Do: TypeAlias = Callable[[], Undo]
"""Makes an edit, or makes it again; returns a function that undoes it."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples of a search, with their names.

    Attributes:
        likes: Sounds that the result should resemble.
        dislikes: Sounds that it should not resemble.
    """

    likes: Mapping[int, str] = field(default_factory=dict)
    dislikes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit that was made.

    Attributes:
        text: Description of the edit.
        ids: Samples that were edited.
        is_undo: The edit is the undo of another one.
        examples: New examples of the search, if the edit changed them.
        hint: What can be done next; not said of its undo.
    """

    text: str
    ids: tuple[int, ...] = ()
    is_undo: bool = False
    examples: Examples | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """An edit in the history; ``before`` are the examples that an undo restores."""

    edit: Edit
    do: Do
    undo: Undo
    before: Examples | None


class EditHistory:
    """Make, undo and redo edits.

    Every method that writes raises `LibraryBusyError` while another process is writing the library, and
    `LibraryReadOnlyError` where nobody can.

    Args:
        library: Open library.
        after_tags: Called after each change of tags.

    Attributes:
        recent_tags: Names of the last tags given, the latest first.
    """

    def __init__(self, library: Library, after_tags: Callable[[], None] = lambda: None) -> None:
        self._library = library
        self._after_tags = after_tags
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._again: Callable[[Sequence[int]], Edit] | None = None
        self._turn = threading.RLock()
        self.recent_tags: tuple[str, ...] = ()

    def rate(self, ids: Sequence[int], stars: int) -> Edit:
        """Give stars, 0 to 5."""
        self._again = lambda others: self.rate(others, stars)
        text = f"{formatting.count(len(ids), 'sound')}: {'★' * stars or 'no stars'}"
        return self._annotate(text, self._annotations(ids), stars=stars)

    def write_note(self, sample_id: int, note: str) -> Edit:
        """Set the note of a sound."""
        return self._annotate("Note saved" if note else "Note removed", self._annotations([sample_id]), note=note)

    def hide(self, ids: Sequence[int]) -> Edit:
        """Hide sounds, or show them again if all of them are hidden."""
        before = self._annotations(ids)
        is_hidden = not all(annotation.is_hidden for annotation in before.values())
        if is_hidden:
            self._again = self.hide
        text = f"{formatting.count(len(ids), 'sound')} {'hidden' if is_hidden else 'listed again'}"
        hint = "hidden:yes lists hidden sounds" if is_hidden else ""
        return self._annotate(text, before, hint=hint, is_hidden=is_hidden)

    def collect(self, ids: Sequence[int], name: str) -> Edit:
        """Add sounds to a collection, or remove them if all of them are in it.

        Raises:
            UsageError: The name is empty.
        """
        name = collection_name(name)
        before = self._library.collection_ids(name)
        chosen = set(ids)
        is_in = chosen <= set(before)
        if not is_in:
            self._again = lambda others: self.add_to_collection(others, name)
        return self._remove_from_collection(ids, name, before) if is_in else self.add_to_collection(ids, name)

    def add_to_collection(self, ids: Sequence[int], name: str) -> Edit:
        """Add sounds to a collection."""
        before = set(self._library.collection_ids(name))
        new = [sample_id for sample_id in dict.fromkeys(ids) if sample_id not in before]
        return self._write(
            Edit(f"{formatting.count(len(ids), 'sound')} added to {display_text(name)}", tuple(ids)),
            lambda e: e.add_to_collection(name, new),
            lambda e: e.remove_from_collection(name, new),
        )

    def _remove_from_collection(self, ids: Sequence[int], name: str, before: Sequence[int]) -> Edit:
        slots = self._library.kit_slots(name)
        after = [kept for kept in before if kept not in set(ids)]

        def revert(edits: Edits) -> None:
            if self._library.collection_ids(name) == after:
                edits.set_collection(name, before, slots)  # each in its place
            else:  # somebody else has changed it since
                edits.add_to_collection(name, ids)

        return self._write(
            Edit(f"{formatting.count(len(ids), 'sound')} removed from {display_text(name)}", tuple(ids)),
            lambda e: e.remove_from_collection(name, ids),
            revert,
        )

    def remove_collection(self, name: str) -> Edit:
        """Delete a collection; its sounds stay in the library."""
        before, slots = self._library.collection_ids(name), self._library.kit_slots(name)
        return self._write(
            Edit(f"Collection {name} removed", tuple(before)),
            lambda e: e.set_collection(name, []),
            lambda e: e.set_collection(name, before, slots),
        )

    def rename_collection(self, name: str, new: str) -> Edit:
        """Rename a collection.

        Raises:
            UsageError: The new name is taken.
        """
        new = collection_name(new)
        return self._write(
            Edit(f"Collection {display_text(name)} renamed to {display_text(new)}"),
            lambda e: e.rename_collection(name, new),
            lambda e: e.rename_collection(new, name),
        )

    def tag(self, ids: Sequence[int], name: str, *, is_this: bool) -> Edit:
        """Add a type or tag to sounds, or remove it.

        Args:
            ids: Samples.
            name: Name of the tag.
            is_this: Add the tag; False removes it.

        Raises:
            UsageError: The name is not valid for a tag.
        """
        from indexer.tagging.manual_tags import add_tag, find_tag, remove_tag

        tag = find_tag(self._library, name)
        self._again = lambda others: self.tag(others, name, is_this=is_this)
        self.recent_tags = tuple(dict.fromkeys([tag.name, *self.recent_tags]))[:_N_RECENT]

        def apply() -> str:
            (add_tag if is_this else remove_tag)(self._library, tag, ids)
            return f"{formatting.count(len(ids), 'sound')}: {'' if is_this else 'not '}{display_text(tag.name)}"

        return self._edit_tags(ids, apply)

    def rename_tag(self, name: str, new: str) -> Edit:
        """Rename a tag of the user's own; if the new name exists, both tags are merged.

        Raises:
            UsageError: There is no such tag, or it is a built-in one.
        """
        from indexer.tagging.manual_tags import find_tag, move_tag

        old, target = find_tag(self._library, name), find_tag(self._library, new)

        def apply() -> str:
            move_tag(self._library, old, target)
            return f"Tag {display_text(old.name)} renamed to {display_text(target.name)}"

        return self._edit_tags((), apply)

    def correct(self, ids: Sequence[int], correction: Correction) -> Edit:
        """Correct the tempo, key or pitch of sounds.

        Raises:
            UsageError: The value is invalid, or there is no tempo to halve or double.
        """
        self._again = lambda others: self.correct(others, correction)
        samples = self._library.samples(ids)
        after = {sample.id: read_correction(correction, sample) for sample in samples}
        before = {sample.id: correction.earlier_reading(sample) for sample in samples}
        edit = Edit(f"{formatting.count(len(samples), 'sound')}: {correction.text}", tuple(ids))
        return self._write(
            edit,
            lambda e: e.set_user_readings(correction.name, after),
            lambda e: e.set_user_readings(correction.name, before),
        )

    def repeat(self, ids: Sequence[int]) -> Edit:
        """Repeat the last edit on these sounds.

        Raises:
            UsageError: Nothing was done yet.
        """
        if self._again is None:
            raise UsageError("Nothing to repeat yet: tag, rate or correct a sound first.")
        return self._again(ids)

    def teach(self, learning: "ActiveLearning", ids: Sequence[int], *, is_this: bool) -> Edit:
        """Add an answer to a tag that is being learned."""
        return self._edit_tags(ids, lambda: learning.answer(ids, is_this=is_this))

    def set_examples(self, before: Examples, after: Examples, text: str) -> Edit:
        """Change the examples of the search, which changes nothing in the library."""

        def do() -> Undo:
            return lambda: None

        return self._make(Edit(text, examples=after), do, before)

    def undo(self) -> Edit | None:
        """Undo the last edit; None if there is none.

        Raises:
            UsageError: It cannot be undone any more; the one before it can.
        """
        with self._turn:
            if not self._done:
                return None
            step = self._done.pop()
            try:
                step.undo()
            except LibraryBusyError:
                self._done.append(step)
                raise
            self._undone.append(step)
        return Edit(f"Undone: {step.edit.text}", step.edit.ids, is_undo=True, examples=step.before)

    def redo(self) -> Edit | None:
        """Redo the edit that was undone last; None if there is none."""
        with self._turn:
            if not self._undone:
                return None
            step = self._undone.pop()
            try:
                self._done.append(replace(step, undo=step.do()))
            except LibraryBusyError:
                self._undone.append(step)
                raise
        return replace(step.edit, text=f"Redone: {step.edit.text}")

    def _annotate(self, text: str, before: Mapping[int, Annotation], hint: str = "", **value: Any) -> Edit:
        """Set one value of annotations; whatever else others have written of these sounds stays, also by an undo."""
        [name] = value
        ids_by_value: dict[Any, list[int]] = {}
        for sample_id, annotation in before.items():
            ids_by_value.setdefault(getattr(annotation, name), []).append(sample_id)

        def revert(edits: Edits) -> None:
            for old, ids in ids_by_value.items():
                edits.change_annotations(ids, **{name: old})

        edit = Edit(text, tuple(before), hint=hint)
        return self._write(edit, lambda e: e.change_annotations(tuple(before), **value), revert)

    def _write(self, edit: Edit, apply: Callable[[Edits], object], revert: Callable[[Edits], object]) -> Edit:
        """Make an edit by one write that another write undoes."""

        def write(change: Callable[[Edits], object]) -> None:
            with self._library.edits() as edits:
                change(edits)

        def do() -> Undo:
            write(apply)
            return lambda: write(revert)

        return self._make(edit, do)

    def _edit_tags(self, ids: Sequence[int], apply: Callable[[], str]) -> Edit:
        """Edit tags; the library itself stores how to undo the edit."""
        text = ""

        def do() -> Undo:
            nonlocal text
            before = self._library.own_tag_edit
            text = apply()
            made = self._library.own_tag_edit
            self._after_tags()
            return (lambda: None) if made is None or made == before else (lambda: self._undo_tags(made))

        with self._turn:
            self._make(Edit("", tuple(ids)), do)
            step = self._done[-1]
            self._done[-1] = replace(step, edit=replace(step.edit, text=text))
            return self._done[-1].edit

    def _undo_tags(self, edit_id: int) -> None:
        with self._library.edits() as edits:
            if edits.undo_tag_edit(edit_id) is None:
                raise UsageError("This edit of tags was undone already, or is too long ago to be undone.")
        self._after_tags()

    def _make(self, edit: Edit, do: Do, before: Examples | None = None) -> Edit:
        with self._turn:
            self._done = [*self._done[1 - _MAX_UNDO :], _Step(edit, do, do(), before)]
            self._undone.clear()
        return edit

    def _annotations(self, ids: Sequence[int]) -> dict[int, Annotation]:
        known = self._library.annotations(ids)
        return {sample_id: known.get(sample_id, Annotation()) for sample_id in ids}
