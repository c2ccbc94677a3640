"""What assistants can ask of a library: plain calls that answer with JSON. Only `export` writes, where it may."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from db.errors import UsageError
from db.paths import display_text
from db.types import Reading, Sample
from indexer.api.session import LibrarySession
from indexer.search.request import SearchRequest
from tui import settings
from tui.workspace.annotations.own_words import own_words
from tui.workspace.export.sounds import named_profile, plan_files, write_files
from tui.workspace.json_output import sample_shape
from tui.workspace.query.query_notices import NOT_RELEVANT, query_notices

Sound: TypeAlias = int | str
"""A sound of the library: its id, or the path of one of its files."""

Answer: TypeAlias = dict[str, Any]

MOST_SOUNDS = 100  # in one answer
MOST_EXPORTED = 500
MOST_LETTERS = 1000  # of a query
_MOST_DIGITS = 18  # of an id; SQLite has no larger ones


class LibraryTools:
    """The tools over one library, for one call at a time.

    Args:
        session: The library and its model.
        export_folder: Below which `export` may write; None where it may not.
    """

    def __init__(self, session: LibrarySession, export_folder: Path | None) -> None:
        self._session = session
        self._library = session.library
        self._turn = threading.Lock()  # the model answers one thread at a time
        self._export_folder = None if export_folder is None else Path(os.path.realpath(export_folder.expanduser()))

    @property
    def can_export(self) -> bool:
        return self._export_folder is not None

    def search(self, query: str, k: int) -> Answer:
        """Return the sounds that answer a query line, best first.

        Raises:
            QueryError: A filter is invalid.
        """
        return self._find(SearchRequest(query, k=k))

    def similar(self, sound: Sound, query: str, k: int) -> Answer:
        """Return the sounds nearest to one, of those that pass a query line.

        Raises:
            UsageError: The library has no such sound.
            QueryError: A filter is invalid.
        """
        (sample,) = self._samples([sound])
        return self._find(SearchRequest(query, likes=(sample.id,), k=k, lists_likes=False))

    def blend(self, start: Sound, end: Sound, steps: int, filters: str) -> Answer:
        """Return real sounds on the way from one end to another; what names no sound of the library describes one.

        Raises:
            UsageError: Words describe nothing, or the ends are opposite.
            QueryError: A filter is invalid.
        """
        with self._turn:
            blender = self._session.blender
            ends = [blender.locate(self._end(end)) for end in (start, end)]
            path = blender.path(ends[0], ends[1], steps, filters=filters)
        sounds = [{**_shape(hit.sample), "at": round(hit.at, 4)} for hit in path.steps]
        return {"is_bridged": path.is_bridged, "sounds": sounds}

    def kit(self, query: str, slots: str, draw: int, *, one_pack: bool) -> Answer:
        """Return one sound for each slot, alike in character.

        Raises:
            UsageError: The slots cannot be read.
            QueryError: A filter is invalid.
        """
        from indexer.kits.builder import KitRequest, build_kit
        from indexer.kits.slots import parse_slots

        request = KitRequest(parse_slots(slots), query, draw=draw - 1, from_one_pack=one_pack)
        with self._turn:
            kit = build_kit(self._session.search_service, request)
        return {
            "slots": [{"slot": one.slot, "sound": None if one.sample is None else _shape(one.sample)} for one in kit]
        }

    def info(self, sound: Sound) -> Answer:
        """Return everything that is known of one sound.

        Raises:
            UsageError: The library has no such sound.
        """
        (sample,) = self._samples([sound])
        return {**sample_shape(sample), **own_words(self._library, sample.id)}

    def overview(self) -> Answer:
        """Return how much there is, by type, form and length, the collections, and the profiles of devices."""
        from indexer.export.profile import profile_files
        from tui.workspace.listing.overview import overview

        collections = {display_text(one.name): one.n_samples for one in self._library.collections()}
        profiles = sorted(profile_files(settings.profiles_folder()))
        return {**overview(self._library).as_dict(), "collections": collections, "profiles": profiles}

    def export(self, sounds: Sequence[Sound], folder: str, profile: str, kit_format: str | None) -> Answer:
        """Export sounds to a folder below the allowed one; no file is overwritten.

        Args:
            sounds: Sounds, in order.
            folder: Name of the folder.
            profile: Name of a profile.
            kit_format: Name of a kit format; None for no kit.

        Raises:
            UsageError: The folder is not below the allowed one or cannot be written, or there is no such sound or
                profile.
        """
        target = self._target(folder)
        rules = named_profile(profile)
        with self._turn:
            samples = self._samples(sounds)
            plan = plan_files(self._library, samples, target, rules, kit_format=kit_format)
            for file in plan.to_write:
                self._check_below((target / file.name).parent)
            done = write_files(self._library, plan, f"assistant: {folder}")
        return {
            "export": done.export_id,
            "target": str(plan.target),
            "files": [file.name for file in plan.files if file.name],
            "n_written": done.n_written,
            "n_present": done.n_present,
            "failed": [{"path": str(path), "reason": reason} for path, reason in done.failed],
        }

    def _find(self, request: SearchRequest) -> Answer:
        service = self._session.search_service
        with self._turn:
            result = service.search(request)
            notices = list(query_notices(request.line, service.unknown(request.line)))
            hits = service.hits(result)
        if len(result.ids) and not result.is_relevant:
            notices.append(NOT_RELEVANT)
        sounds = [{**_shape(hit.sample), "score": round(hit.score, 4)} for hit in hits]
        return {"n_searched": result.n_searched, "notices": notices, "sounds": sounds}

    def _samples(self, sounds: Sequence[Sound]) -> list[Sample]:
        ids = [self._find_id(_as_id(sound)) for sound in sounds]
        samples = {sample.id: sample for sample in self._library.samples([one for one in ids if one is not None])}
        missing = next((sound for sound, one in zip(sounds, ids, strict=True) if one not in samples), None)
        if missing is not None:
            raise UsageError(
                f"The library has no sound {display_text(str(missing))}. Use an id or a path that search returned."
            )
        return [samples[one] for one in ids if one is not None]

    def _end(self, end: Sound) -> int | str:
        """Return the id of a sound, or the words that describe one."""
        found = self._find_id(end)
        return str(end) if found is None or not self._library.samples([found]) else found

    def _find_id(self, sound: Sound) -> int | None:
        """Return the id of a path, or an id that there may be."""
        if isinstance(sound, int):
            return sound if 0 < sound < 10**_MOST_DIGITS else None
        path = Path(sound).expanduser()
        return self._library.find_sample_id(path) if path.is_absolute() else None

    def _target(self, folder: str) -> Path:
        if self._export_folder is None:
            raise UsageError("Exporting is not allowed. Start the server with: earmark mcp --allow-export DIR")
        if not folder.strip() or "\0" in folder:
            raise UsageError(f"Name a folder below {display_text(self._export_folder)}.")
        target = Path(os.path.realpath(self._export_folder / folder))
        self._check_below(target)
        return target

    def _check_below(self, folder: Path) -> None:
        allowed = self._export_folder
        assert allowed is not None
        if allowed not in Path(os.path.realpath(folder)).parents:
            raise UsageError(f"Only folders below {display_text(allowed)} may be written.")


def _as_id(sound: Sound) -> Sound:
    """Return an id as a number, which some assistants write as text."""
    return int(sound) if isinstance(sound, str) and sound.isdecimal() and len(sound) < _MOST_DIGITS else sound


def _shape(sample: Sample) -> Answer:
    """Return what one chooses a sound by, in few words; `LibraryTools.info` has all of it."""
    return {
        "id": sample.id,
        "path": str(sample.path),
        "seconds": round(sample.features.duration_seconds, 3),
        "tags": [tag.name for tag in sample.tags],
        "bpm": _value(sample.bpm),
        "key": _value(sample.key),
        "license": sample.provenance.license,
    }


def _value(reading: Reading | None) -> float | str | None:
    if reading is None:
        return None
    return reading.text if reading.number is None else round(reading.number, 2)
