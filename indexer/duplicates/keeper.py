"""Choose which of several duplicates to keep."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from db.measurements import Features
from db.read.duplicates import DuplicateDecisions, FilePlace

_FULL_SHARE = 0.97  # of the longest; shorter files were cut
_MONO_WIDTH = 1e-4  # share of the power in which channels differ; below it, stereo counts as mono
_WORD = re.compile(r"[^\W\d_]{3,}")
_COPY = re.compile(r"[ _(-]copy\b|\(\d+\)$|~\d*$|\bcopy of\b", re.IGNORECASE)
_ASIDE = re.compile(  # where copies are put, or come to lie
    r"(?:new|untitled) folder\b|\b(?:backups?|duplicates?|recovered)\b|^(?:desktop|downloads|te?mp)$|^\.?trash",
    re.IGNORECASE,
)
_EMPTY_WORDS = frozenset(
    (
        *("audio", "bounce", "copy", "export", "file", "new", "rec", "record", "recording", "render", "sample"),
        *("sound", "take", "track", "unknown", "unnamed", "untitled", "wav"),
    )
)


class Rank(NamedTuple):
    """Rank of a file, compared value by value; the file with the greatest rank is kept."""

    is_chosen: bool
    is_lossless: bool
    is_full: bool
    has_no_silent_channel: bool
    n_channels: int
    sample_rate_hz: int
    bit_depth: int
    preference: int
    is_named: bool
    is_in_pack: bool
    is_first: int

    def reasons_against(self, others: Iterable["Rank"]) -> str:
        """Return why this file is kept rather than others of lower rank, the most important reason first."""
        decisive = {
            next((name for name in self._fields if getattr(self, name) != getattr(other, name)), "is_first")
            for other in others
        }
        return ", ".join(reason for name, reason in _REASONS.items() if name in decisive)


_REASONS: Mapping[str, str] = {
    "is_chosen": "you chose it",
    "is_lossless": "lossless",
    "is_full": "longer",
    "has_no_silent_channel": "no silent channel",
    "n_channels": "stereo",
    "sample_rate_hz": "higher sample rate",
    "bit_depth": "more bits",
    "preference": "in a folder that you prefer",
    "is_named": "has a name",
    "is_in_pack": "the other folder looks like one of copies",
    "is_first": "found first",
}


class Ranking:
    """Ranks of files.

    Args:
        features: Measurements by sample id.
        decisions: Decisions of the user.
        preferred: Folders whose files are kept rather than others, the most preferred first.

    Attributes:
        with_silent_channel: Samples with two channels of which one is silent: no more than one, in twice the space.
    """

    def __init__(
        self, features: Mapping[int, Features], decisions: DuplicateDecisions, preferred: Sequence[Path] = ()
    ) -> None:
        self._features = features
        self._decisions = decisions
        self.with_silent_channel = set[int]()
        self._preferred = [spelled for folder in preferred for spelled in {folder.absolute(), folder.resolve()}]

    def rank(self, place: FilePlace, longest_seconds: float) -> Rank:
        """Return the rank of a file among duplicates of which the longest has this audible length in seconds."""
        features = self._features[place.sample_id]
        has_silent_channel = place.sample_id in self.with_silent_channel
        is_wide = not has_silent_channel and features.n_channels > 1 and (features.stereo_width or 0.0) > _MONO_WIDTH
        return Rank(
            is_chosen=self._decisions.keepers.get(place.audio_hash) == place.relpath,
            is_lossless=features.bit_depth is not None,
            is_full=features.audible_seconds >= _FULL_SHARE * longest_seconds,
            has_no_silent_channel=not has_silent_channel,
            n_channels=features.n_channels if is_wide else 1,
            sample_rate_hz=features.sample_rate_hz,
            bit_depth=features.bit_depth or 0,
            preference=self._preference(place.path),
            is_named=is_named(place.path.stem),
            is_in_pack=not any(map(is_aside, os.fsdecode(place.relpath).split("/")[:-1])),
            is_first=-place.file_id,
        )

    def seconds(self, sample_id: int) -> float:
        """Return the audible length of a sample in seconds."""
        return self._features[sample_id].audible_seconds

    def _preference(self, path: Path) -> int:
        inside = (number for number, folder in enumerate(self._preferred) if path.is_relative_to(folder))
        return -next(inside, len(self._preferred))


def is_named(stem: str) -> bool:
    """Say whether a file name without extension is meaningful, unlike ``audio_0004``, ``Untitled 3`` or ``x copy``."""
    words = [word.casefold() for word in _WORD.findall(stem)]
    return any(word not in _EMPTY_WORDS for word in words) and not _COPY.search(stem)


def is_aside(folder: str) -> bool:
    """Say whether a folder, by its name, is one of copies, such as ``New Folder (3)`` or ``Backup 2019``."""
    return bool(_ASIDE.search(folder) or _COPY.search(folder))
