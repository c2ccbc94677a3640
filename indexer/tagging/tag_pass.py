"""The tag stage: decide the tags of sounds from what is stored of them; no file is opened.

It is the same after indexing, after a correction and after a change of the taxonomy: the library queues the samples
that are new, were renamed or are of another type now (`db.write.tagging_queue`), and `TagPass` tags what is queued.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from db.library import Library
from db.query.filters import TYPE_GROUPS
from db.read.tagging_inputs import QueuedSample, TaggingInputs
from db.resolution import effective_type
from db.types import Reading, SampleIds, Source, Tag
from db.write.records import TagResult
from indexer.encoders.base import TextEncoder
from indexer.features.loop_classifier import can_be_loop, form_of
from indexer.processes.gc_pause import gc_paused
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.library_profile import LibraryProfile, Survey, build_profile
from indexer.tagging.relative_attributes import MEASUREMENTS, PercentileTable
from indexer.tagging.tagger import Tagger
from indexer.tagging.user_taxonomy import read_taxonomy

_BATCH = 2000
_N_SURVEYED = 4000  # evenly spaced sounds: 0.2 s
_LABEL_CONFIDENCE = 0.9  # of a name that speaks of one type only
_SETTING = "tagging"
_METHOD = 2  # another number where sounds are tagged in another way from then on
_FROM_PEOPLE = (Source.EMBEDDED, Source.TAUGHT, Source.USER)  # sources that the pass reads and does not write


class TagPass:
    """Tag the sounds of one library by the vectors of one encoder.

    Args:
        library: Open library.
        encoder: Its text half embeds the phrases of the taxonomy; its audio vectors are the ones tagged.

    Raises:
        UsageError: The user's taxonomy is invalid.
    """

    def __init__(self, library: Library, encoder: TextEncoder) -> None:
        self._library = library
        self._tagger = Tagger(encoder, read_taxonomy(library))
        state: dict[str, Any] = json.loads(library.setting(_SETTING) or "{}")
        self._is_current = state.get("version") == self._version()
        if self._is_current:
            profile = LibraryProfile.from_dict(state)
            self._tagger = self._tagger.with_profile(profile)

    @gc_paused()
    def tag_queued(
        self,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Tag the samples that are queued; tags that the user gave or taught stay.

        Each batch is one transaction; a pass that is stopped leaves the rest in the queue.

        Args:
            on_progress: Called with the number of sounds done and in all.
            cancelled: Polled between batches.

        Returns:
            How many were tagged.

        Raises:
            LibraryBusyError: Another process is writing the library.
        """
        n_done, n_total = 0, self._library.n_queued()
        while n_done < n_total and not cancelled():
            queued = self._library.tagging_queue(_BATCH)
            results = self._tag(queued)
            with self._library.edits() as edits:
                edits.store_tagging(dict(zip(queued, results, strict=True)))
            n_done += len(queued)
            on_progress(n_done, n_total)
        return n_done

    @gc_paused()
    def refresh(self, *, has_new_sounds: bool, cancelled: Callable[[], bool] = lambda: False) -> int:
        """Tag what is queued, or all where the taxonomy, the encoder or the make-up of the library has changed.

        Arguments, result and errors are those of `tag_queued`; ``has_new_sounds`` says whether the library may consist
        of something else than before.
        """
        if self._is_current and not has_new_sounds:
            return self.tag_queued(cancelled=cancelled)
        has_vectors = len(self._library.vectors(self._tagger.info).known()) > 0  # 0.1 s for 100,000 sounds
        if not has_vectors or (self._is_current and not self._has_drifted()):
            return self.tag_queued(cancelled=cancelled)
        return self.tag_all(cancelled=cancelled)

    @gc_paused()
    def tag_all(
        self,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Rebuild the profile of the library and tag all of it; arguments, result and errors as of `tag_queued`."""
        plain = self._tagger.with_profile(LibraryProfile())
        profile = build_profile(self._survey(plain), _type_names(plain))
        self._tagger = plain.with_profile(profile)
        profile = replace(profile, percentiles=self._measure_percentiles())
        self._tagger = plain.with_profile(profile)
        with self._library.edits() as edits:
            edits.set_setting(TYPE_GROUPS, json.dumps(self._tagger.taxonomy.groups))
            edits.begin_tagging(_SETTING, json.dumps({"version": self._version(), **profile.as_dict()}))
        self._is_current = True
        return self.tag_queued(on_progress, cancelled)

    def guess_types(self, ids: Sequence[int]) -> dict[int, Tag]:
        """Return the likeliest type of sounds, however unsure, by id; a sound without a vector has none."""
        forms = {known.sample_id: _form_of(known).name for known in self._library.tagging_inputs(ids)}
        found, vectors = self._library.embeddings(self._tagger.info, list(forms))
        if not found:
            return {}
        return dict(zip(found, self._tagger.likeliest_types(vectors, [forms[key] for key in found]), strict=True))

    def _version(self) -> str:
        """Return a text that changes where the encoder, its calibration, the taxonomy or the method does."""
        calibration = hashlib.sha256(repr(self._tagger.calibration).encode()).hexdigest()[:16]
        return f"{_METHOD} {self._tagger.info.fingerprint} {self._tagger.taxonomy.digest} {calibration}"

    def _tag(self, queued: Sequence[QueuedSample]) -> list[TagResult]:
        ids = [sample.sample_id for sample in queued]
        inputs = self._library.tagging_inputs(ids)
        tags = self._tag_by_names_and_sound(inputs)
        types = self._types(ids, tags)
        values = self._library.measurements(np.array(ids, np.int64), MEASUREMENTS)
        relative = self._tagger.profile.percentiles.tag(types, values)
        return [
            TagResult((*given, *attributes), _readings_from_names(known.names) if sample.has_new_name else None)
            for sample, known, given, attributes in zip(queued, inputs, tags, relative, strict=True)
        ]

    def _tag_by_names_and_sound(self, inputs: Sequence[TaggingInputs]) -> list[tuple[Tag, ...]]:
        """Return the tags of names, form and embedding; a sound without a vector has none of the last."""
        forms = {known.sample_id: _form_of(known) for known in inputs}
        ids, vectors = self._library.embeddings(self._tagger.info, list(forms))
        by_sound = dict(zip(ids, self._tagger.tag(vectors, [forms[key].name for key in ids]), strict=True))
        return [
            (*_tags_from_names(known, self._tagger), forms[known.sample_id], *by_sound.get(known.sample_id, ()))
            for known in inputs
        ]

    def _types(self, ids: Sequence[int], tags: Sequence[tuple[Tag, ...]]) -> list[Tag | None]:
        """Return the types that count, those that the user gave or taught included."""
        said = self._library.tags_from(_FROM_PEOPLE, ids)
        return [effective_type((*said[sample_id], *given)) for sample_id, given in zip(ids, tags, strict=True)]

    def _measure_percentiles(self) -> PercentileTable:
        """Measure how long and how bright evenly spaced sounds are."""
        ids = _evenly(self._library.vectors(self._tagger.info).known())
        tags = self._tag_by_names_and_sound(self._library.tagging_inputs(ids.tolist()))
        return PercentileTable.build(self._types(ids.tolist(), tags), self._library.measurements(ids, MEASUREMENTS))

    def _has_drifted(self) -> bool:
        plain = self._tagger.with_profile(LibraryProfile())
        now = build_profile(self._survey(plain), _type_names(plain))
        return now.has_drifted(self._tagger.profile)

    def _survey(self, plain: Tagger) -> Survey:
        """Survey evenly spaced sounds with a tagger without a profile."""
        index = self._library.vectors(plain.info)
        ids = _evenly(index.known())
        vectors = index.get(ids)
        order = np.lexsort(vectors.T[:3])  # by content: the same bits whatever the order in which sounds came in
        ids, vectors = ids[order], vectors[order]
        inputs = self._library.tagging_inputs(ids.tolist())
        forms = [_form_of(known).name for known in inputs]
        by_user = self._library.tags_from([Source.USER], ids.tolist())
        labels = [label_of((*by_user[known.sample_id], *_tags_from_names(known, plain))) for known in inputs]
        return Survey(
            vectors,
            plain.type_probabilities(vectors, forms),
            np.array([plain.place_of(name) for name in labels], np.int64),
        )


class EditedTags:
    """Tag what edits leave, by a pass that is kept for the next edit: to make one embeds the prompts of all types.

    For a process in which many people edit one library; safe to use from several threads.

    Args:
        library: Open library.
        encoder: Loads the encoder of the library, only where there is something to tag.
    """

    def __init__(self, library: Library, encoder: Callable[[], TextEncoder]) -> None:
        self._library = library
        self._encoder = encoder
        self._turn = threading.Lock()
        self._kept: tuple[tuple[str, str | None], TagPass] | None = None

    def tag(self) -> None:
        """Do what `tag_edited` does; errors as of that, and `UsageError` for a taxonomy that is invalid."""
        if 0 < self._library.n_queued() <= _BATCH:
            with self._turn:
                self._find_pass().tag_queued()

    def _find_pass(self) -> TagPass:
        """Return the pass for the taxonomy and the profile as others may have left them."""
        state = read_taxonomy(self._library).digest, self._library.setting(_SETTING)
        if self._kept is None or self._kept[0] != state:
            self._kept = state, TagPass(self._library, self._encoder())
        return self._kept[1]


def tag_edited(library: Library, encoder: Callable[[], TextEncoder]) -> None:
    """Tag the samples that an edit gave another type, whose attributes are relative to that type.

    Where more is queued, as after a pass that was stopped, it is left to the next index run.

    Args:
        library: Open library.
        encoder: Loads the encoder of the library, only where there is something to tag.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    EditedTags(library, encoder).tag()


def label_of(tags: Iterable[Tag]) -> str:
    """Return the type of a sound where it is sure enough to learn from; "" otherwise."""
    sound_type = effective_type(tags)
    return "" if sound_type is None or sound_type.confidence < _LABEL_CONFIDENCE else sound_type.name


def _form_of(known: TaggingInputs) -> Tag:
    return form_of(known.duration_seconds, known.n_onsets, known.tempo_confidence)


def _tags_from_names(known: TaggingInputs, tagger: Tagger) -> Iterable[Tag]:
    """Return what the names of all copies say, each tag once."""
    is_loop = can_be_loop(known.duration_seconds, known.n_onsets)
    found = [tags_from_name(name, tagger.taxonomy, can_be_loop=is_loop) for name in known.names]
    return found[0] if len(found) == 1 else {tag[:2]: tag for tags in found for tag in tags}.values()


def _readings_from_names(names: Iterable[str]) -> tuple[Reading, ...]:
    """Return the surest tempo and key that the names of all copies say."""
    from indexer.tagging.filename_readings import readings_from_name  # 5 ms, where nothing may be new

    best: dict[str, Reading] = {}
    for reading in (reading for name in names for reading in readings_from_name(name)):
        if reading.name not in best or reading.confidence > best[reading.name].confidence:
            best[reading.name] = reading
    return tuple(best.values())


def _type_names(tagger: Tagger) -> list[str]:
    return [kind.name for kind in tagger.types]


def _evenly(ids: SampleIds) -> SampleIds:
    return ids[:: max(1, len(ids) // _N_SURVEYED)]
