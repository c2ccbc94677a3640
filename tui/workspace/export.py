"""Get sounds out: a folder of copies or links, a playlist, JSON. Nothing that exists is ever overwritten."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from db.errors import UsageError
from db.paths import display_text
from db.types import Sample
from tui import formatting
from tui.workspace.json_output import sample_shape

FORMS = ("copies", "links", "m3u", "json")
CREDITS_NAME = "CREDITS.txt"


def export(samples: Sequence[Sample], target: Path, form: str) -> str:
    """Write sounds in one of `FORMS` to a folder (copies, links) or a new file (m3u, json).

    Returns:
        What was done, as a sentence.

    Raises:
        UsageError: The target exists, cannot be written, or lies among the sounds themselves.
    """
    target = target.expanduser().absolute()
    try:
        if form in {"copies", "links"}:
            _fill_folder(samples, target, shutil.copy2 if form == "copies" else os.symlink)
        else:
            _write_new(target, _playlist(samples) if form == "m3u" else _document(samples))
    except FileExistsError as error:
        raise UsageError(f"{display_text(target)} exists already. Give another name.") from error
    except OSError as error:
        raise UsageError(f"{display_text(target)} cannot be written: {error.strerror}.") from error
    return f"{formatting.count(len(samples), 'sound')} exported to {display_text(target)}"


def _fill_folder(samples: Sequence[Sample], target: Path, put: Callable[[Path, Path], object]) -> None:
    if any(target == path.parent for sample in samples for path in sample.paths):
        raise UsageError("This is the folder of one of the sounds. Give another one.")
    target.mkdir(parents=True, exist_ok=True)
    credits_lines = []
    for sample in samples:
        source = sample.paths[0]
        place = _free_name(target / source.name)
        put(source, place)
        credits_lines += _credit(place.name, sample)
    if credits_lines:
        _write_new(_free_name(target / CREDITS_NAME), "".join(credits_lines).encode())


def _credit(name: str, sample: Sample) -> list[str]:
    """Return the line of a sound in the credits; none where nothing is known of its origin."""
    known = sample.provenance
    parts = [part for part in (known.author and f"by {known.author}", known.license, known.url) if part]
    return [f"{display_text(name)}: {display_text(', '.join(parts))}\n"] if parts else []


def _free_name(path: Path) -> Path:
    """Return the path, or the first of ``name 2.wav``, ``name 3.wav`` ... that is free."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem} {number}{path.suffix}")
    return free


def _write_new(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(data)


def _playlist(samples: Sequence[Sample]) -> bytes:
    lines = [b"#EXTM3U"]
    for sample in samples:
        path = sample.paths[0]
        seconds = round(sample.features.duration_seconds)
        lines += [f"#EXTINF:{seconds},{display_text(path.stem)}".encode(), os.fsencode(path)]
    return b"\n".join(lines) + b"\n"


def _document(samples: Sequence[Sample]) -> bytes:
    return json.dumps([sample_shape(sample) for sample in samples], indent=2).encode()
