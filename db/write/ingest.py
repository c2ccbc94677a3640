"""Store one batch of observed and failed files, inside the writer's transaction."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from db.engines.sqlite import Cursor
from db.measurements import FEATURES
from db.paths import extension, search_text, split_display
from db.types import (
    OBSERVED_SOURCES,
    UNKNOWN_PROVENANCE,
    EncoderInfo,
    FailedFile,
    Observation,
    Outcome,
    Reading,
    Source,
    Tag,
    Vector,
)
from db.write.edited_files import note_edit
from db.write.provenance import store_provenance
from db.write.readings import read_stated, replace_readings
from db.write.tagging_queue import request_tagging
from db.write.tags import TagWriter

_feature_row = attrgetter(*FEATURES)  # dataclasses.astuple copies deeply: 80 us a file

_ADD_SAMPLE = (
    f"INSERT INTO samples (audio_hash, size_bytes, created_at, caveats, {', '.join(FEATURES)}) "  # noqa: S608 (own names)
    f"VALUES ({', '.join('?' * (4 + len(FEATURES)))})"
)
# Slices are named by a file: one that names none says nothing against another one of the same sound.
_SET_FEATURES = ", ".join(f"{name} = ?" for name in FEATURES).replace(
    "n_slices = ?", "n_slices = COALESCE(?, CASE WHEN n_files > 1 THEN n_slices END)"
)
_UPDATE_SAMPLE = f"UPDATE samples SET size_bytes = ?, caveats = ?, {_SET_FEATURES} WHERE id = ?"  # noqa: S608
_ADD_SLICES = "UPDATE samples SET n_slices = COALESCE(n_slices, ?) WHERE id = ?"
_FIND_BY_FILE = "SELECT sample_id FROM file_contents WHERE file_hash = ?"
_FIND_BY_AUDIO = "SELECT id FROM samples WHERE audio_hash = ?"
_ADD_CONTENT = "INSERT OR IGNORE INTO file_contents (file_hash, size_bytes, sample_id) VALUES (?, ?, ?)"
_ADD_FILE = (
    "INSERT INTO files (root_id, relpath, size_bytes, mtime_ns, ctime_ns, folder, name, search_folder, search_name, "
    "ext, file_hash, sample_id, first_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE_FILE = (
    "UPDATE files SET root_id = ?, relpath = ?, size_bytes = ?, mtime_ns = ?, ctime_ns = ?, folder = ?, name = ?, "
    "search_folder = ?, search_name = ?, ext = ?, file_hash = ? WHERE id = ?"
)
_ADD_PROBLEM = (
    "INSERT OR REPLACE INTO problems "
    "(root_id, relpath, size_bytes, mtime_ns, ctime_ns, code, message, seen_at, sample_id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

Place = tuple[int, bytes]  # (root_id, relpath)


class _FileRow(NamedTuple):
    id: int
    sample_id: int
    file_hash: bytes


class IngestBatch:
    """One batch that is being stored.

    Attributes:
        moved: Vanished places whose sound was found elsewhere; their rows now stand at the new place.
    """

    def __init__(
        self, cursor: Cursor, root_id: int, encoder: EncoderInfo, vanished: AbstractSet[Place], now: int
    ) -> None:
        self.moved: set[Place] = set()
        self._cursor = cursor
        self._root_id = root_id
        self._encoder = encoder
        self._encoder_id = ensure_encoder(cursor, encoder)
        self._vanished = vanished
        self._now = now
        self._readings: dict[int, dict[tuple[str, Source], Reading]] = {}
        self._tags: dict[int, tuple[Tag, ...]] = {}

    def add(self, observed: Observation) -> Outcome:
        """Store one file.

        Raises:
            ValueError: Its sound is unknown and it brings no measurements, or its vector does not fit the encoder.
        """
        known_id = self._find_sample(observed)
        sample_id = self._add_sample(observed) if known_id is None else known_id
        if observed.audio_hash is not None:
            self._cursor.execute(_ADD_CONTENT, (observed.file_hash, observed.stat.size_bytes, sample_id))
        if observed.vector is not None:
            self._add_vector(sample_id, observed.vector)
        outcome = self._place(observed, sample_id, is_known=known_id is not None)
        if outcome is not Outcome.NEW or observed.provenance != UNKNOWN_PROVENANCE:
            store_provenance(self._cursor, self._root_id, observed.relpath, observed.provenance)
        self._forget_problem(observed.relpath)
        if observed.features is not None or observed.readings or observed.tags:
            is_copy = outcome in {Outcome.CHANGED, Outcome.DUPLICATE} and self._count_files(sample_id) > 1
            if known_id is not None:
                self._update_features(sample_id, observed, is_copy=is_copy)
            self._add_readings(sample_id, observed)
            self._tags[sample_id] = (*self._tags.get(sample_id, ()), *observed.tags)
        return outcome

    def add_failure(self, failed: FailedFile) -> None:
        """Store one problem, in place of whatever the path held before."""
        here = self._find_file(failed.relpath)
        sample_id = self._find_unreadable(failed.relpath) if here is None else here.sample_id
        self._cursor.execute("DELETE FROM files WHERE root_id = ? AND relpath = ?", (self._root_id, failed.relpath))
        row = (self._root_id, failed.relpath, *failed.stat, failed.code, failed.message, self._now, sample_id)
        self._cursor.execute(_ADD_PROBLEM, row)

    def finish(self) -> None:
        """Store the readings and tags of all observations; ask for the tags that names and vectors give."""
        readings = {sample_id: found.values() for sample_id, found in self._readings.items()}
        read_from = {source for found in self._readings.values() for _, source in found}
        tagged_from = {tag.source for tags in self._tags.values() for tag in tags}
        TagWriter(self._cursor).replace(self._tags, {Source.EMBEDDED, *tagged_from})
        replace_readings(self._cursor, readings, {*OBSERVED_SOURCES, *read_from})
        request_tagging(self._cursor, self._tags)

    def _find_sample(self, observed: Observation) -> int | None:
        row = self._cursor.execute(_FIND_BY_FILE, (observed.file_hash,)).fetchone()
        if row is None:
            row = self._cursor.execute(_FIND_BY_AUDIO, (observed.audio_hash,)).fetchone()
        return None if row is None else int(row[0])

    def _add_sample(self, observed: Observation) -> int:
        if observed.features is None or observed.audio_hash is None:
            raise ValueError(f"{observed.relpath!r} holds an unknown sound and brings no measurements of it")
        caveats = "\n".join(observed.caveats)
        row = (observed.audio_hash, observed.stat.size_bytes, self._now, caveats, *_feature_row(observed.features))
        return int(self._cursor.execute(_ADD_SAMPLE, row).lastrowid or 0)

    def _update_features(self, sample_id: int, observed: Observation, *, is_copy: bool) -> None:
        """Store what was measured again; of a further file of a sound only what the sample lacks."""
        features = observed.features
        if features is None:
            return
        if is_copy:
            self._cursor.execute(_ADD_SLICES, (features.n_slices, sample_id))
            return
        row = (observed.stat.size_bytes, "\n".join(observed.caveats), *_feature_row(features), sample_id)
        self._cursor.execute(_UPDATE_SAMPLE, row)

    def _add_readings(self, sample_id: int, observed: Observation) -> None:
        """Keep readings for `finish`; of those that several files of the sound state, that of the first file counts."""
        file = self._find_file(observed.relpath)
        assert file is not None  # it was placed
        known = self._readings.get(sample_id)
        if known is None:
            known = {(reading.name, reading.source): reading for reading in read_stated(self._cursor, sample_id)}
        kept = {key: reading for key, reading in known.items() if reading.file_id != file.id}
        for reading in observed.readings:
            key = reading.name, reading.source
            if key not in kept or file.id < (kept[key].file_id or 0):
                kept[key] = replace(reading, file_id=file.id)
        self._readings[sample_id] = kept

    def _add_vector(self, sample_id: int, vector: Vector) -> None:
        if vector.shape != (self._encoder.dim,) or not np.isfinite(vector).all():
            raise ValueError(f"not a finite vector of length {self._encoder.dim}")
        self._cursor.execute(
            "INSERT OR IGNORE INTO embeddings (sample_id, encoder_id, vector) VALUES (?, ?, ?)",
            (sample_id, self._encoder_id, vector.astype("<f2").tobytes()),
        )

    def _place(self, observed: Observation, sample_id: int, *, is_known: bool) -> Outcome:
        here = self._find_file(observed.relpath)
        if here is not None and here.sample_id == sample_id:
            self._update_file(here.id, observed)
            return Outcome.UNCHANGED if here.file_hash == observed.file_hash else Outcome.RETAGGED
        left_id = self._find_vanished(sample_id) if is_known else None
        if left_id is not None:
            if here is not None:
                self._cursor.execute("DELETE FROM files WHERE id = ?", (here.id,))
            self._update_file(left_id, observed)
            return Outcome.MOVED
        if here is not None:
            self._cursor.execute("UPDATE files SET sample_id = ? WHERE id = ?", (sample_id, here.id))
            self._update_file(here.id, observed)
            if not is_known:
                note_edit(self._cursor, here.sample_id, sample_id)
            return Outcome.CHANGED
        n_files = self._count_files(sample_id)
        self._cursor.execute(_ADD_FILE, (*self._file_row(observed), sample_id, self._now))
        if not is_known:
            before_id = self._find_unreadable(observed.relpath)  # met while a program was just writing it
            if before_id is not None:
                note_edit(self._cursor, before_id, sample_id)
            return Outcome.NEW
        return Outcome.DUPLICATE if n_files else Outcome.MOVED

    def _find_file(self, relpath: bytes) -> _FileRow | None:
        row = self._cursor.execute(
            "SELECT id, sample_id, file_hash FROM files WHERE root_id = ? AND relpath = ?", (self._root_id, relpath)
        ).fetchone()
        return None if row is None else _FileRow(*row)

    def _find_unreadable(self, relpath: bytes) -> int | None:
        """Return the sound that was at a path before it could not be read any more."""
        row = self._cursor.execute(
            "SELECT sample_id FROM problems WHERE root_id = ? AND relpath = ?", (self._root_id, relpath)
        ).fetchone()
        return None if row is None else row[0]

    def _find_vanished(self, sample_id: int) -> int | None:
        """Find a file with this sound that the scan did not find any more; it was moved."""
        rows = self._cursor.execute("SELECT id, root_id, relpath FROM files WHERE sample_id = ?", (sample_id,))
        for file_id, root_id, relpath in rows.fetchall():
            if (root_id, relpath) in self._vanished:
                self.moved.add((root_id, relpath))
                return int(file_id)
        return None

    def _count_files(self, sample_id: int) -> int:
        return int(self._cursor.execute("SELECT n_files FROM samples WHERE id = ?", (sample_id,)).fetchone()[0])

    def _file_row(self, observed: Observation) -> tuple[object, ...]:
        return (
            self._root_id,
            observed.relpath,
            *observed.stat,
            *name_columns(observed.relpath),
            extension(observed.relpath),
            observed.file_hash,
        )

    def _update_file(self, file_id: int, observed: Observation) -> None:
        self._cursor.execute(_UPDATE_FILE, (*self._file_row(observed), file_id))

    def _forget_problem(self, relpath: bytes) -> None:
        self._cursor.execute("DELETE FROM problems WHERE root_id = ? AND relpath = ?", (self._root_id, relpath))


def name_columns(relpath: bytes) -> tuple[str, str, str, str]:
    """Return folder and name as they are shown, and both as they are searched."""
    folder, name = split_display(relpath)
    return folder, name, search_text(folder), search_text(name)


def ensure_encoder(cursor: Cursor, encoder: EncoderInfo) -> int:
    """Return the row id of an encoder, made where it is new."""
    cursor.execute(
        "INSERT INTO encoders (fingerprint, name, revision, dim) SELECT ?, ?, ?, ? "
        "WHERE NOT EXISTS (SELECT 1 FROM encoders WHERE fingerprint = ?)",
        (encoder.fingerprint, encoder.name, encoder.revision, encoder.dim, encoder.fingerprint),
    )
    row = cursor.execute("SELECT id FROM encoders WHERE fingerprint = ?", (encoder.fingerprint,)).fetchone()
    return int(row[0])
