"""Saved kits: collections whose sounds have slots."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.types import Collection, Sample
from tui.workspace.annotations.collections import collection_name
from tui.workspace.export.sounds import converting, named_profile, plan_files

if TYPE_CHECKING:
    from indexer.export.plan import ExportPlan
    from indexer.kits.instrument import Instrument
    from indexer.kits.tuning import Tuning

OWN_KEY = "own"


def list_kits(library: Library) -> list[Collection]:
    """Return the saved kits."""
    return [one for one in library.collections() if one.is_kit]


def read_kit(library: Library, name: str) -> dict[int, str]:
    """Return the slot of each sound of a kit, by sample id, in its order.

    Raises:
        UsageError: There is no such kit.
    """
    slots = library.kit_slots(collection_name(name))
    if not slots:
        names = ", ".join(display_text(one.name) for one in list_kits(library))
        there_are = f"There are: {names}" if names else 'Make one with: earmark kit new "dusty" --save NAME'
        raise UsageError(f"There is no kit {display_text(name)}. {there_are}.")
    return slots


def save_kit(library: Library, name: str, slots: dict[int, str]) -> None:
    """Save a kit; it replaces a kit of the same name.

    Args:
        library: Open library.
        name: Name of the kit.
        slots: Names of the slots by sample id, in order.

    Raises:
        UsageError: The name is empty, or that of a collection that is not a kit.
    """
    name = collection_name(name)
    if library.collection_ids(name) and not library.kit_slots(name):
        raise UsageError(f"There is a collection {display_text(name)} that is not a kit. Choose another name.")
    with library.edits() as edits:
        edits.set_collection(name, list(slots), slots)


def tune_kit(samples: Sequence[Sample], key: str | None) -> "Tuning":
    """Return the tuning of a kit to a key, to its own key for `OWN_KEY`, or no tuning for None.

    Raises:
        UsageError: The key is invalid.
    """
    from indexer.kits.tuning import NOT_TUNED, tune

    if key is None:
        return NOT_TUNED
    return tune(samples, None if key.casefold() == OWN_KEY else key)


def plan_kit(
    library: Library,
    samples: Sequence[Sample],
    target: Path,
    *,
    kit_format: str | None = None,
    profile: str = "copy",
    tuning: "Tuning",
) -> "ExportPlan":
    """Plan to write the sounds of a kit to a folder, numbered in their order.

    Args:
        library: Library whose export log tells what was exported before.
        samples: Sounds of the kit.
        target: Folder.
        kit_format: Name of a format in `indexer.export.kits.registry.KIT_FORMATS`; None for the sounds alone.
        profile: Name of a profile.
        tuning: Tuning of the sounds.

    Raises:
        UsageError: The profile or the target is invalid.
    """
    rules = named_profile(profile)
    rules = replace(converting(rules) if tuning.semitones else rules, is_numbered=True)
    return plan_files(library, samples, target, rules, kit_format=kit_format, tuning=tuning.semitones)


def plan_instrument(
    library: Library, instrument: "Instrument", target: Path, *, kit_format: str, profile: str
) -> "ExportPlan":
    """Plan to write an instrument to a folder; arguments as `plan_kit`.

    Raises:
        UsageError: As `plan_kit`.
    """
    rules = named_profile(profile)
    return plan_files(library, instrument.samples, target, rules, kit_format=kit_format, keymap=instrument.keymap)
