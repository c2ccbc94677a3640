"""Training sounds from real recordings: ``recordings/manifest.csv`` of the licensed collection (see SOURCES.md)."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from training.grooves import tempo_words
from training.labels import canonical, table
from training.sound import SAMPLE_RATE_HZ, Sound, Waveform

MANIFEST = "manifest.csv"
_VELOCITY_WORDS = {"soft": ("soft",), "medium": (), "hard": ("hard",)}
_LOW_NOTE, _HIGH_NOTE = 45, 76  # MIDI
_IN_BRACKETS = re.compile(r"\s*[(\[].*?[)\]]")


@dataclass(frozen=True)
class Recording:
    """One line of the manifest.

    Attributes:
        path: Absolute.
        label: One of `labels.table`.
        source: Who made it: a library, a pack, a game.
        instrument: What it is in words, possibly empty.
        velocity: ``"soft"``, ``"medium"``, ``"hard"`` or nothing.
        note: MIDI number, or None.
        bpm: Tempo of a loop, or None.
    """

    path: Path
    label: str
    source: str
    instrument: str
    velocity: str
    note: int | None
    bpm: float | None


def read_manifest(folder: Path) -> list[Recording]:
    """Read every line of a folder's manifest."""
    with (folder / MANIFEST).open(newline="", encoding="utf-8") as file:
        return [
            Recording(
                folder / row["path"],
                canonical(row["label"]),
                row["source"],
                row["instrument"],
                row["velocity"],
                int(row["note"]) if row["note"] else None,
                float(row["bpm"]) if row["bpm"] else None,
            )
            for row in csv.DictReader(file)
        ]


def some_of_each(
    labels: npt.NDArray[np.str_], places: npt.NDArray[np.int64], n: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Draw at most ``n`` of the places of each label."""
    drawn = rng.permutation(places)
    return np.concatenate([drawn[labels[drawn] == label][:n] for label in np.unique(labels[places])])


def sounds(recordings: list[Recording]) -> Iterator[Sound]:
    """Read recordings as training sounds."""
    for recording in recordings:
        entry = table()[recording.label]
        yield Sound(
            read(recording.path),
            recording.label,
            entry.family,
            entry.aliases,
            _instrument_names(recording),
            _character(recording),
            recording.source,
        )


def read(path: Path) -> Waveform:
    """Read a file as mono at 48 kHz."""
    frames, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(frames.mean(axis=1), rate_hz, SAMPLE_RATE_HZ), np.float32)


def _instrument_names(recording: Recording) -> tuple[str, ...]:
    """Return what the manifest calls the instrument, without microphones and numbers, and its first part alone."""
    plain = _IN_BRACKETS.sub("", recording.instrument).strip()
    names = dict.fromkeys((plain, plain.split(",")[0].strip()))
    return tuple(name for name in names if name and name != recording.label and not re.search(r"[_\d]{2}", name))


def _character(recording: Recording) -> tuple[str, ...]:
    words = list(_VELOCITY_WORDS.get(recording.velocity, ()))
    if recording.note is not None:
        words += ["low"] if recording.note < _LOW_NOTE else ["high"] if recording.note > _HIGH_NOTE else []
    if recording.bpm is not None:
        words += tempo_words(recording.bpm)
    return tuple(words)
