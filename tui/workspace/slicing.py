"""Slice loops: which sounds, where they are cut, and the export that writes the slices."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import SoundError, UsageError
from db.library import Library
from db.paths import display_text
from db.types import Sample
from indexer.audio.formats import AUDIO_EXTENSIONS
from indexer.export.file_names import collision_key, portable_name
from indexer.export.plan import Document, Excerpt, ExportPlan, plan_export
from indexer.export.profile import AS_IT_IS, Profile
from indexer.export.records import ExportLog
from indexer.slicing.cuts import AUTO, Cuts, find_cuts
from indexer.slicing.midi import slices_as_midi


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """How loops are sliced.

    Attributes:
        by: As of `indexer.slicing.cuts.parse_method`.
        profile: Rules for the files.
        kit_format: One of `indexer.export.kits.registry.KIT_FORMATS`, or None.
        has_midi: A MIDI file plays the loop again.
    """

    profile: Profile
    by: str = AUTO
    kit_format: str | None = None
    has_midi: bool = False


def find_loops(library: Library, what: Sequence[str], k: int | None) -> list[Sample]:
    """Return the sounds to slice: files, inside the library or outside, or what a query finds.

    Raises:
        SoundError: A file outside the library cannot be decoded.
        QueryError: A filter is invalid.
        UsageError: A file is not there.
    """
    from tui.workspace.export_request import find_samples

    files = [Path(word).expanduser().absolute() for word in what]
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None and (len(files) > 1 or os.fsencode(missing.suffix[1:].lower()) in AUDIO_EXTENSIONS):
        raise UsageError(f"There is no file {display_text(missing)}. Give files, or one query in quotes.")
    if missing is not None:
        return find_samples(library, what, k, are_files=False, n_steps=None)
    found = []
    for file in files:
        is_known = library.find_sample_id(file) is not None
        found += find_samples(library, [str(file)], None, are_files=True, n_steps=None) if is_known else [_read(file)]
    return found


def plan_slices(library: Library, sample: Sample, target: Path, request: SliceRequest) -> tuple[ExportPlan, Cuts]:
    """Find the cuts of a sound and plan the export of its slices; nothing is written.

    Raises:
        SoundError: It cannot be decoded.
        UsageError: It cannot be sliced so, or the target cannot be one.
    """
    path = sample.path
    cuts = find_cuts(sample, path, request.by)
    n_digits = max(2, len(str(len(cuts.spans))))
    excerpts = [
        Excerpt(sample, first, last, f"{path.stem} {number:0{n_digits}}")
        for number, (first, last) in enumerate(cuts.spans, start=1)
    ]
    documents = []
    if request.has_midi:
        tempo = None if sample.bpm is None else sample.bpm.number
        documents.append(Document(portable_name(path.stem, ".mid", AS_IT_IS), slices_as_midi(cuts, tempo)))
    plan = plan_export(
        excerpts,
        target,
        request.profile,
        ExportLog(library.folder).records(),
        kit_format=request.kit_format,
        documents=documents,
    )
    return plan, cuts


def folders_of(samples: Sequence[Sample], target: Path) -> list[Path]:
    """Return a folder for the slices of each sound, below the target and of its name."""
    taken: set[str] = set()
    folders = []
    for sample in samples:
        name = portable_name(sample.path.stem, "", AS_IT_IS, taken=taken)
        taken.add(collision_key(name))
        folders.append(target / name)
    return folders


def suggested_folder(library: Library) -> Path:
    """Return where slices go unless the user says otherwise: beside the last export."""
    last = ExportLog(library.folder).last_target()
    return Path.home() / "earmark-export" if last is None else last.parent


def _read(file: Path) -> Sample:
    """Return a sound that is not in the library, as far as it can be read; its id is negative and stays the same."""
    from indexer.ingest.observe import read_sound

    try:
        sound = read_sound(file)
    except SoundError as error:
        raise SoundError(error.code, f"{display_text(file.name)}: {error}") from error
    assert sound.features is not None
    assert sound.audio_hash is not None
    tempos = [reading for reading in sound.readings if reading.name == "bpm"]
    number = int.from_bytes(hashlib.blake2b(sound.audio_hash, digest_size=6).digest(), "big")
    return Sample(
        id=-1 - number,
        paths=(file,),
        is_online=True,
        features=sound.features,
        tags=(),
        bpm=max(tempos, key=lambda reading: reading.source, default=None),
        provenance=sound.provenance,
    )
