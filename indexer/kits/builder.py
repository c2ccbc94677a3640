"""Choose one sound for each slot of a kit, so that each fits its slot and all of them fit each other.

How well a sound fits its slot is its score in a search. Sounds of different slots are alike in character where they
differ from the other candidates of their slots in the same direction: a dusty kick and a dusty snare. So what counts
between slots is the cosine of the residuals, the vectors less the mean of their slot. Starting with the best of each
slot, the slots are chosen again in turn until nothing changes (coordinate ascent).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Sample
from indexer.encoders.prompts import unit
from indexer.kits.slots import type_of_slot
from indexer.search.request import Example, SearchRequest
from indexer.search.service import SearchService
from indexer.tagging.user_taxonomy import read_taxonomy

_N_CANDIDATES = 60  # of a slot
_ALIKE = 0.3  # how much being alike counts beside fitting the slot, whose best sound has 1; a choice, not measured
_MAX_ROUNDS = 8

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KitRequest:
    """What kind of kit; the same request gives the same kit.

    Attributes:
        slots: Name of each slot: a type or any description.
        line: Query line that all sounds should answer: words of style, and filters.
        likes: Sounds that all should resemble.
        locked: Sounds that stay, by number of the slot from 0.
        draw: 0 for the best kit, 1 for one of other sounds, and so on; locked slots stay.
        from_one_pack: Sounds are of one pack, a folder directly below a root, as far as it has them.
    """

    slots: tuple[str, ...]
    line: str = ""
    likes: tuple[Example, ...] = ()
    locked: Mapping[int, int] = field(default_factory=dict)
    draw: int = 0
    from_one_pack: bool = False


class KitSound(NamedTuple):
    """One slot of a kit.

    Attributes:
        slot: Its name.
        sample: None where the library has nothing for it.
        score: How well the sound fits the slot, 0 to 1.
        is_locked: It was asked for.
    """

    slot: str
    sample: Sample | None
    score: float
    is_locked: bool


class _Candidates(NamedTuple):
    """Sounds for one slot, best first; all have the length ``n``."""

    ids: npt.NDArray[np.int64]
    scores: Floats
    residuals: Matrix

    def take(self, is_kept: npt.NDArray[np.bool_]) -> "_Candidates":
        return _Candidates(self.ids[is_kept], self.scores[is_kept], self.residuals[is_kept])


def build_kit(service: SearchService, request: KitRequest) -> tuple[KitSound, ...]:
    """Return a sound for each slot, none of them twice.

    Raises:
        QueryError: A filter cannot be read.
        SoundError: An example cannot be decoded.
        UsageError: A locked sound is not in the library, or the user's taxonomy cannot be understood.
    """
    taxonomy = read_taxonomy(service.library.folder)
    found = [_find(service, request, number, type_of_slot(slot, taxonomy)) for number, slot in enumerate(request.slots)]
    slots = _prefer_one_pack(service, found, request.locked) if request.from_one_pack else found
    used: set[int] = set()
    chosen: list[int | None] = []
    for _ in range(request.draw + 1):
        free = [_without(slot, used, request.locked.get(number)) for number, slot in enumerate(slots)]
        chosen = _choose(free)
        used.update(sample_id for sample_id in chosen if sample_id is not None)
    return _sounds(service, request, found, chosen)


def _find(service: SearchService, request: KitRequest, number: int, kind: str | None) -> _Candidates:
    """Return the candidates of a slot: of its type where it names one of which there are sounds."""
    line = f'{request.line} "{request.slots[number]}"'
    lines = [f'{line} type:"{kind}" -form:loop'] * (kind is not None) + [f"{line} -form:loop", line]
    results = (service.search(SearchRequest(one, likes=request.likes, k=_N_CANDIDATES)) for one in lines)
    found = next((result for result in results if len(result.ids)), None)
    ids = np.zeros(0, np.int64) if found is None else found.ids
    scores = np.zeros(0, np.float32) if found is None or found.scores is None else found.scores
    locked = request.locked.get(number)
    if locked is not None and locked not in ids:
        ids, scores = np.append(ids, locked), np.append(scores, np.float32(0))
    rows = service.library.vectors(service.text_encoder.info).get(ids)
    return _Candidates(ids, scores, unit(rows - rows.mean(axis=0)) if len(rows) else rows)


def _without(slot: _Candidates, used: set[int], locked: int | None) -> _Candidates:
    if locked is not None:
        return slot.take(slot.ids == locked)
    return slot.take(~np.isin(slot.ids, list(used)))


def _choose(slots: Sequence[_Candidates]) -> list[int | None]:
    """Return the id of the sound of each slot, None where nothing is left for it."""
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
    """Return the place of the sound that fits its slot and the others best, none of which it is."""
    is_free = ~np.isin(slot.ids, [sample_id for sample_id, _ in others])
    if not is_free.any():
        return None
    worth = slot.scores / max(float(slot.scores.max()), 1e-6)
    if others:
        worth = worth + _ALIKE * (slot.residuals @ np.mean([row for _, row in others], axis=0))
    return int(np.argmax(np.where(is_free, worth, -np.inf)))


def _prefer_one_pack(
    service: SearchService, slots: Sequence[_Candidates], locked: Mapping[int, int]
) -> list[_Candidates]:
    """Set back all candidates but those of one pack.

    It is that of a locked sound, else the one that has sounds for most slots, and of such the best ones.
    """
    ids = sorted({sample_id for slot in slots for sample_id in slot.ids.tolist()})
    roots = [root.path for root in service.library.roots()]
    packs = {sample.id: _pack(sample.path, roots) for sample in service.samples(ids)}
    worth: defaultdict[str, float] = defaultdict(float)
    for slot in slots:
        best: dict[str, float] = {}
        for sample_id, score in zip(slot.ids.tolist(), slot.scores.tolist(), strict=True):
            best.setdefault(packs[sample_id], 1 + score)  # one slot more counts as much as any score
        for pack, score in best.items():
            worth[pack] += score
    chosen = next((packs[sample_id] for sample_id in locked.values()), max(worth, key=worth.__getitem__, default=""))
    return [
        slot._replace(scores=slot.scores - np.array([packs[one] != chosen for one in slot.ids.tolist()], np.float32))
        for slot in slots
    ]


def _pack(path: Path, roots: Sequence[Path]) -> str:
    """Return the folder directly below its root that a file is in, or its root."""
    root = next((root for root in roots if path.is_relative_to(root)), path.parent)
    inner = path.relative_to(root).parts
    return str(root / inner[0]) if len(inner) > 1 else str(root)


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
