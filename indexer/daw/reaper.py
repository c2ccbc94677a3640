"""Databases for Reaper's Media Explorer: text files of sounds with their tags.

Each sound has a line ``FILE "path" size 0 time`` and a line ``DATA`` with fields such as ``"u:custom tags"``,
``"g:genre"``, ``"d:description"``, ``"a:artist"`` and ``"c:comment"``. Sources: the help of DBManager ("Core Reaper
Database mechanics") and the test files of DBAssistant, both by Claudiohbsantos on GitHub.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from db.paths import display_text
from db.types import Annotation, Reading, Sample

SUFFIX = ".ReaperFileList"


def media_database(samples: Sequence[Sample], annotations: Mapping[int, Annotation]) -> bytes:
    """Return the lines of sounds whose files exist, with tags, tempo, key, author, stars and note.

    Args:
        samples: Sounds.
        annotations: Stars and notes by sample id.
    """
    return b"".join(_lines(sample, annotations.get(sample.id, Annotation())) for sample in samples)


def resource_folder() -> Path | None:
    """Return the folder of Reaper's settings; None if Reaper was never started on this system."""
    home = Path.home()
    places = {"darwin": home / "Library/Application Support/REAPER", "win32": home / "AppData/Roaming/REAPER"}
    folder = places.get(sys.platform, home / ".config/REAPER")
    return folder if folder.is_dir() else None


def shortcut_lines(folder: Path, name: str) -> list[str]:
    """Return the lines of ``reaper.ini`` that add a database to the Media Explorer; none if it is listed already.

    They belong in the section ``[reaper_explorer]``, and must be added while Reaper is closed.

    Args:
        folder: Folder of Reaper's settings.
        name: File name of a database in its folder ``MediaDB``.
    """
    try:
        lines = (folder / "reaper.ini").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    taken = {line.partition("=")[0]: line.partition("=")[2] for line in lines if line.startswith("Shortcut")}
    if name in taken.values():
        return []
    number = next(number for number in range(len(taken) + 1) if f"Shortcut{number}" not in taken)
    return [f"Shortcut{number}={name}", f"ShortcutT{number}={name.removesuffix(SUFFIX)}"]


def _lines(sample: Sample, annotation: Annotation) -> bytes:
    path = sample.path
    try:
        status = path.stat()
    except OSError:
        return b""
    quoted = _quoted(os.fsencode(path))
    if quoted is None:
        return b""
    data = " ".join(f'"{name}:{value}"' for name, value in _fields(sample, annotation) if value)
    return b"FILE %b %d 0 %d\nDATA %b\n" % (quoted, status.st_size, int(status.st_mtime), data.encode())


def _fields(sample: Sample, annotation: Annotation) -> Iterator[tuple[str, str]]:
    kind = next((tag for tag in sample.tags if tag.facet == "type"), None)
    names = [name for tag in sample.tags for name in (tag.name, tag.parent) if name]
    readings = [text for reading in (sample.bpm, sample.key) if (text := _reading(reading))]
    stars = [f"{annotation.stars} stars"] if annotation.stars else []
    yield "u", _text(" ".join(dict.fromkeys([*names, *readings, *stars])))
    yield "g", _text(kind.name if kind else "")
    yield "d", _text(", ".join(readings))
    yield "a", _text(sample.provenance.author or "")
    yield "c", _text(annotation.note)


def _reading(reading: Reading | None) -> str:
    if reading is None:
        return ""
    return reading.text or (f"{round(reading.number, 1):g}bpm" if reading.number else "")


def _text(value: str) -> str:
    return " ".join(display_text(value).replace('"', "'").split())


def _quoted(path: bytes) -> bytes | None:
    """Return a path in quotes that it does not contain, as Reaper writes it; None if that is impossible."""
    if b"\n" in path or b"\r" in path:
        return None
    return next((quote + path + quote for quote in (b'"', b"'", b"`") if quote not in path), None)
