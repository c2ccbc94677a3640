"""Slice loops: choose the sounds, and plan the export of their slices."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import SoundError, UsageError
from db.library import Library
from db.paths import display_text
from db.types import Sample
from indexer.audio.decode import decode
from indexer.audio.formats import AUDIO_EXTENSIONS
from indexer.export.conform import NO_PROJECT, Project
from indexer.export.file_names import collision_key, portable_name
from indexer.export.kits.registry import KIT_FORMATS
from indexer.export.plan import Document, Excerpt, ExportPlan
from indexer.export.profile import AS_IT_IS, Profile
from indexer.export.records import ExportLog
from indexer.slicing.cuts import BEATS, CUES, ONSETS, Cuts, find_cuts, parse_method, zero_crossing
from indexer.slicing.midi import slices_as_midi
from indexer.slicing.process import SlicingProcess
from tui.workspace.export.sounds import WAV_PROFILE, named_profile, plan_files, plan_folder
from tui.workspace.query.selection import Tell

_SOUNDS = "sounds"
SLICE_METHODS = {
    ONSETS: "Onsets",
    BEATS: "Beats",
    CUES: "Cue points or REX slices of the file",
    **{str(n): f"{n} equal parts" for n in (4, 8, 16, 32)},
}


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """How loops are sliced.

    Attributes:
        profile: Rules for the files.
        by: Method, as of `indexer.slicing.cuts.parse_method`.
        kit_format: Name of a format in `indexer.export.kits.registry.KIT_FORMATS`; None for no kit.
        has_midi: Also write a MIDI file that plays the slices as the loop.
    """

    profile: Profile
    by: str
    kit_format: str | None
    has_midi: bool


def find_loops(library: Library, what: Sequence[str], k: int | None, tell: Tell) -> list[Sample]:
    """Return the sounds to slice: files, inside the library or outside, or the hits of a query.

    Raises:
        SoundError: A file outside the library cannot be decoded.
        QueryError: A filter is invalid.
        UsageError: A file does not exist.
    """
    from tui.workspace.export.request import samples_of_files, samples_of_query

    files = [Path(word).expanduser().absolute() for word in what]
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None and (len(files) > 1 or os.fsencode(missing.suffix[1:].lower()) in AUDIO_EXTENSIONS):
        raise UsageError(f"There is no file {display_text(missing)}. Give files, or one query in quotes.")
    if missing is not None and missing.is_dir() and os.sep in what[0]:
        raise UsageError(
            f"{display_text(missing)} is a folder. For the loops in it: earmark slice 'in:{what[0].rstrip(os.sep)}/'"
        )
    if missing is not None:
        return samples_of_query(library, what[0], k, tell)
    found = []
    for file in files:
        is_known = library.find_sample_id(file) is not None
        found += samples_of_files(library, [file]) if is_known else [_read(file)]
    return found


def plan_slices(library: Library, sample: Sample, target: Path, request: SliceRequest) -> tuple[ExportPlan, Cuts]:
    """Find the cuts of a sound and plan the export of its slices; nothing is written.

    Args:
        library: Library whose export log tells what was exported before.
        sample: The loop.
        target: Folder.
        request: How to slice.

    Raises:
        SoundError: The sound cannot be decoded.
        UsageError: The sound cannot be sliced by the method, or the target is invalid.
    """
    cuts = find_cuts(sample, sample.path, request.by)
    return plan_cuts(library, sample, cuts, target, request), cuts


def plan_cuts(library: Library, sample: Sample, cuts: Cuts, target: Path, request: SliceRequest) -> ExportPlan:
    """Plan the export of given slices; arguments as `plan_slices`.

    Raises:
        UsageError: The target is invalid.
    """
    stem = sample.path.stem
    n_digits = max(2, len(str(len(cuts.spans))))
    excerpts = [
        Excerpt(sample, first, last, f"{stem} {number:0{n_digits}}")
        for number, (first, last) in enumerate(cuts.spans, start=1)
    ]
    documents = []
    if request.has_midi:
        tempo = None if sample.bpm is None else sample.bpm.number
        documents.append(Document(portable_name(stem, ".mid", AS_IT_IS), slices_as_midi(cuts, tempo)))
    kit_format = request.kit_format
    return plan_files(library, excerpts, target, request.profile, kit_format=kit_format, documents=documents)


def plan_sliced(
    library: Library, slicing: SlicingProcess, sample: Sample, by: str, form: str, target: Path
) -> ExportPlan:
    """Plan slices for the app: cuts are found in another process, and a MIDI file is included.

    Args:
        library: Library whose export log tells what was exported before.
        slicing: Process that finds the cuts.
        sample: The loop.
        by: Method, as of `indexer.slicing.cuts.parse_method`.
        form: A form of `slice_forms`.
        target: Folder.

    Raises:
        SoundError: The sound cannot be decoded.
        UsageError: The sound cannot be sliced by the method, or the target is invalid.
    """
    cuts = slicing.find_cuts(sample, sample.path, parse_method(by.strip()))
    kit_format = None if form == _SOUNDS else form
    request = SliceRequest(named_profile(WAV_PROFILE), by, kit_format, has_midi=True)
    return plan_cuts(library, sample, cuts, target, request)


def plan_region(
    library: Library, sample: Sample, seconds: tuple[float, float], target: Path, project: Project = NO_PROJECT
) -> ExportPlan:
    """Plan the export of a region of a sound, from zero crossing to zero crossing.

    Args:
        library: Library whose export log tells what was exported before.
        sample: The sound.
        seconds: Start and end of the region in the file.
        target: The new file; ``.wav`` is appended to other names.
        project: Tempo and key to adapt the region to.

    Raises:
        SoundError: The sound cannot be decoded.
        UsageError: The target is invalid.
    """
    decoded = decode(sample.path)
    rate_hz, n_frames = decoded.original.sample_rate_hz, decoded.original.n_frames
    first, last = (min(round(place * rate_hz), n_frames) for place in seconds)
    if n_frames == len(decoded.mono):  # longer sounds are decoded in parts
        first = zero_crossing(decoded.mono, rate_hz, first)
        last = last if last == n_frames else zero_crossing(decoded.mono, rate_hz, last)
    target = target.expanduser()
    name = target.stem if target.suffix.lower() == ".wav" else target.name
    excerpt = Excerpt(sample, first, max(last, first + 1), name)
    return plan_folder(library, [excerpt], target.parent, WAV_PROFILE, project)


def slice_forms() -> dict[str, str]:
    """Return the titles of the forms of slices by name: sounds alone, or a kit."""
    return {_SOUNDS: "Sounds and a MIDI file", **{name: f"A kit: {form.title}" for name, form in KIT_FORMATS.items()}}


def folders_of(samples: Sequence[Sample], target: Path) -> list[Path]:
    """Return a folder below the target for each sound, with its name."""
    taken: set[str] = set()
    folders = []
    for sample in samples:
        name = portable_name(sample.path.stem, "", AS_IT_IS, taken=taken)
        taken.add(collision_key(name))
        folders.append(target / name)
    return folders


def suggested_folder(library: Library) -> Path:
    """Return the suggested folder for slices: beside the last export."""
    last = ExportLog(library.folder).last_target()
    return Path.home() / "earmark-export" if last is None else last.parent


def _read(file: Path) -> Sample:
    """Read a sound outside the library; its id is negative, and always the same for the same audio."""
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
