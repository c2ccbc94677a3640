"""Profiles: the rules of devices and programs for files, as TOML files of earmark and of the user."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from db.errors import UsageError
from db.paths import display_text

BUILT_IN = Path(__file__).parent / "profiles"
SUFFIXES = {"wav": ".wav", "aiff": ".aif", "flac": ".flac"}
_MOST_NAME = 200  # characters; `indexer.export.file_names` keeps to the limits of file systems in bytes
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
    """Rules for the files of an export; None is no rule.

    Attributes:
        title: Name of the device or program, for the user.
        format: Container: ``wav``, ``aiff`` or ``flac``; None copies files as they are.
        rate_hz: Sample rate.
        bits: Bit depth; 32 is floating point, None the depth of the source.
        max_channels: 1 mixes down to mono; 2 mixes more channels down to stereo.
        max_seconds: Longer sounds are cut, with a fade.
        is_plain: Only the chunks of the sound itself are allowed, so that files are always written anew.
        case: Case of names.
        letters: ``ascii`` removes accents and other scripts from names.
        separator: Replaces spaces, underscores and hyphens in names.
        max_name: Maximal length of a file name with its extension, in characters.
        max_path: Maximal length of the path below the target folder, in characters.
        is_numbered: Names begin with a number, from ``01``.
        folders: ``one`` folder, one for each ``type``, or numbered ``banks``.
        per_folder: Number of files in a bank.
        max_files: Maximal number of files.
        trims: Remove silence at the beginning.
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
    """Return a profile by its name; a profile of the user replaces a built-in one of the same name.

    Args:
        name: Name of the profile.
        user_folder: Folder of the user's profiles.

    Raises:
        UsageError: There is no such profile, or its file is invalid.
    """
    found = profile_files(user_folder)
    if name not in found:
        known = ", ".join(sorted(found))
        own = display_text(user_folder / f"{display_text(name)}.toml")
        raise UsageError(
            f"There is no profile {display_text(name)}. There are: {known}. For one of your own, write {own}"
        )
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
    """Return a profile from a TOML table.

    Raises:
        ValueError: A rule is unknown or has an invalid value; the message is for the user.
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
