"""Tag a library again from what is stored, as after a change of the taxonomy; no file is opened."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from db.library import Library
from db.query.filters import TYPE_GROUPS
from db.read.tagging_inputs import TaggingInputs
from db.types import EncoderInfo, SampleIds, Source, Tag
from indexer.encoders.base import Calibration, TextEncoder
from indexer.features.loop_classifier import can_be_loop, form_of
from indexer.gc_pause import gc_paused
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.library_profile import LibraryProfile, Survey, build_profile
from indexer.tagging.relative_attributes import MEASURES, PercentileTable
from indexer.tagging.tagger import Tagger
from indexer.tagging.taxonomy import Taxonomy
from indexer.tagging.user_taxonomy import read_taxonomy

_BATCH = 2000
_N_SURVEYED = 4000  # evenly spaced sounds: 0.2 s
_SURE = 0.9  # of a name that speaks of one type only
_SETTING = "tagging"
SOURCES = (Source.MODEL, Source.ANALYSIS, Source.FILENAME)


def library_tagger(library: Library, encoder: TextEncoder) -> Tagger:
    """Return the tagger that a library was tagged with last, by its taxonomy as it is now.

    Raises:
        UsageError: The user's taxonomy cannot be understood.
    """
    taxonomy = read_taxonomy(library.folder)
    return Tagger(encoder, taxonomy, _last_profile(library, encoder, taxonomy))


@gc_paused()
def retag_if_needed(
    library: Library, encoder: TextEncoder, *, has_new_sounds: bool, cancelled: Callable[[], bool] = lambda: False
) -> int:
    """Tag a library again where its taxonomy, its encoder or what it consists of has changed since.

    Args:
        library: Open library.
        encoder: Whose vectors are tagged.
        has_new_sounds: Whether it may consist of something else than before.
        cancelled: Polled between batches.

    Returns:
        How many sounds were tagged.

    Raises:
        UsageError: The user's taxonomy cannot be understood.
        LibraryBusyError: Another process is writing the library.
    """
    taxonomy = read_taxonomy(library.folder)
    known = _last_profile(library, encoder, taxonomy)
    if known is not None and not has_new_sounds:
        return 0
    if not len(library.vectors(encoder.info).known()):
        return 0  # an empty folder, or no sound in it that can be decoded
    tagger = Tagger(encoder, taxonomy)
    survey = _survey(library, tagger)
    if known is not None and not build_profile(survey, _names(tagger), learns=False).has_drifted(known):
        return 0
    return _retag(library, tagger, survey, lambda _done, _total: None, cancelled)


@gc_paused()
def retag(
    library: Library,
    encoder: TextEncoder,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Tag every sound that has a vector of this encoder; what the user said or taught stays.

    Each batch is one transaction, so a run that is stopped leaves every sound tagged, by the old or by the new words;
    the next run that asks finds the work unfinished.

    Returns:
        How many sounds were tagged.

    Raises:
        UsageError: The user's taxonomy cannot be understood.
        LibraryBusyError: Another process is writing the library.
    """
    tagger = Tagger(encoder, read_taxonomy(library.folder))
    return _retag(library, tagger, _survey(library, tagger), on_progress, cancelled)


def _retag(
    library: Library,
    tagger: Tagger,
    survey: Survey,
    on_progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> int:
    profile = build_profile(survey, _names(tagger))
    tagger.meet(profile)
    profile = replace(profile, percentiles=_ruler(library, tagger))
    tagger.meet(profile)
    words = _words(tagger.info, tagger.calibration, tagger.taxonomy)
    ids = library.vectors(tagger.info).known()
    n_done = 0
    with library.edits() as edits:
        edits.set_setting(_SETTING, "{}")
        edits.set_setting(TYPE_GROUPS, json.dumps(tagger.taxonomy.groups))
        for start in range(0, len(ids), _BATCH):
            if cancelled():
                return n_done
            batch = ids[start : start + _BATCH]
            edits.set_tags(_marks(library, tagger, batch), SOURCES)
            n_done += len(batch)
            on_progress(n_done, len(ids))
        edits.set_setting(_SETTING, json.dumps({"words": words, **profile.as_dict()}))
    return n_done


def _marks(library: Library, tagger: Tagger, ids: SampleIds) -> dict[int, tuple[Tag, ...]]:
    marks = _said_and_heard(library, tagger, ids)
    characters = tagger.profile.percentiles.characters(list(marks.values()), library.measurements(ids, MEASURES))
    return {sample_id: given + measured for (sample_id, given), measured in zip(marks.items(), characters, strict=True)}


def _ruler(library: Library, tagger: Tagger) -> PercentileTable:
    """Look at how long and how bright evenly spaced sounds are."""
    ids = _evenly(library.vectors(tagger.info).known())
    return PercentileTable.of(list(_said_and_heard(library, tagger, ids).values()), library.measurements(ids, MEASURES))


def _said_and_heard(library: Library, tagger: Tagger, ids: SampleIds) -> dict[int, tuple[Tag, ...]]:
    """Return what names say and the model hears, sample by sample in the order asked."""
    tagging_inputs = library.tagging_inputs(ids.tolist())
    heard = tagger.tag_all(
        library.vectors(tagger.info).get(ids),
        [basic.duration_seconds for basic in tagging_inputs],
        [basic.n_onsets for basic in tagging_inputs],
    )
    return {
        basic.sample_id: (*_from_names(basic, tagger.taxonomy), *given)
        for basic, given in zip(tagging_inputs, heard, strict=True)
    }


def _from_names(basic: TaggingInputs, taxonomy: Taxonomy) -> Iterable[Tag]:
    """Return what the names of all copies say, each tag once."""
    is_loop = can_be_loop(basic.duration_seconds, basic.n_onsets)
    said = [tags_from_name(name, taxonomy, can_be_loop=is_loop) for name in basic.names]
    return said[0] if len(said) == 1 else {mark.name: mark for marks in said for mark in marks}.values()


def _names(tagger: Tagger) -> list[str]:
    return [kind.name for kind in tagger.types]


def _words(encoder: EncoderInfo, calibration: Calibration, taxonomy: Taxonomy) -> str:
    """Return a text that changes where the encoder, its calibration or the taxonomy does."""
    return f"{encoder.fingerprint} {taxonomy.digest} {hashlib.sha256(repr(calibration).encode()).hexdigest()[:16]}"


def _survey(library: Library, even: Tagger) -> Survey:
    """Look at evenly spaced sounds; ``even`` knows nothing of the library yet."""
    index = library.vectors(even.info)
    ids = _evenly(index.known())
    vectors = index.get(ids)
    order = np.lexsort(vectors.T[:3])  # by content: the same bits whatever the order in which sounds came in
    ids, vectors = ids[order], vectors[order]
    tagging_inputs = library.tagging_inputs(ids.tolist())
    shares = even.type_shares(
        vectors, [form_of(basic.duration_seconds, basic.n_onsets).name for basic in tagging_inputs]
    )
    by_user = library.tags_by_source(ids.tolist(), Source.USER)
    said = [
        said_type((*by_user.get(basic.sample_id, ()), *_from_names(basic, even.taxonomy))) for basic in tagging_inputs
    ]
    return Survey(vectors, shares, np.array([even.place_of(name) for name in said], np.int64))


def _evenly(ids: SampleIds) -> SampleIds:
    return ids[:: max(1, len(ids) // _N_SURVEYED)]


def said_type(marks: Iterable[Tag]) -> str:
    """Return the first type that is said for sure and that nobody takes back; "" for none."""
    types = [mark for mark in marks if mark.facet == "type"]
    taken_back = {mark.name for mark in types if mark.confidence == 0}
    return next((mark.name for mark in types if mark.confidence >= _SURE and mark.name not in taken_back), "")


def _last_profile(library: Library, encoder: TextEncoder, taxonomy: Taxonomy) -> LibraryProfile | None:
    """Return what a library was tagged by last; None where that was with other words, or not to the end."""
    state: dict[str, Any] = json.loads(library.setting(_SETTING) or "{}")
    if state.get("words") != _words(encoder.info, encoder.traits.calibration, taxonomy) or "percentiles" not in state:
        return None
    return LibraryProfile.from_dict(state)
