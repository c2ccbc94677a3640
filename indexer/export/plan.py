"""Plan an export; nothing is written yet."""

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from db.errors import SoundError, UsageError
from db.paths import display_text, find_obstacle
from db.types import Sample
from indexer.audio.remote import fetch_missing, is_here
from indexer.export.audio_shape import AudioShape, differences, read_shape, target_shape
from indexer.export.conform import NO_PROJECT, Project, conform
from indexer.export.convert import AS_IT_SOUNDS, Processing
from indexer.export.file_names import collision_key, folder_name, portable_name
from indexer.export.kits.registry import KIT_FORMATS, KitFormat
from indexer.export.kits.zones import Zone
from indexer.export.profile import SUFFIXES, Profile
from indexer.export.records import ExportedFile, ExportRecord

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_LEAST_DIGITS = 2


class Action(Enum):
    """What an export does with one sound."""

    COPY = "copy"
    LINK = "link"
    CONVERT = "convert"
    NOTHING = "nothing"  # an earlier export wrote it
    LEAVE_OUT = "leave out"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a sound that becomes a file of its own.

    Attributes:
        first, last: First frame and the one after the last, at the rate of the file.
        name: Name of the new file without extension.
    """

    sample: Sample
    first: int
    last: int
    name: str

    @property
    def span(self) -> tuple[int, int]:
        return self.first, self.last


class Document(NamedTuple):
    """Another file of an export, such as a MIDI file; its name is portable."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One sound of an export.

    Attributes:
        source: File of the sound.
        name: Path below the target folder, with slashes; empty for a sound that is left out.
        before, after: Format of the file and of the new file; None where files are copied or linked.
        processing: Other changes of the sound.
        reasons: What is changed, or why the sound is left out, each in a few words.
    """

    sample: Sample
    source: Path
    action: Action
    name: str
    before: AudioShape | None = None
    after: AudioShape | None = None
    processing: Processing = AS_IT_SOUNDS
    reasons: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        return self.action in {Action.COPY, Action.LINK, Action.CONVERT}


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """The files of an export.

    Attributes:
        target: Folder, absolute; it need not exist.
        recipe: Hash of the rules; equal for exports by the same rules.
        files: One for each sound, in the order of the sounds.
        kit_format: Name of a format in `KIT_FORMATS`; None for no kit.
        needs_kit: The files of the kit have to be written.
        keymap: Zones of an instrument by sample id; None for a kit.
        documents: Other files to write.
    """

    target: Path
    profile: Profile
    recipe: str
    files: tuple[PlannedFile, ...]
    kit_format: str | None
    needs_kit: bool
    keymap: Mapping[int, Zone] | None
    documents: tuple[Document, ...]

    @property
    def ids(self) -> list[int]:
        """Samples that this export or an earlier one writes."""
        return [file.sample.id for file in self.files if file.action != Action.LEAVE_OUT]

    @property
    def to_write(self) -> tuple[PlannedFile, ...]:
        return tuple(file for file in self.files if file.is_written)


def plan_export(
    sounds: Sequence[Sample | Excerpt],
    target: Path,
    profile: Profile,
    records: Sequence[ExportRecord] = (),
    *,
    links: bool = False,
    project: Project = NO_PROJECT,
    kit_format: str | None = None,
    keymap: Mapping[int, Zone] | None = None,
    tuning: Mapping[int, float] | None = None,
    documents: Sequence[Document] = (),
    on_fetched: Callable[[int, int], None] = lambda *_: None,
) -> ExportPlan:
    """Plan an export; nothing is written, but sounds of object stores are fetched to their places.

    Args:
        sounds: Samples or excerpts, in the order in which they are numbered.
        target: Folder.
        profile: Rules for the files.
        records: Earlier exports; files that they wrote by the same rules are not written again.
        links: Make symbolic links instead of copies.
        project: Tempo and key to adapt sounds to.
        kit_format: Name of a format in `KIT_FORMATS`, whose sampler also sets rules for the files; None for no kit.
        keymap: Zones of an instrument by sample id.
        tuning: Semitones to repitch samples by, by sample id.
        documents: Other files to write.
        on_fetched: Told how many sounds of object stores are fetched, and how many will be.

    Raises:
        UsageError: The target is a file or below one, the folder of one of the sounds, or has another kit; or links
            are to be converted.
    """
    if any(isinstance(sound, Excerpt) for sound in sounds):
        profile = replace(profile, format=profile.format or "wav")
    form = None if kit_format is None else KIT_FORMATS[kit_format]
    if form is not None:
        profile, target = form.profile(profile), form.folder(target)
    target = Path(os.path.normpath(target.expanduser().absolute()))
    if links and profile.format is not None:
        raise UsageError("A link cannot be in another format. Leave out --link or --profile.")
    if (obstacle := find_obstacle(target)) is not None:
        raise UsageError(f"{display_text(obstacle)} is a file. Give a folder.")
    spans = [sound.span for sound in sounds if isinstance(sound, Excerpt)]
    recipe = _recipe(profile, project, kit_format, links, keymap is not None, tuning or {}, spans)
    recorded = list(_present_files(records, target, recipe))
    recorded_names = {file.name for file in recorded}
    present = {(file.sample_id, file.span): file.name for file in recorded if file.sample_id is not None}
    planner = _Planner(target, profile, project, tuning or {}, len(sounds), present, links=links)
    fetch_missing((_sample(sound).paths for sound in sounds), on_fetched)
    files = tuple(map(planner.plan, sounds))
    needs_kit = form is not None and _needs_kit(form, target, recorded_names, files)
    has_files = any(file.name for file in files)
    missing = tuple(one for one in documents if has_files and one.name not in recorded_names)
    return ExportPlan(target, profile, recipe, files, kit_format, needs_kit, keymap, missing)


def _present_files(records: Sequence[ExportRecord], target: Path, recipe: str) -> Iterator[ExportedFile]:
    """Yield the files that earlier exports by the same rules wrote to a folder, and that are there."""
    for record in records:
        if record.target == target and record.recipe == recipe:
            yield from (file for file in record.files if os.path.lexists(target / file.name))


def _needs_kit(form: KitFormat, target: Path, recorded: Collection[str], files: Sequence[PlannedFile]) -> bool:
    """Say whether the files of a kit have to be written.

    Raises:
        UsageError: The format has fixed file names, and another kit in the folder has them.
    """
    names = form.file_names(target)
    is_there = all(name in recorded for name in names)
    is_another = not is_there or any(file.is_written for file in files)
    for name in names:
        if is_another and name in form.files and os.path.lexists(target / name):
            raise UsageError(f"{display_text(target)} has a kit already, in {name}. Give another folder.")
    return not is_there and any(file.name for file in files)


class _Planner:
    def __init__(
        self,
        target: Path,
        profile: Profile,
        project: Project,
        tuning: Mapping[int, float],
        n_sounds: int,
        present: Mapping[tuple[int, tuple[int, int] | None], str],
        *,
        links: bool,
    ) -> None:
        self._target = target
        self._profile = profile
        self._project = project
        self._tuning = tuning
        self._present = present
        self._links = links
        self._read_shape = lru_cache(maxsize=1)(read_shape)  # excerpts of one file follow each other
        self._n_digits = max(_LEAST_DIGITS, len(str(n_sounds)))
        self._n_files = 0
        self._taken: defaultdict[str, set[str]] = defaultdict(set)

    def plan(self, sound: Sample | Excerpt) -> PlannedFile:
        excerpt, sample = sound if isinstance(sound, Excerpt) else None, _sample(sound)
        source = next((path for path in sample.paths if is_here(path)), None)
        if source is None:
            return _left_out(sample, sample.paths[0], "missing now")
        if self._n_files == self._profile.max_files:
            return _left_out(sample, source, f"{self._profile.title} takes {self._profile.max_files} files")
        present = self._present.get((sample.id, None if excerpt is None else excerpt.span))
        if present is not None:
            self._n_files += 1
            return PlannedFile(sample, source, Action.NOTHING, present, reasons=("exported before",))
        if self._profile.format is None:
            action = Action.LINK if self._links else Action.COPY
            return PlannedFile(sample, source, action, self._name(sample, source, None))
        try:
            return self._plan_converted(sample, source, excerpt, SUFFIXES[self._profile.format])
        except SoundError as error:
            return _left_out(sample, source, str(error))

    def _plan_converted(self, sample: Sample, source: Path, excerpt: Excerpt | None, suffix: str) -> PlannedFile:
        """Plan a file in the format of the profile; it is copied where it already is as it should be."""
        profile, before = self._profile, self._read_shape(source)
        conformed = conform(sample, self._project)
        processing = Processing(
            None if excerpt is None else excerpt.span,
            profile.trims,
            profile.normalize,
            profile.max_seconds,
            conformed.tempo_factor,
            conformed.semitones,
            self._tuning.get(sample.id, 0.0),
        )
        stretched = replace(before, seconds=_stretched_seconds(before, processing))
        after = target_shape(stretched, profile)
        reasons = [*differences(stretched, after), *_changes(sample, before, after, processing)]
        if not reasons and profile.is_plain:
            reasons.append("without metadata chunks")
        is_same = not reasons and conformed.tempo_factor == 1 and not conformed.semitones
        return PlannedFile(
            sample,
            source,
            Action.COPY if is_same else Action.CONVERT,
            self._name(sample, source, suffix, None if excerpt is None else excerpt.name),
            before,
            after,
            processing,
            (*reasons, *conformed.reasons) or ("fits as it is",),
        )

    def _name(self, sample: Sample, source: Path, suffix: str | None, wished: str | None = None) -> str:
        """Return a free path below the target, by the rules of the profile."""
        folder = self._folder(sample)
        if self._target / folder in {path.parent for path in sample.paths}:
            raise UsageError("This is the folder of one of the sounds. Give another one.")
        self._n_files += 1
        has_suffix = _SUFFIX.fullmatch(source.suffix) is not None
        stem = wished or (source.stem if has_suffix else source.name)
        number = self._n_files
        if self._profile.folders == "banks":
            number = (number - 1) % self._profile.per_folder + 1
        if self._profile.is_numbered:
            stem = f"{number:0{self._n_digits}} {stem}"
        taken = self._taken_in(folder)
        name = portable_name(
            stem,
            suffix if suffix is not None else source.suffix.lower() if has_suffix else "",
            self._profile,
            taken=taken,
            room=len(folder) + 1 if folder else 0,
        )
        taken.add(collision_key(name))
        return f"{folder}/{name}" if folder else name

    def _folder(self, sample: Sample) -> str:
        match self._profile.folders:
            case "type":
                kind = next((tag.name for tag in sample.tags if tag.facet == "type"), "other")
                return folder_name(kind, self._profile)
            case "banks":
                return f"{self._n_files // self._profile.per_folder + 1:02}"
        return ""

    def _taken_in(self, folder: str) -> set[str]:
        if folder not in self._taken:
            self._taken[folder] = names_in(self._target / folder)
        return self._taken[folder]


def _left_out(sample: Sample, source: Path, reason: str) -> PlannedFile:
    return PlannedFile(sample, source, Action.LEAVE_OUT, "", reasons=(reason,))


def _stretched_seconds(before: AudioShape, processing: Processing) -> float:
    """Return how long a sound, or the excerpt of it, is at its new tempo and pitch."""
    span = processing.span
    seconds = before.seconds if span is None else (span[1] - span[0]) / before.rate_hz
    return seconds / processing.tempo_factor / 2 ** (processing.repitch / 12)


def _changes(sample: Sample, before: AudioShape, after: AudioShape, processing: Processing) -> Iterator[str]:
    """Yield what is changed of a sound besides its format, tempo and key, each in a few words."""
    if processing.span is not None:
        first, last = processing.span
        yield f"{first / before.rate_hz:.2f} to {last / before.rate_hz:.2f} s"
    if processing.trims:
        yield "silence before it removed"
    if processing.normalize is not None:
        yield "level: " + ("peak" if processing.normalize == "peak" else "loudness")
    elif (sample.features.peak_dbfs or 0) > 0 and after.bits != 32:
        yield "lowered to avoid clipping"
    if processing.repitch:
        yield f"tuned by {processing.repitch:+g} semitones"


def _sample(sound: Sample | Excerpt) -> Sample:
    return sound.sample if isinstance(sound, Excerpt) else sound


def names_in(folder: Path) -> set[str]:
    """Return the collision keys of the names in a folder; empty if it does not exist."""
    try:
        return {collision_key(display_text(name)) for name in os.listdir(folder)}
    except FileNotFoundError:
        return set()


def _recipe(profile: Profile, project: Project, *further: object) -> str:
    rules = json.dumps([asdict(profile), asdict(project), *further], sort_keys=True)
    return hashlib.blake2b(rules.encode(), digest_size=8).hexdigest()
