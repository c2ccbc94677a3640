"""Choose one sound for each slot of a kit, so that each fits its slot and all of them match in character.

How well a sound fits its slot is its score in a search. Sounds of different slots match in character if they differ
from the other candidates of their slots in the same direction, such as a dusty kick and a dusty snare: the measure is
the cosine of their residuals, the vectors minus the mean of their slot. From the best sound of each slot on, the slots
are chosen again in turn until nothing changes (coordinate ascent).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Sample, SampleIds
from indexer.encoders.prompts import unit
from indexer.kits.slots import type_of_slot
from indexer.search.request import Example, SearchRequest
from indexer.search.service import SearchService
from indexer.tagging.user_taxonomy import read_taxonomy

_N_CANDIDATES = 60  # of a slot
_ALIKE = 0.3  # weight of character against fit, which is 1 for the best sound of a slot; a choice, not measured
_MAX_ROUNDS = 8

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KitRequest:
    """Request for a kit; equal requests give equal kits.

    Attributes:
        slots: Name of each slot: a type or any description.
        line: Query line for all sounds: words for the style, and filters.
        likes: Sounds that all sounds should resemble.
        locked: Samples that are kept, by number of the slot from 0.
        passed: Samples to leave out, such as those of an earlier draw.
        draw: 0 for the best kit, 1 for the best one of other sounds, and so on; locked slots stay.
        from_one_pack: Prefer the sounds of one pack (`db.read.packs`).
    """

    slots: tuple[str, ...]
    line: str = ""
    likes: tuple[Example, ...] = ()
    locked: Mapping[int, int] = field(default_factory=dict)
    passed: frozenset[int] = frozenset()
    draw: int = 0
    from_one_pack: bool = False


class KitSound(NamedTuple):
    """One slot of a kit.

    Attributes:
        slot: Name of the slot.
        sample: None if no sound was found.
        score: How well the sound fits the slot, 0 to 1; None for saved kits.
        is_locked: The request asked for this sound.
    """

    slot: str
    sample: Sample | None
    score: float | None
    is_locked: bool


class _Candidates(NamedTuple):
    """Candidates of one slot, best first; all arrays have the length ``n``."""

    ids: npt.NDArray[np.int64]
    scores: Floats
    residuals: Matrix

    def take(self, is_kept: npt.NDArray[np.bool_]) -> "_Candidates":
        return _Candidates(self.ids[is_kept], self.scores[is_kept], self.residuals[is_kept])


def build_kit(service: SearchService, request: KitRequest) -> tuple[KitSound, ...]:
    """Return a sound for each slot, no sound twice.

    Args:
        service: Search of the library.
        request: The kit to build.

    Raises:
        QueryError: A filter is invalid.
        SoundError: An example cannot be decoded.
        UsageError: A locked sound is not in the library, or the user's taxonomy is invalid.
    """
    return KitBuilder(service).build(request)


class KitBuilder:
    """Build kits; the candidates of slots are cached, so that another draw takes a few milliseconds.

    Not safe for several threads at once.

    Args:
        service: Search of a library; make another builder after the library has changed.
    """

    def __init__(self, service: SearchService) -> None:
        self._service = service
        self._taxonomy = read_taxonomy(service.library)
        self._found: dict[tuple[str, str, tuple[Example, ...]], _Candidates] = {}

    def build(self, request: KitRequest) -> tuple[KitSound, ...]:
        """Return a sound for each slot; errors as `build_kit`."""
        found = [self._candidates(request, number) for number in range(len(request.slots))]
        slots = _prefer_one_pack(self._service, found, request.locked) if request.from_one_pack else found
        used = set(request.passed)
        chosen: list[int | None] = []
        for _ in range(request.draw + 1):
            free = [_without(slot, used, request.locked.get(number)) for number, slot in enumerate(slots)]
            chosen = _choose(free)
            new = {sample_id for sample_id in chosen if sample_id is not None} - used
            if not new - set(request.locked.values()):
                break  # no sounds are left, so further draws are empty as well
            used |= new
        return _sounds(self._service, request, found, chosen)

    def alternatives(self, request: KitRequest, number: int) -> tuple[SampleIds, Floats]:
        """Return the candidates of a slot and their scores, 0 to 1; errors as `build_kit`.

        Those that also match the locked sounds of the other slots come first; the locked sounds are left out.

        Args:
            request: The kit, with the sounds of the other slots locked.
            number: Number of the slot.
        """
        slots = [self._candidates(request, other) for other in range(len(request.slots))]
        others = [
            (sample_id, slots[other].residuals[slots[other].ids == sample_id][0])
            for other, sample_id in request.locked.items()
            if other != number
        ]
        slot = slots[number].take(~np.isin(slots[number].ids, [sample_id for sample_id, _ in others]))
        order = np.argsort(-_worth(slot, others), kind="stable")
        return slot.ids[order], slot.scores[order]

    def _candidates(self, request: KitRequest, number: int) -> _Candidates:
        """Return the candidates of a slot, including a locked sound."""
        slot = request.slots[number]
        key = (slot, request.line, request.likes)
        if key not in self._found:
            self._found[key] = self._find(*key)
        found, locked = self._found[key], request.locked.get(number)
        if locked is None or locked in found.ids:
            return found
        return _embedded(self._service, np.append(found.ids, locked), np.append(found.scores, np.float32(0)))

    def _find(self, slot: str, words: str, likes: tuple[Example, ...]) -> _Candidates:
        """Search for sounds of the type that a slot names; if there are none, for sounds of any type."""
        line, kind = f'{words} "{slot}"', type_of_slot(slot, self._taxonomy)
        lines = [f'{line} type:"{kind}" -form:loop'] * (kind is not None) + [f"{line} -form:loop", line]
        results = (self._service.search(SearchRequest(one, likes=likes, k=_N_CANDIDATES)) for one in lines)
        found = next((result for result in results if len(result.ids)), None)
        if found is None or found.scores is None:
            return _embedded(self._service, np.zeros(0, np.int64), np.zeros(0, np.float32))
        return _embedded(self._service, found.ids, found.scores)


def _embedded(service: SearchService, ids: SampleIds, scores: Floats) -> _Candidates:
    rows = service.library.vectors(service.text_encoder.info).get(ids)
    return _Candidates(ids, scores, unit(rows - rows.mean(axis=0)) if len(rows) else rows)


def _without(slot: _Candidates, used: set[int], locked: int | None) -> _Candidates:
    if locked is not None:
        return slot.take(slot.ids == locked)
    return slot.take(~np.isin(slot.ids, list(used)))


def _choose(slots: Sequence[_Candidates]) -> list[int | None]:
    """Return a sample id for each slot; None where no candidate is left."""
    places: list[int | None] = [None] * len(slots)
    for _ in range(_MAX_ROUNDS):
        before = list(places)
        for number, slot in enumerate(slots):
            others = [
                (int(one.ids[place]), one.residuals[place])
                for other, (one, place) in enumerate(zip(slots, places, strict=True))
                if other != number and place is not None
            ]
            places[number] = _best(slot, others)
        if places == before:
            break
    return [None if place is None else int(slot.ids[place]) for slot, place in zip(slots, places, strict=True)]


def _best(slot: _Candidates, others: Sequence[tuple[int, Floats]]) -> int | None:
    """Return the index of the best candidate that no other slot has; None if there is none."""
    is_free = ~np.isin(slot.ids, [sample_id for sample_id, _ in others])
    if not is_free.any():
        return None
    return int(np.argmax(np.where(is_free, _worth(slot, others), -np.inf)))


def _worth(slot: _Candidates, others: Sequence[tuple[int, Floats]]) -> Floats:
    """Return how well each candidate fits its slot and matches the sounds of other slots."""
    worth = slot.scores / max(float(slot.scores.max(initial=0)), 1e-6)
    if others:
        worth = worth + _ALIKE * (slot.residuals @ np.mean([row for _, row in others], axis=0))
    return worth


def _prefer_one_pack(
    service: SearchService, slots: Sequence[_Candidates], locked: Mapping[int, int]
) -> list[_Candidates]:
    """Lower the scores of all candidates but those of one pack.

    That is the pack of a locked sound, else the pack with sounds for the most slots and the best scores.
    """
    ids = sorted({sample_id for slot in slots for sample_id in slot.ids.tolist()})
    packs = {sample.id: sample.pack or str(sample.path.parent) for sample in service.samples(ids)}
    worth: defaultdict[str, float] = defaultdict(float)
    for slot in slots:
        best: dict[str, float] = {}
        for sample_id, score in zip(slot.ids.tolist(), slot.scores.tolist(), strict=True):
            best.setdefault(packs[sample_id], 1 + score)  # a further slot outweighs any score
        for pack, score in best.items():
            worth[pack] += score
    chosen = next((packs[sample_id] for sample_id in locked.values()), max(worth, key=worth.__getitem__, default=""))
    return [
        slot._replace(scores=slot.scores - np.array([packs[one] != chosen for one in slot.ids.tolist()], np.float32))
        for slot in slots
    ]


def _sounds(
    service: SearchService, request: KitRequest, slots: Sequence[_Candidates], chosen: Sequence[int | None]
) -> tuple[KitSound, ...]:
    ids = [sample_id for sample_id in chosen if sample_id is not None]
    samples = {sample.id: sample for sample in service.samples(ids, request.line)}
    return tuple(
        KitSound(
            slot=name,
            sample=None if sample_id is None else samples.get(sample_id),
            score=float(slot.scores[slot.ids == sample_id].sum()),
            is_locked=number in request.locked,
        )
        for number, (name, slot, sample_id) in enumerate(zip(request.slots, slots, chosen, strict=True))
    )
