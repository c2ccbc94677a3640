"""What the screens work with: the library, its model and the searches over them. Knows nothing of Textual.

Every method may take a while and is called from a thread.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from db.library import Library
from db.query.parser import Query, parse_query
from db.read.facets import TagTable
from db.types import Annotation, Matrix, SampleIds, Vector
from indexer.encoders.base import Encoder, TextEncoder
from indexer.encoders.prompts import unit
from indexer.encoders.registry import Model, load_text_encoder, start_encoder
from indexer.features.loop_classifier import FORMS
from indexer.latent.sphere import SoundSpace
from indexer.search.measured_attributes import ParsedAttributes, take_apart
from indexer.search.service import correction, direction, name_words, preference, rank
from indexer.tagging.taxonomy import sound_types
from tui.workspace.columns import Row

if TYPE_CHECKING:
    from indexer.latent.interpolation import Blender

_BUILT_IN = frozenset({"type", "form", "character"})  # facets whose names are known without a library
_MAX_RANKED = 1000  # nobody reads further; everything is one query away
_DISLIKE = -0.6  # what "less like this" weighs against the words and examples
N_FIRST_ROWS = 64  # sent along with a result, so that its first page shows at once

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Request:
    """What is searched for.

    Attributes:
        line: Query line.
        likes: Sounds that the result shall resemble.
        dislikes: Sounds that it shall not.
        file: A sound outside or inside the library to search by.
        order: One of `db.read.orders.ORDERS`; empty for the best match first.
    """

    line: str = ""
    likes: tuple[int, ...] = ()
    dislikes: tuple[int, ...] = ()
    file: Path | None = None
    order: str = ""
    is_descending: bool = False

    @property
    def is_ranked(self) -> bool:
        """Something is described, so that sounds have a score."""
        query = parse_query(self.line)
        return bool(query.text or query.plus or query.minus or self.likes or self.dislikes or self.file)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a request.

    Attributes:
        ids: In order.
        scores: 0 to 1, one per id; where only a tag is asked for, how sure that is; None where nothing was described.
        rows: The first of them, by id.
        n_searched: How many sounds passed the filters.
        within: Those sounds; None for all.
    """

    request: Request
    ids: SampleIds
    scores: Scores | None
    rows: Mapping[int, Row]
    n_searched: int
    within: SampleIds | None
    seconds: float


class Session:
    """One library with the model that its vectors belong to.

    Args:
        library: Open library.
        model: The model.
        text_encoder: The light half of the model; loaded when first needed if not given.
        encoder: The whole model; started when first needed if not given.
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
        self._loading = threading.Lock()
        self._text_encoder = text_encoder
        self._encoder = encoder
        self._is_own_encoder = encoder is None
        self._orders: dict[tuple[str, bool], SampleIds] = {}
        self._tags: TagTable | None = None
        self.on_crash: Callable[[str], None] = lambda _: None  # told when the model's process has died once

    @property
    def text_encoder(self) -> TextEncoder:
        if self._text_encoder is None and not self.model.reads_text_here:
            return self.encoder  # one process for both
        with self._loading:
            if self._text_encoder is None:
                self._text_encoder = load_text_encoder(self.model)
            return self._text_encoder

    @property
    def encoder(self) -> Encoder:
        """The whole model, in a process of its own; asking starts nothing yet."""
        with self._loading:
            if self._encoder is None:
                started = start_encoder(self.model)
                started.on_crash = self.on_crash
                self._encoder = started
            return self._encoder

    @cached_property
    def blender(self) -> "Blender":
        from indexer.latent.interpolation import Blender

        return Blender(self.library, self.text_encoder)

    def close(self) -> None:
        close = getattr(self._encoder, "close", None)
        if self._is_own_encoder and close is not None:
            close()

    def warm_up(self) -> None:
        """Load what the first search needs: 0.2 s that nobody waits for."""
        self.library.vectors(self.text_encoder.info)

    def refresh(self) -> None:
        """Forget what was read of the library, since it has changed."""
        self._orders.clear()
        self._tags = None

    def find(self, request: Request) -> Found:
        """Answer a request.

        Raises:
            QueryError: A filter cannot be read.
            SoundError: The file to search by cannot be heard.
        """
        began = time.perf_counter()
        query = parse_query(request.line)
        within = self.library.filter_ids(query.filters)
        ids, scores = self._ranked(request, query, within) if request.is_ranked else self._unranked(query, within)
        if request.order:
            ids, scores = self._reordered(ids, scores, request)
        rows = self.rows(ids[:N_FIRST_ROWS].tolist())
        n_searched = len(self._sorted("added", is_descending=False)) if within is None else len(within)
        return Found(request, ids, scores, rows, n_searched, within, time.perf_counter() - began)

    def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        """Return what the list shows of these sounds."""
        annotations = self.library.annotations(ids)
        return {
            sample.id: Row(sample, annotation=annotations.get(sample.id, Annotation()))
            for sample in self.library.samples(ids)
        }

    def tag_table(self) -> TagTable:
        if self._tags is None:
            self._tags = self.library.tag_table()
        return self._tags

    def tag_names(self) -> list[str]:
        """Return the names that a user may give a sound: the built-in ones, then the user's own."""
        given = [tag.name for tag in self.tag_table().tags if tag.parent or tag.facet not in _BUILT_IN]
        return list(dict.fromkeys([*(kind.name for kind in sound_types()), *FORMS, *given]))

    def _ranked(self, request: Request, query: Query, within: SampleIds | None) -> tuple[SampleIds, Scores]:
        index = self.library.vectors(self.text_encoder.info)
        words = [word for word in name_words(query.text) if len(word) > 1]  # one letter is the begin of a word
        names = self.library.name_matches(words, _MAX_RANKED) if words else {}
        is_example = bool(request.likes or request.file)
        wish = take_apart(query.text, query.plus, query.minus)
        correct = correction(self.text_encoder.traits, is_example=is_example)
        prefer = preference(self.library, wish, has_example=is_example)
        aim = self._aim(request, query, wish)
        found = rank(index, aim, names, within, _MAX_RANKED, correct, prefer)[:_MAX_RANKED]
        shown = ~np.isin(found["id"], request.dislikes)
        return found["id"][shown].copy(), found["score"][shown].copy()

    def _aim(self, request: Request, query: Query, wish: ParsedAttributes) -> Vector | None:
        """Return where to search: words, examples and what they shall not be like, in one vector."""
        examples = self._examples(request)
        words = direction(self.text_encoder, query, wish, has_example=len(examples) > 0)
        if not len(examples):
            return words
        space = SoundSpace(self.text_encoder.audio_center)
        weights = np.array([1.0] * (len(examples) - len(request.dislikes)) + [_DISLIKE] * len(request.dislikes), "f4")
        mixed = weights @ space.directions(examples) + (0 if words is None else words)
        return space.aim(unit(mixed.astype(np.float32)))

    def _examples(self, request: Request) -> Matrix:
        ids = np.array([*request.likes, *request.dislikes], np.int64)
        stored = self.library.vectors(self.text_encoder.info).get(ids)
        if request.file is None:
            return stored
        from indexer.search.query_by_example import embed_file

        heard = embed_file(self.library, request.file, self.encoder)[1]
        return np.concatenate([heard[None], stored])

    def _unranked(self, query: Query, within: SampleIds | None) -> tuple[SampleIds, Scores | None]:
        """Return sounds as they came into the library; those with a tag the surest first.

        Those of one collection are in its own order, as a path has one.
        """
        listed = self._listed(within, "added", is_descending=False)
        if within is None:
            return listed, None
        names = [str(kept.value) for kept in query.filters if kept.name == "collection" and not kept.is_excluded]
        if len(names) == 1:
            members = np.array(self.library.collection_ids(names[0]), np.int64)
            return members[np.isin(members, within)], None
        sureness = self.library.filter_confidence(query.filters, listed)
        if sureness is None:
            return listed, None
        order = np.argsort(-sureness, kind="stable")
        return listed[order], sureness[order]

    def _listed(self, within: SampleIds | None, order: str, *, is_descending: bool) -> SampleIds:
        ids = self._sorted(order, is_descending=is_descending)
        return ids if within is None else ids[np.isin(ids, within)]

    def _reordered(self, ids: SampleIds, scores: Scores | None, request: Request) -> tuple[SampleIds, Scores | None]:
        ordered = self._listed(np.sort(ids), request.order, is_descending=request.is_descending)
        if scores is None:
            return ordered, None
        by_id = np.argsort(ids)
        return ordered, scores[by_id[np.searchsorted(ids, ordered, sorter=by_id)]]

    def _sorted(self, order: str, *, is_descending: bool) -> SampleIds:
        key = (order, is_descending)
        if key not in self._orders:
            self._orders[key] = self.library.sorted_ids(order, is_descending=is_descending)
        return self._orders[key]
