"""What the user changes, each with the way back. Called from a thread; knows nothing of Textual."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from db.edits import Edits
from db.library import Library
from db.records import Remark, Source, TagMark
from indexer.vocabulary import sound_types
from tui import human

FAVOURITES = "Favourites"
_MAX_UNDO = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One change that was made.

    Attributes:
        text: What it did, as a sentence.
        ids: The samples that look different now.
    """

    text: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Undo:
    change: Change
    apply: Callable[[Edits], None]


class Changes:
    """Make changes to a library and take them back, the last one first.

    Raises:
        LibraryBusyError: From every method that writes, while another process is writing the library.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._undos: list[_Undo] = []
        self._turn = threading.Lock()

    def rate(self, ids: Sequence[int], stars: int) -> Change:
        """Give stars, 0 to 5."""
        before = self._remarks(ids)
        after = {sample_id: replace(remark, stars=stars) for sample_id, remark in before.items()}
        text = f"{human.count(len(ids), 'sound')}: {'★' * stars or 'no stars'}"
        return self._make(Change(text, tuple(ids)), lambda e: e.keep_remarks(after), lambda e: e.keep_remarks(before))

    def write_note(self, sample_id: int, note: str) -> Change:
        """Keep a note on a sound, in place of the one before."""
        before = self._remarks([sample_id])
        after = {sample_id: replace(before[sample_id], note=note)}
        text = "Note kept" if note else "Note removed"
        return self._make(Change(text, (sample_id,)), lambda e: e.keep_remarks(after), lambda e: e.keep_remarks(before))

    def collect(self, ids: Sequence[int], name: str) -> Change:
        """Put sounds into a collection; those that all are in it already are taken out."""
        before = self._library.collection_ids(name)
        is_in = set(ids) <= set(before)
        after = [kept for kept in before if kept not in ids] if is_in else list(dict.fromkeys([*before, *ids]))
        text = f"{human.count(len(ids), 'sound')} {'taken out of' if is_in else 'put into'} {name}"
        return self._make(
            Change(text, tuple(ids)),
            lambda e: e.keep_collection(name, after),
            lambda e: e.keep_collection(name, before),
        )

    def tag(self, ids: Sequence[int], name: str, *, is_this: bool) -> Change:
        """Say that sounds are something, or that they are not."""
        before = self._library.marks(ids, Source.USER)
        mark = _user_mark(name, is_this=is_this)
        after = {sample_id: (*_without(marks, mark, is_this=is_this), mark) for sample_id, marks in before.items()}
        text = f"{human.count(len(ids), 'sound')}: {'' if is_this else 'not '}{name}"
        return self._make(
            Change(text, tuple(ids)),
            lambda e: e.retag(after, [Source.USER]),
            lambda e: e.retag(before, [Source.USER]),
        )

    def undo(self) -> Change | None:
        """Take back the last change; None where there is none."""
        with self._turn:
            if not self._undos:
                return None
            last = self._undos[-1]
            with self._library.edits() as edits:
                last.apply(edits)
            self._undos.pop()
        return Change(f"Undone: {last.change.text}", last.change.ids)

    def _make(self, change: Change, apply: Callable[[Edits], None], undo: Callable[[Edits], None]) -> Change:
        with self._turn:
            with self._library.edits() as edits:
                apply(edits)
            self._undos = [*self._undos[1 - _MAX_UNDO :], _Undo(change, undo)]
        return change

    def _remarks(self, ids: Sequence[int]) -> dict[int, Remark]:
        known = self._library.remarks(ids)
        return {sample_id: known.get(sample_id, Remark()) for sample_id in ids}


def known_tag_names() -> list[str]:
    """Return the names of the built-in types."""
    return [kind.name for kind in sound_types()]


def _user_mark(name: str, *, is_this: bool) -> TagMark:
    """Return the mark of a built-in type, or of a tag of the user's own."""
    families = {kind.name: kind.family for kind in sound_types()}
    facet = "type" if name in families else "user"
    return TagMark(facet, name, Source.USER, 1.0 if is_this else 0.0, families.get(name))


def _without(marks: Sequence[TagMark], mark: TagMark, *, is_this: bool) -> list[TagMark]:
    """Return the marks that stay beside a new one: a sound that is a kick now is no snare any more."""
    return [
        kept
        for kept in marks
        if (kept.facet, kept.name) != (mark.facet, mark.name)
        and not (is_this and mark.facet == "type" and kept.facet == "type" and kept.confidence > 0)
    ]
