"""The session of the app: the library, its model and searches, without Textual.

Every method may take a while and is called from a thread.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from db.errors import EarmarkError
from db.read.facets import TagTable
from db.read.folders import FolderTable
from db.types import Annotation, SampleIds, Tag, TagName
from indexer.api.session import LibrarySession
from indexer.features.loop_classifier import FORMS
from indexer.search.request import SearchRequest
from indexer.tagging.user_taxonomy import read_taxonomy
from tui.workspace.listing.columns import Row, tag_name
from tui.workspace.listing.facet_lines import count_new
from tui.workspace.query.query_notices import query_notices

if TYPE_CHECKING:
    from indexer.tagging.tag_pass import TagPass

_BUILT_IN = frozenset({"type", "form", "character"})  # facets whose names are known without a library
_MAX_RANKED = 1000  # longer lists are not read
_MAX_SORTED = 200  # best hits that are sorted by another column, so that all of them match
N_FIRST_ROWS = 64  # rows in a result, so that its first page shows at once

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a request.

    Attributes:
        ids: Samples in order.
        scores: Score of each id, 0 to 1; for tags alone, their confidence; None without a description or tag.
        rows: Rows of the first samples, by id.
        n_searched: Number of samples that passed the filters.
        within: Those samples; None for all.
        seconds: Time of the search.
        n_folded: Number of near-identical samples folded behind others.
        is_relevant: The library probably holds what is described, not merely the nearest sounds.
    """

    request: SearchRequest
    ids: SampleIds
    scores: Scores | None
    rows: Mapping[int, Row]
    n_searched: int
    within: SampleIds | None
    seconds: float
    n_folded: int = 0
    is_relevant: bool = True


class Session(LibrarySession):
    """A library with the model that it is searched with."""

    _tags: TagTable | None = None
    _folders: FolderTable | None = None
    _n_new: int | None = None

    def warm_up(self) -> None:
        """Load what the first search and the guesses of types need, which takes 0.3 s."""
        self.library.vectors(self.text_encoder.info)
        self._guess_types(self.library.sorted_ids()[:1].tolist(), is_wanted=True)

    def refresh(self, *, has_other_files: bool = True) -> None:
        """Forget cached data after a change of the library; folders only if files have changed."""
        self._tags = None
        if has_other_files:
            self._folders = self._n_new = None

    def find(self, request: SearchRequest) -> Found:
        """Search: return the best hits of a description, else all sounds that pass the filters, with the first rows.

        Raises:
            QueryError: A filter is invalid.
            SoundError: The file to search by cannot be decoded.
        """
        began = time.perf_counter()
        k = _MAX_SORTED if request.order else _MAX_RANKED
        result = self.search_service.search(replace(request, k=k if request.is_ranked else None))
        rows = self.rows(result.ids[:N_FIRST_ROWS].tolist(), request.line)
        seconds = time.perf_counter() - began
        return Found(
            request=request,
            ids=result.ids,
            scores=result.scores,
            rows=rows,
            n_searched=result.n_searched,
            within=result.within,
            seconds=seconds,
            n_folded=result.n_folded,
            is_relevant=result.is_relevant,
        )

    def notices(self, line: str) -> tuple[str, ...]:
        """Return notices on how a query line was understood, as sentences; takes up to half a second.

        Raises:
            QueryError: A filter is invalid.
            UsageError: The user's taxonomy is invalid.
        """
        return tuple(query_notices(line, self.search_service.unknown(line)))

    def tag_edited(self) -> None:
        """Tag the sounds whose type an edit has changed."""
        from indexer.tagging.tag_pass import tag_edited

        tag_edited(self.library, lambda: self.text_encoder)

    def rows(self, ids: Sequence[int], line: str = "") -> dict[int, Row]:
        """Return the rows of samples by id; paths that pass the filters of a query come first."""
        annotations, uses = self.library.annotations(ids), self.library.uses(ids)
        hearings = self.library.hearings(ids)
        samples = self.search_service.samples(ids, line)
        guesses = self._guess_types([sample.id for sample in samples if not tag_name(sample, "type")])
        return {
            sample.id: Row(
                sample,
                annotation=annotations.get(sample.id, Annotation()),
                guess=guesses.get(sample.id),
                used_at=uses.get(sample.id),
                heard_at=hearings.get(sample.id),
            )
            for sample in samples
        }

    def _guess_types(self, ids: Sequence[int], *, is_wanted: bool = False) -> dict[int, Tag]:
        """Return the most likely types of sounds whose type is uncertain; none before `warm_up`."""
        if not (is_wanted or "_guesser" in self.__dict__):
            return {}
        is_quick = self._text_encoder is not None or self.model.reads_text_here
        with suppress(EarmarkError):  # a missing model or an invalid taxonomy is reported elsewhere
            return self._guesser.guess_types(ids) if ids and is_quick else {}
        return {}

    @cached_property
    def _guesser(self) -> "TagPass":
        from indexer.tagging.tag_pass import TagPass

        return TagPass(self.library, self.text_encoder)

    def tag_table(self) -> TagTable:
        if self._tags is None:
            self._tags = self.library.tag_table()
        return self._tags

    def n_new(self) -> int:
        """Return the number of new sounds; 0 if all sounds are new."""
        if self._n_new is None:
            self._n_new = count_new(self.library, self.folder_table())
        return self._n_new

    def folder_table(self) -> FolderTable:
        if self._folders is None:
            self._folders = self.library.folder_table()
        return self._folders

    def known_tags(self) -> list[TagName]:
        """Return the tags that a user can give: types, forms, then the user's own.

        Raises:
            UsageError: The user's taxonomy is invalid.
        """
        taxonomy = read_taxonomy(self.library)
        types = [TagName("type", kind.name, kind.family) for kind in taxonomy.types]
        forms = [TagName("form", name) for name in FORMS]
        own = [TagName(tag.facet, tag.name) for tag in taxonomy.user_tags]
        given = [tag for tag in self.tag_table().tags if tag.facet not in _BUILT_IN]
        tags = [*types, *forms, *own, *given]
        return list({tag.name: tag for tag in reversed(tags)}.values())[::-1]  # the first of a name counts
