"""The marks of a user (stars, notes, tags, corrections, collections) as a JSON document for any library."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from db.errors import UsageError
from db.keys import canonical_key
from db.library import Library
from db.read.duplicates import DuplicateDecisions
from db.read.marks import SampleMarks
from db.types import Annotation, Reading, Source, TagKey, TagName
from db.write.records import TagEdit
from tui.workspace.annotations.collections import collection_name
from tui.workspace.annotations.marked_duplicates import decisions_shape, read_decisions

FORMAT = "earmark-marks-1"
_READINGS = ("bpm", "key", "pitch")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of an import.

    Attributes:
        n_samples: Number of sounds that this library has.
        n_unknown: Number of sounds that it does not have.
        n_kept: Number of values of this library that differ from the document and were kept.
    """

    n_samples: int
    n_unknown: int
    n_kept: int


def export_marks(library: Library) -> dict[str, Any]:
    """Return all marks of the user, by the audio hash of each sound."""
    marks = library.marks()
    hashes = {each.sample_id: each.audio_hash.hex() for each in marks}
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sounds": [_sound(each) for each in marks],
        "collections": [
            {
                "name": one.name,
                "sounds": [hashes[sample_id] for sample_id in library.collection_ids(one.name)],
                "slots": {hashes[sample_id]: slot for sample_id, slot in library.kit_slots(one.name).items()},
            }
            for one in library.collections()
        ],
        "duplicates": decisions_shape(library.duplicate_decisions()),
        "few_shot_tags": [
            {**tag._asdict(), "imported": json.loads(imported)} for tag, imported in library.few_shot_tags().items()
        ],
    }


def import_marks(library: Library, document: Any, *, replaces: bool = False) -> Imported:
    """Import what `export_marks` returned; values of this library stay unless ``replaces`` is set.

    Args:
        library: Open library.
        document: Any value that JSON can hold.
        replaces: Where both have a value, take that of the document.

    Raises:
        UsageError: The document is invalid.
        LibraryBusyError: Another process is writing the library.
    """
    try:
        reader = _Reader(library, document, replaces=replaces)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError("This is not a file of marks. One is made with: earmark marks export FILE") from error
    return reader.store()


def _sound(marks: SampleMarks) -> dict[str, Any]:
    return {
        "audio_hash": marks.audio_hash.hex(),
        "file_hashes": [each.hex() for each in marks.file_hashes],
        "name": marks.name,
        "stars": marks.annotation.stars,
        "note": marks.annotation.note,
        "is_hidden": marks.annotation.is_hidden,
        "tags": [
            {"facet": tag.facet, "name": tag.name, "parent": tag.parent, "confidence": tag.confidence}
            for tag in marks.tags
        ],
        **{one.name: one.text if one.name == "key" else one.number for one in marks.readings},
    }


class _Reader:
    """Check a whole document, then store it.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: The document is invalid.
    """

    def __init__(self, library: Library, document: Any, *, replaces: bool) -> None:
        if document["format"] != FORMAT:
            raise ValueError(document["format"])
        self._library = library
        self._replaces = replaces
        self._n_kept = 0
        self._sounds = [(self._hashes(sound), sound) for sound in document["sounds"]]
        self._known = library.find_by_hash({each for hashes, _ in self._sounds for each in hashes})
        found = [(self._find(hashes), sound) for hashes, sound in self._sounds]
        self._found = {sample_id: sound for sample_id, sound in found if sample_id is not None}
        self._ids = {hashes[0]: self._find(hashes) for hashes, _ in self._sounds}
        self._mine = {each.sample_id: each for each in library.marks()}
        self._annotations = dict(self._read_annotations())
        self._readings = {name: dict(self._read_readings(name)) for name in _READINGS}
        self._tags = dict(self._read_tags())
        self._collections = [
            (collection_name(_text(one["name"])), self._members(one["sounds"]), self._slots(one.get("slots", {})))
            for one in document["collections"]
        ]
        self._few_shot = {
            TagName(_text(one["facet"]), _text(one["name"]), one["parent"] and _text(one["parent"])): json.dumps(
                [_exemplars(each) for each in one["imported"]]
            )
            for one in document["few_shot_tags"]
        }

        self._decisions = self._merge_decisions(read_decisions(document["duplicates"]))

    def store(self) -> Imported:
        learned = self._library.few_shot_tags()
        few_shot = {tag: text for tag, text in self._few_shot.items() if self._replaces or tag not in learned}
        with self._library.edits() as edits:
            edits.set_annotations(self._annotations)
            for name, readings in self._readings.items():
                edits.set_user_readings(name, readings)
            edits.edit_tags(TagEdit("Imported marks", self._tags, few_shot))
            edits.store_decisions(self._decisions)
            for name, ids, slots in self._collections:
                here, slots_here = self._library.collection_ids(name), self._library.kit_slots(name)
                if ids:
                    edits.set_collection(name, list(dict.fromkeys([*here, *ids])), {**slots, **slots_here})
        return Imported(len(self._found), len(self._sounds) - len(self._found), self._n_kept)

    @staticmethod
    def _hashes(sound: Mapping[str, Any]) -> list[bytes]:
        return [bytes.fromhex(each) for each in (sound["audio_hash"], *sound["file_hashes"])]

    def _find(self, hashes: Sequence[bytes]) -> int | None:
        return next((self._known[each] for each in hashes if each in self._known), None)

    def _members(self, hashes: Sequence[str]) -> list[int]:
        found = [self._ids.get(bytes.fromhex(each)) for each in hashes]
        return [sample_id for sample_id in found if sample_id is not None]

    def _slots(self, slots: Mapping[str, Any]) -> dict[int, str]:
        """Return the slots of a kit, by sample id."""
        found = {self._ids.get(bytes.fromhex(each)): _text(slot) for each, slot in slots.items()}
        return {sample_id: slot for sample_id, slot in found.items() if sample_id is not None}

    def _merged(self, mine: T | None, theirs: T, is_unset: Callable[[T], bool]) -> T:
        """Return the value to keep of two; an unset value never replaces another."""
        if is_unset(theirs):
            return theirs if mine is None else mine
        if mine is None or is_unset(mine) or mine == theirs:
            return theirs
        if self._replaces:
            return theirs
        self._n_kept += 1
        return mine

    def _read_annotations(self) -> Iterator[tuple[int, Annotation]]:
        for sample_id, sound in self._found.items():
            stars, note, is_hidden = sound["stars"], sound["note"], sound.get("is_hidden", False)
            is_whole = isinstance(note, str) and isinstance(is_hidden, bool)
            if not isinstance(stars, int) or not 0 <= stars <= 5 or not is_whole:
                raise ValueError(sound)
            mine = self._mine[sample_id].annotation if sample_id in self._mine else Annotation()
            merged = Annotation(
                self._merged(mine.stars, stars, lambda n: n == 0),
                self._merged(mine.note, note, _is_empty),
                mine.is_hidden or is_hidden,
            )
            yield sample_id, merged

    def _merge_decisions(self, theirs: DuplicateDecisions) -> DuplicateDecisions:
        mine = self._library.duplicate_decisions().keepers
        keepers = {key: self._merged(mine.get(key), path, lambda _: False) for key, path in theirs.keepers.items()}
        return DuplicateDecisions(theirs.apart, keepers)

    def _read_readings(self, name: str) -> Iterator[tuple[int, Reading]]:
        for sample_id, sound in self._found.items():
            if name in sound:
                said = self._mine[sample_id].readings if sample_id in self._mine else ()
                mine = next((one for one in said if one.name == name), None)
                yield sample_id, self._merged(mine, _reading(name, sound[name]), lambda _: False)

    def _read_tags(self) -> Iterator[tuple[TagKey, float]]:
        for sample_id, sound in self._found.items():
            said = self._mine[sample_id].tags if sample_id in self._mine else ()
            mine = {tag[:2]: tag.confidence for tag in said}
            for tag in sound["tags"]:
                name = TagName(_text(tag["facet"]), _text(tag["name"]), tag["parent"] and _text(tag["parent"]))
                confidence = float(tag["confidence"])
                if not 0 <= confidence <= 1:
                    raise ValueError(tag)
                here = mine.get(name[:2])
                yield TagKey(sample_id, name, Source.USER), self._merged(here, confidence, lambda _: False)


def _exemplars(value: Mapping[str, Any]) -> dict[str, Any]:
    """Check imported examples of a few-shot tag."""
    from indexer.few_shot.exemplar_file import decode_vector

    for text in (*value["yes"], *value["no"]):
        decode_vector(_text(text))
    return {"encoder": _text(value["encoder"]), "yes": list(value["yes"]), "no": list(value["no"])}


def _reading(name: str, value: Any) -> Reading:
    if name == "key":
        key = canonical_key(_text(value))
        if key is None:
            raise ValueError(value)
        return Reading(name, Source.USER, 1.0, text=key)
    if not isinstance(value, int | float) or not 0 < value < 100_000:
        raise ValueError(value)
    return Reading(name, Source.USER, 1.0, number=float(value))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


def _is_empty(text: str) -> bool:
    return not text
