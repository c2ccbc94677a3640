"""Parse the slots of a kit: ``kick, closed hi-hat, perc*3``."""

import re
from itertools import chain

from db.errors import UsageError
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.taxonomy import Taxonomy

MAX_SLOTS = 128  # pads of the largest devices
_MOST_DIGITS = 9
_HOW_MANY = f"A kit has 1 to {MAX_SLOTS} slots, separated by commas: kick,snare,closed hi-hat,perc*3."
_TIMES = re.compile(r"(.+?)\s*(?:\*\s*(-?\d+)|[x\u00d7]\s*(\d{1,3}))", re.IGNORECASE)


def parse_slots(text: str) -> tuple[str, ...]:
    """Return the name of each slot; ``perc*3`` stands for three slots.

    Raises:
        UsageError: There are no slots, or more than `MAX_SLOTS`.
    """
    slots = tuple(chain.from_iterable(_repeat(part.strip()) for part in text.split(",") if part.strip()))
    if not 1 <= len(slots) <= MAX_SLOTS:
        raise UsageError(_HOW_MANY)
    return slots


def _repeat(part: str) -> tuple[str, ...]:
    times = _TIMES.fullmatch(part)
    if times is None:
        return (part,)
    number = times[2] or times[3]
    n_times = int(number) if len(number) <= _MOST_DIGITS else MAX_SLOTS + 1
    if n_times < 1:
        raise UsageError(_HOW_MANY)
    return (times[1],) * min(n_times, MAX_SLOTS + 1)


def type_of_slot(slot: str, taxonomy: Taxonomy) -> str | None:
    """Return the type that a slot names in any spelling, such as "oh" for open hi-hat; None for other descriptions."""
    tags = [tag.name for tag in tags_from_name(slot, taxonomy) if tag.facet == "type"]
    return tags[0] if tags else None
