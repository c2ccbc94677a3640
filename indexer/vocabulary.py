"""The words that earmark files sounds under."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class SoundType:
    """One type of sound in the two-level facet ``type``."""

    name: str  # "kick"
    family: str  # "drums"
    phrases: tuple[str, ...]  # how it is described to a model
    words: tuple[str, ...]  # what people write in file names, lower case


@cache
def sound_types() -> tuple[SoundType, ...]:
    """Read the built-in vocabulary."""
    table = tomllib.loads(files("indexer").joinpath("vocabulary.toml").read_text("utf-8"))
    return tuple(
        SoundType(name, family, tuple(entry["phrases"]), tuple(entry["words"]))
        for family, types in table.items()
        for name, entry in types.items()
    )
