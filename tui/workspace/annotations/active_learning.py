"""Active learning of one tag: choose which sounds to ask about, and learn from the answers.

Without Textual; every method may take a while and is called from a thread.
"""

import threading
import time
from collections.abc import Sequence

import numpy as np

from db.paths import display_text
from db.types import SampleIds, Source, TagKey
from db.write.records import TagEdit
from indexer.few_shot.service import FewShotTagger
from indexer.search.request import SearchRequest
from indexer.tagging.manual_tags import find_tag, replaced_tags
from tui import formatting
from tui.workspace.session import N_FIRST_ROWS, Found, Scores, Session

N_TO_BEGIN = 3  # examples before a tag is learned; fewer would generalize from a single sound
_N_ASKED = 60
_N_LIKES = 20  # examples for the first search


class ActiveLearning:
    """A dialogue that learns one tag from yes and no answers.

    Args:
        session: Library and model.
        name: Name of the tag, built-in or the user's own.

    Raises:
        UsageError: The name is not valid for a tag.
    """

    def __init__(self, session: Session, name: str) -> None:
        self.tag = find_tag(session.library, name)
        self._session = session
        self._turn = threading.Lock()
        self._making = threading.Lock()
        self._tagger: FewShotTagger | None = None

    def answer(self, ids: Sequence[int], *, is_this: bool) -> str:
        """Store an answer, and learn from all answers if there are enough.

        Args:
            ids: Samples that the answer is about.
            is_this: Whether they have the tag.

        Returns:
            The result, as a sentence.

        Raises:
            LibraryBusyError: Another process is writing the library.
        """
        name = display_text(self.tag.name)
        with self._turn:
            yes, _ = self._examples()
            if not self._has_begun(len(set(yes) | set(ids)) if is_this else len(yes)):
                self._keep(ids, is_this=is_this)
                return f"{formatting.count(len(ids), 'sound')}: {'' if is_this else 'not '}{name}"
            tagger = self._get_tagger()
            learned = tagger.learn(self.tag, ids if is_this else (), () if is_this else ids)
        return f"{name}: {formatting.count(learned.n_tagged, 'other sound')} tagged"

    def prepare(self) -> None:
        """Load what learning needs, while the user listens to the first sounds.

        Raises:
            UsageError: The library has no embedded sounds.
        """
        self._get_tagger()

    def find(self, first: int | None = None) -> tuple[Found, str]:
        """Return the sounds to ask about, and the progress as text.

        Args:
            first: A sound to ask about first, unless it was answered already.
        """
        began = time.perf_counter()
        with self._turn:
            yes, no = self._examples()
            n_missing = 0 if self._has_begun(len(yes)) else N_TO_BEGIN - len(yes)
            ids, scores = self._likely(yes, no) if n_missing else self._get_tagger().most_uncertain(self.tag, _N_ASKED)
        if first is not None and first not in yes and first not in no:
            ids, scores = _put_first(ids, scores, first)
        rows = self._session.rows(ids[:N_FIRST_ROWS].tolist())
        found = Found(SearchRequest(), ids, scores, rows, len(ids), None, time.perf_counter() - began)
        n_taught = len(self._session.library.tag_confidences(self.tag, [Source.TAUGHT]))
        if n_missing:
            return found, f"{len(yes)} of {N_TO_BEGIN} yes, {len(no):,} no"
        return found, f"{len(yes):,} yes, {len(no):,} no, {formatting.count(n_taught, 'other')} tagged"

    def _has_begun(self, n_yes: int) -> bool:
        return n_yes >= N_TO_BEGIN or self._session.library.few_shot_tags().get(self.tag, "[]") != "[]"

    def _examples(self) -> tuple[list[int], list[int]]:
        marks = self._session.library.tag_confidences(self.tag, [Source.USER])
        yes = [cell.sample_id for cell, confidence in marks.items() if confidence > 0]
        return yes, [cell.sample_id for cell, confidence in marks.items() if confidence == 0]

    def _keep(self, ids: Sequence[int], *, is_this: bool) -> None:
        """Store an answer without learning from it."""
        library = self._session.library
        marks: dict[TagKey, float | None] = dict(replaced_tags(library, self.tag, ids)) if is_this else {}
        marks |= dict.fromkeys((TagKey(key, self.tag, Source.USER) for key in ids), float(is_this))
        with library.edits() as edits:
            edits.edit_tags(TagEdit(f"{'Tagged' if is_this else 'Not'} {self.tag.name}", marks))

    def _get_tagger(self) -> FewShotTagger:
        """Return a tagger for all sounds, which takes 2 s for 100,000; it is kept until sounds are added."""
        info = self._session.text_encoder.info
        with self._making:
            if self._tagger is None or self._tagger.n_sounds != self._session.library.vectors(info).n:
                self._tagger = FewShotTagger(self._session.library, info, self._session.text_encoder)
            return self._tagger

    def _likely(self, yes: Sequence[int], no: Sequence[int]) -> tuple[SampleIds, Scores]:
        """Return sounds that match the name of the tag and resemble the examples, for the first answers."""
        library = self._session.library
        embedded = set(library.vectors(self._session.text_encoder.info).known().tolist())
        likes, dislikes = ([key for key in keys if key in embedded][-_N_LIKES:] for keys in (yes, no))
        found = self._session.find(SearchRequest(f'"{self.tag.name}"', likes=tuple(likes), dislikes=tuple(dislikes)))
        assert found.scores is not None  # something is described
        is_open = ~np.isin(found.ids, [*yes, *no])
        return found.ids[is_open][:_N_ASKED], found.scores[is_open][:_N_ASKED]


def _put_first(ids: SampleIds, scores: Scores, first: int) -> tuple[SampleIds, Scores]:
    place = np.flatnonzero(ids == first)
    score = scores[place] if len(place) else np.zeros(1, np.float32)
    others = ids != first
    return np.concatenate([[first], ids[others]]), np.concatenate([score, scores[others]])
