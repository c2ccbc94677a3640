"""The zones of a kit or an instrument, for all formats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np
import numpy.typing as npt
import soundfile as sf

from indexer.export.fades import cut

FIRST_NOTE = 36  # MIDI; C1, the kick of drum machines
LAST_NOTE = 127
_FADE_FRAMES = 441  # 10 ms at 44.1 kHz, the rate of the devices that take joined sounds


class Zone(NamedTuple):
    """One sound and the keys that play it.

    Attributes:
        file: Path of the WAV file below the folder of the kit, with slashes.
        root: MIDI note at which the sound plays at its own pitch.
        low, high: Lowest and highest note.
        softest, loudest: Lowest and highest velocity, 1 to 127.
    """

    file: str
    root: int
    low: int
    high: int
    softest: int = 1
    loudest: int = 127

    @property
    def name(self) -> str:
        return PurePosixPath(self.file).stem


@dataclass(frozen=True)
class Kit:
    """A kit or an instrument of exported sounds.

    Attributes:
        name: Name of the kit.
        folder: Folder of the files.
        zones: One for each sound, in order.
        is_instrument: Sounds follow the keys; the sounds of a kit play at their own pitch.
    """

    name: str
    folder: Path
    zones: tuple[Zone, ...]
    is_instrument: bool = False

    def path(self, zone: Zone) -> Path:
        return self.folder / zone.file

    @cached_property
    def n_frames(self) -> dict[str, int]:
        """Number of frames of each file, by its path below the folder."""
        return {zone.file: sf.info(self.path(zone)).frames for zone in self.zones}

    def joined(self, most_frames: int | None = None) -> "Joined":
        """Return all sounds in one buffer, with the largest number of channels among them.

        Args:
            most_frames: Maximal number of frames in all; the longest sounds are cut, with a fade, to fit.
        """
        pcm = [sf.read(self.path(zone), dtype="float32", always_2d=True) for zone in self.zones]
        longest = max((len(frames) for frames, _ in pcm), default=0)
        if most_frames is not None:
            longest = _longest([len(frames) for frames, _ in pcm], most_frames)
        n_channels = max((frames.shape[1] for frames, _ in pcm), default=1)
        parts = [
            np.broadcast_to(cut(frames, longest, _FADE_FRAMES), (min(len(frames), longest), n_channels))
            for frames, _ in pcm
        ]
        ends = np.cumsum([len(part) for part in parts]).tolist()
        return Joined(
            np.concatenate(parts) if parts else np.zeros((0, 1), np.float32),
            tuple(zip([0, *ends], ends, strict=False)),
        )


class Joined(NamedTuple):
    """Sounds in one buffer, shape ``(n_frames, n_channels)``, and the first and end frame of each."""

    frames: npt.NDArray[np.float32]
    slices: tuple[tuple[int, int], ...]


def drum_zones(files: Iterable[str]) -> tuple[Zone, ...]:
    """Give each file a key, from `FIRST_NOTE` up; files beyond the last key are left out."""
    notes = range(FIRST_NOTE, LAST_NOTE + 1)
    return tuple(Zone(file, note, note, note) for note, file in zip(notes, files, strict=False))


def xml_document(root: Element) -> bytes:
    """Return an XML file."""
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def add_fields(parent: Element, **fields: object) -> Element:
    """Append an element with a text for each field, in order; return the parent."""
    for tag, value in fields.items():
        SubElement(parent, tag).text = str(value).lower() if isinstance(value, bool) else str(value)
    return parent


def _longest(lengths: Sequence[int], most_frames: int) -> int:
    """Return the length to cut the longest sounds to, so that all of them have at most ``most_frames``."""
    room, n_left = most_frames, len(lengths)
    for length in sorted(lengths):
        if length * n_left > room:
            return room // n_left
        room -= length
        n_left -= 1
    return max(lengths, default=0)
