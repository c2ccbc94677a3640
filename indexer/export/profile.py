"""What a device or program takes: profiles, as TOML files that come with earmark or lie beside the user's settings."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from db.errors import UsageError
from db.paths import display_text

BUILT_IN = Path(__file__).parent / "profiles"
SUFFIXES = {"wav": ".wav", "aiff": ".aif", "flac": ".flac"}
_MOST_NAME = 200  # characters; what file systems take in bytes is held by `indexer.export.file_names`
_CHOICES: Mapping[str, tuple[object, ...]] = {
    "format": (*SUFFIXES, None),
    "bits": (16, 24, 32, None),
    "max_channels": (1, 2, None),
    "case": ("lower", "upper", None),
    "letters": ("any", "ascii"),
    "separator": (" ", "_", "-", None),
    "folders": ("one", "type", "banks"),
    "normalize": ("peak", "lufs", None),
}
_RANGES = {
    "rate_hz": (4_000, 192_000),
    "max_seconds": (0.1, 86_400),
    "max_name": (8, _MOST_NAME),
    "max_path": (12, 255),
    "max_files": (1, 100_000),
    "per_folder": (1, 10_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one target; None where anything will do.

    Attributes:
        title: What it is for, for people.
        format: Container: ``wav``, ``aiff`` or ``flac``; None leaves files as they are.
        rate_hz: Sample rate.
        bits: Of a value; 32 is floating point. Where None, as in the source.
        max_channels: 1 mixes to mono; 2 mixes what has more to stereo.
        max_seconds: What is longer is cut, with a fade.
        is_plain: The target takes no chunks but those of sound, so that even a file that fits is written anew.
        case: Of names.
        letters: ``ascii`` writes names without accents and other scripts.
        separator: Stands for spaces, underscores and hyphens in names.
        max_name: Characters of a file name, its extension included.
        max_path: Characters of the path below the folder that is exported to.
        is_numbered: Names begin with their place, ``01`` first.
        folders: ``one`` folder, one for each ``type``, or numbered ``banks``.
        per_folder: Files in a bank.
        max_files: Files in all.
        trims: Silence at the beginning is cut off.
        normalize: ``peak`` or ``lufs``.
    """

    name: str
    title: str
    format: str | None = None
    rate_hz: int | None = None
    bits: int | None = None
    max_channels: int | None = None
    max_seconds: float | None = None
    is_plain: bool = False
    case: str | None = None
    letters: str = "any"
    separator: str | None = None
    max_name: int = _MOST_NAME
    max_path: int | None = None
    is_numbered: bool = False
    folders: str = "one"
    per_folder: int = 16
    max_files: int | None = None
    trims: bool = False
    normalize: str | None = None


AS_IT_IS = Profile(name="copy", title="Files as they are")


def read_profile(name: str, user_folder: Path) -> Profile:
    """Return the profile of a name; the user's own count before those that come with earmark.

    Raises:
        UsageError: There is none of this name, or its file cannot be understood.
    """
    found = profile_files(user_folder)
    if name not in found:
        known = ", ".join(sorted(found))
        own = display_text(user_folder / f"{display_text(name)}.toml")
        raise UsageError(f"There is no profile {display_text(name)}. There are: {known}. Your own would be {own}")
    path = found[name]
    try:
        return parse_profile(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{display_text(path)} cannot be read: {error}.") from error
    except ValueError as error:
        raise UsageError(f"{display_text(path)}: {error}.") from error


def profile_files(user_folder: Path) -> dict[str, Path]:
    """Return the files of all profiles by name, ``copy`` first."""
    return {path.stem: path for folder in (BUILT_IN, user_folder) for path in sorted(folder.glob("*.toml"))}


def parse_profile(name: str, table: Mapping[str, Any]) -> Profile:
    """Make a profile of a table.

    Raises:
        ValueError: A rule is unknown or has a value that it cannot have; the text is for the user.
    """
    unknown = table.keys() - {field.name for field in fields(Profile)} | table.keys() & {"name"}
    if unknown:
        raise ValueError(f"there is no rule {min(unknown)}")
    for fault in _faults(table):
        raise ValueError(fault)
    return Profile(name=name, title=str(table.get("title", name)), **{k: v for k, v in table.items() if k != "title"})


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    for rule, value in table.items():
        if rule in _CHOICES and value not in _CHOICES[rule]:
            choices = ", ".join(str(choice) for choice in _CHOICES[rule] if choice is not None)
            yield f"{rule} takes one of {choices}"
        elif rule in _RANGES and not _is_between(value, *_RANGES[rule]):
            yield f"{rule} takes a number from {_RANGES[rule][0]:,} to {_RANGES[rule][1]:,}"
        elif rule in {"is_plain", "is_numbered", "trims"} and not isinstance(value, bool):
            yield f"{rule} takes true or false"


def _is_between(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
