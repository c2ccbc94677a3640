"""The words that earmark files sounds under."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class SoundType:
    """One type of sound in the two-level facet ``type``."""

    name: str  # "kick"
    family: str  # "drums"
    phrases: tuple[str, ...]  # how it is described to a model
    words: tuple[str, ...]  # what people write in file names, lower case
    must_not: tuple[str, ...] = ()  # phrases in a name that speak of something else
    form: str | None = None  # the only form in which it comes


@dataclass(frozen=True, slots=True)
class Opposites:
    """Two words of the facet ``character`` that exclude each other; a sound may have neither."""

    names: tuple[str, str]
    phrases: tuple[tuple[str, ...], tuple[str, ...]]


@cache
def sound_types() -> tuple[SoundType, ...]:
    """Read the built-in types."""
    return tuple(
        SoundType(
            name,
            family,
            tuple(entry["phrases"]),
            tuple(entry["words"]),
            tuple(entry.get("not", ())),
            entry.get("form"),
        )
        for family, types in _read("vocabulary.toml").items()
        for name, entry in types.items()
    )


@cache
def opposites() -> tuple[Opposites, ...]:
    """Read the built-in pairs of characters."""
    return tuple(
        Opposites((name, entry["opposite"]), (tuple(entry["phrases"]), tuple(entry["opposite_phrases"])))
        for name, entry in _read("opposites.toml").items()
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("indexer").joinpath(name).read_text("utf-8"))
