"""Plain values that a library takes and returns; no SQL."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from db.measurements import Features

Vector: TypeAlias = npt.NDArray[np.float32]  # one unit embedding, shape (dim,)
Matrix: TypeAlias = npt.NDArray[np.float32]  # unit rows, shape (n, dim)
SampleIds: TypeAlias = npt.NDArray[np.int64]  # shape (n,)
FileIds: TypeAlias = npt.NDArray[np.int64]  # files with their samples, shape (n, 2)


class Source(IntEnum):
    """Where a value comes from; a higher one wins over a lower one."""

    MODEL = 1
    ANALYSIS = 2
    FILENAME = 3
    EMBEDDED = 4  # a chunk inside the audio file, such as acid or ID3
    TAUGHT = 5
    USER = 6


OBSERVED_SOURCES = (Source.ANALYSIS, Source.EMBEDDED)  # of readings that ingest stores
TAG_STAGE_SOURCES = (Source.MODEL, Source.ANALYSIS, Source.FILENAME)  # of tags that the tag stage makes


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """Identity of an encoder: only vectors of the same identity can be compared.

    Attributes:
        name: Short name, such as ``"compact"``.
        revision: Version of the weights.
        dim: Length of an embedding.
        sample_rate_hz: Rate of the waveforms that it takes.
        window_rule: How long sounds are cut and short ones padded, as a readable string.
    """

    name: str
    revision: str
    dim: int
    sample_rate_hz: int
    window_rule: str

    @property
    def fingerprint(self) -> str:
        """The string stored with every vector; vectors of different fingerprints are never compared."""
        return f"{self.name}-{self.revision}/{self.dim}/{self.sample_rate_hz}/{self.window_rule}"

    @classmethod
    def parse(cls, fingerprint: str) -> "EncoderInfo":
        """Return the encoder of a fingerprint, for its vectors where the model itself may not be there."""
        model, dim, sample_rate_hz, window_rule = fingerprint.split("/", 3)
        name, _, revision = model.rpartition("-")
        return cls(name, revision, int(dim), int(sample_rate_hz), window_rule)


class FileStat(NamedTuple):
    """Size and times, by which an unchanged file is recognised without opening it.

    The time of the last change of the inode shows a file that was replaced by one of the same size and modification
    time, which programs can set. The number of the inode would not help: FAT and network drives invent new ones.
    """

    size_bytes: int
    mtime_ns: int
    ctime_ns: int = 0


KnownFile = tuple[int, int, int, bool]
"""What an earlier run has seen of a path: its `FileStat`, and whether it is done unless it changes, as a problem is, or
a sound with a vector of the encoder asked about. A bare tuple, since `python -m benchmarks rescan` makes 100,000.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A tempo (``name="bpm"``, ``number``), pitch (``"pitch"``, hertz) or key (``"key"``, ``text``) of one source.

    ``file_id`` says which file of the sound states it, where ingest asks.
    """

    name: str
    source: Source
    confidence: float
    number: float | None = None
    text: str | None = None
    file_id: int | None = None


class TagName(NamedTuple):
    """A tag by facet and name; ``parent`` is the wider tag, as "drums" is of "kick"."""

    facet: str
    name: str
    parent: str | None = None


class Tag(NamedTuple):
    """What one source says of one tag on one sample; a confidence of 0 says that it does not fit."""

    facet: str  # "type", "form", "character", "user"
    name: str
    source: Source
    confidence: float
    parent: str | None = None  # "drums" for the type "kick"


class TagKey(NamedTuple):
    """Key of a stored confidence: one tag on one sample, from one source."""

    sample_id: int
    tag: TagName
    source: Source


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a sound is from; None for what is not known.

    Attributes:
        author: Name or user name.
        license: Short spelling, such as ``cc-by-4.0`` (`indexer.provenance.licenses`).
        url: Of the page of the sound.
    """

    author: str | None = None
    license: str | None = None
    url: str | None = None

    def or_else(self, other: "Provenance") -> "Provenance":
        """Fill what this does not say with what another says."""
        return Provenance(self.author or other.author, self.license or other.license, self.url or other.url)


UNKNOWN_PROVENANCE = Provenance()


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that the user gave to the library."""

    id: int
    path: Path
    is_online: bool
    n_files: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One sound in the library, as lists and details show it.

    Attributes:
        id: Stable id of the sound; survives moves, renames and new tags in the file.
        paths: Every place where the sound lies, the first found first; at least one.
        is_online: At least one of the paths is under a root that is present now.
        tags: The effective tags, strongest first.
        bpm, key, pitch: The reading of each that counts, or None.
        provenance: What its files, the first found first, and their packs say of its origin.
        caveats: Parts that could not be read or were not analysed, in sentences.
        packs: The pack of each path (`db.read.packs`).
        added_at: When it came into the library, in seconds of Unix time.
    """

    id: int
    paths: tuple[Path, ...]
    is_online: bool
    features: Features
    tags: tuple[Tag, ...]
    bpm: Reading | None = None
    key: Reading | None = None
    pitch: Reading | None = None
    provenance: Provenance = UNKNOWN_PROVENANCE
    caveats: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    added_at: int = 0

    @property
    def pack(self) -> str:
        """The pack of the first path."""
        return next(iter(self.packs), "")

    @property
    def path(self) -> Path:
        """The first place that is there now, else the first one."""
        if len(self.paths) == 1:
            return self.paths[0]
        return next((path for path in self.paths if path.exists()), self.paths[0])


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the user thinks of one sound: 0 to 5 stars, a note, and whether lists leave it out."""

    stars: int = 0
    note: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """A named list of sounds; in a kit, each has a slot."""

    name: str
    n_samples: int
    is_kit: bool = False
