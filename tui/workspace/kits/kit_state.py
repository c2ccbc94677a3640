"""The kit of the app: its slots, their sounds, and undo, without Textual."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from db.types import Sample, SampleIds
from tui.workspace.listing.columns import tag_name

if TYPE_CHECKING:
    from indexer.kits.builder import KitBuilder, KitRequest
    from tui.workspace.session import Scores

FIRST_SLOTS = ("kick", "snare", "closed hi-hat", "open hi-hat", "clap", "tom", "tom", "perc")
_MAX_UNDO = 100


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a kit.

    Attributes:
        text: A type, or any description.
        sample: The sound in the slot; None if none was found, or none was drawn yet.
        is_locked: The sound stays when others are drawn.
        passed: Samples that were in the slot before, which are not drawn again.
    """

    text: str
    sample: Sample | None = None
    is_locked: bool = False
    passed: frozenset[int] = frozenset()

    def with_sample(self, sample: Sample | None) -> "Slot":
        """Return the slot with another sound."""
        return replace(self, sample=sample)

    def begun_again(self, sample: Sample | None) -> "Slot":
        """Return the slot with another sound, as if none had been in it before."""
        return replace(self, sample=sample, passed=frozenset())

    def holding(self, sample: Sample | None) -> "Slot":
        """Return the slot with another sound; the one before is added to ``passed``."""
        before = frozenset() if self.sample is None else frozenset({self.sample.id})
        return replace(self, sample=sample, passed=self.passed | before)


@dataclass
class KitState:
    """A kit with its history.

    Attributes:
        slots: Slots, in order.
        line: Words for the style, and filters, for all slots.
        name: Name under which the kit was saved last.
        selected: Number of the selected slot.
        style: Style of the beat.
        tempo_bpm: Tempo of the beat.
        key: Key to tune to; "" for none.
    """

    slots: tuple[Slot, ...] = tuple(Slot(text) for text in FIRST_SLOTS)
    line: str = ""
    name: str = ""
    selected: int = 0
    style: str = "boom bap"
    tempo_bpm: float = 90.0
    key: str = ""
    _before: list[tuple[str, tuple[Slot, ...]]] = field(default_factory=list)

    @property
    def slot(self) -> Slot:
        return self.slots[self.selected]

    @property
    def is_drawn(self) -> bool:
        """Whether any slot has a sound."""
        return any(slot.sample is not None for slot in self.slots)

    @property
    def samples(self) -> list[Sample]:
        """The sounds, in order of the slots."""
        return [slot.sample for slot in self.slots if slot.sample is not None]

    def change(self, slots: Sequence[Slot], line: str | None = None) -> None:
        """Replace the slots by others, at least one; `undo` restores them."""
        self._before = [*self._before, (self.line, self.slots)][-_MAX_UNDO:]
        self.slots = tuple(slots)
        self.line = self.line if line is None else line
        self.select(self.selected)

    def change_slot(self, slot: Slot, number: int | None = None) -> None:
        """Replace the selected slot, or the slot of a number."""
        place = self.selected if number is None else number
        self.change([slot if n == place else one for n, one in enumerate(self.slots)])

    def undo(self) -> bool:
        """Undo the last change; return whether there was one."""
        if not self._before:
            return False
        self.line, self.slots = self._before.pop()
        self.select(self.selected)
        return True

    def select(self, number: int) -> None:
        """Select a slot; a number out of range selects the nearest slot."""
        self.selected = min(max(number, 0), len(self.slots) - 1)

    def add(self, samples: Sequence[Sample]) -> int:
        """Add a locked slot for each sound that is not in the kit yet; return their number."""
        held = {sample.id for sample in self.samples}
        left_out = [sample for sample in samples if sample.id not in held]
        new = [Slot(tag_name(sample, "type") or sample.path.stem, sample, is_locked=True) for sample in left_out]
        if new:
            self.change([*(self.slots if self.is_drawn else ()), *new])
        return len(new)


def draw(builder: "KitBuilder", state: KitState, *, again: bool) -> tuple[Slot, ...]:
    """Return the slots with new sounds in those that are not locked.

    Args:
        builder: Builder of kits.
        state: The kit; only read.
        again: Draw other sounds than the slots have and had.

    Raises:
        EarmarkError: A filter is invalid.
    """
    passed = {one for slot in state.slots if not slot.is_locked for one in (slot.holding(None).passed if again else ())}
    locked = {number: slot.sample.id for number, slot in enumerate(state.slots) if slot.is_locked and slot.sample}
    kit = builder.build(_request(state, locked, passed))
    fill = Slot.holding if again else Slot.with_sample
    if again and not any(sound.sample for sound in kit if not sound.is_locked):  # all were drawn: start again
        kit = builder.build(_request(state, locked, set()))
        fill = Slot.begun_again
    return tuple(
        slot if sound.is_locked else fill(slot, sound.sample) for slot, sound in zip(state.slots, kit, strict=True)
    )


def next_best(builder: "KitBuilder", state: KitState, text: str | None = None) -> Slot:
    """Return the selected slot with the next best sound that matches those of the others.

    Args:
        builder: Builder of kits.
        state: The kit; only read.
        text: New text of the slot; None to keep it.

    Raises:
        EarmarkError: A filter is invalid.
    """
    slot = state.slot if text is None else Slot(text, state.slot.sample)
    after = replace(state, slots=(*state.slots[: state.selected], slot, *state.slots[state.selected + 1 :]))
    passed = slot.holding(None).passed if text is None else frozenset[int]()
    others = _others(after)
    sound = builder.build(_request(after, others, passed))[state.selected]
    if sound.sample is None and passed:  # all were drawn: start again
        first = builder.build(_request(after, others, ()))[state.selected]
        return slot.begun_again(first.sample)
    return slot.holding(sound.sample) if text is None else slot.with_sample(sound.sample)


def alternatives(builder: "KitBuilder", state: KitState) -> "tuple[SampleIds, Scores]":
    """Return the candidates of the selected slot, best first, and their scores.

    Raises:
        EarmarkError: A filter is invalid.
    """
    if not state.slot.text:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    return builder.alternatives(_request(state, _others(state), ()), state.selected)


def _others(state: KitState) -> dict[int, int]:
    """Return the samples of all slots but the selected one, by number of the slot."""
    return {n: slot.sample.id for n, slot in enumerate(state.slots) if slot.sample and n != state.selected}


def _request(state: KitState, locked: dict[int, int], passed: Collection[int]) -> "KitRequest":
    from indexer.kits.builder import KitRequest

    texts = tuple(slot.text for slot in state.slots)
    return KitRequest(slots=texts, line=state.line, locked=locked, passed=frozenset(passed))
