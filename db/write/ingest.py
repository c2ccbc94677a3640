"""Store one batch of observed and failed files, inside the writer's transaction."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from db.compiled.ingest import (
    ADD_CONTENT,
    ADD_ENCODER,
    ADD_FILE,
    ADD_PROBLEM,
    ADD_SAMPLE,
    ADD_SLICES,
    ADD_VECTOR,
    DROP_FILE,
    DROP_FILE_AT,
    DROP_PROBLEM_AT,
    FILE_AT,
    FILES_OF,
    KNOWN_SAMPLE,
    N_FILES,
    PROBLEMS,
    SET_SOUND,
    UPDATE_FILE,
    UPDATE_SAMPLE,
)
from db.engines.base import Transaction
from db.measurements import FEATURES, Features
from db.paths import extension, search_text, split_display
from db.read.known_files import find_encoder_id
from db.types import OBSERVED_SOURCES, UNKNOWN_PROVENANCE, EncoderInfo, FileStat, Reading, Source, Tag, Vector
from db.write.edited_files import note_edit
from db.write.provenance import store_provenance
from db.write.readings import read_stated, replace_readings
from db.write.records import FailedFile, Observation, Outcome
from db.write.tagging_queue import request_tagging
from db.write.tags import TagWriter

_feature_values = attrgetter(*FEATURES)  # dataclasses.astuple copies deeply: 80 us a file

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
        self,
        transaction: Transaction,
        root_id: int,
        relpaths: Collection[bytes],
        encoder: EncoderInfo,
        vanished: AbstractSet[Place],
        now: int,
    ) -> None:
        """Begin a batch of the files at some paths."""
        self.moved: set[Place] = set()
        self._transaction = transaction
        self._root_id = root_id
        self._encoder = encoder
        self._encoder_id = ensure_encoder(transaction, encoder)
        self._vanished = vanished
        self._now = now
        self._problems = self._read_problems(relpaths)
        self._known: dict[tuple[bytes, bytes | None], int | None] = {}  # sounds by the hashes of file and audio
        self._here: dict[bytes, _FileRow] = {}  # files by their paths
        self._new: dict[bytes, int] = {}  # sounds that came with this batch, by audio
        self._placed: set[bytes] = set()  # those of them that have a file
        self._contents: dict[bytes, tuple[int, int]] = {}  # of files, by hash: size and sound
        self._vectors: list[tuple[int, int, bytes]] = []
        self._readings: dict[int, dict[tuple[str, Source], Reading]] = {}
        self._tags: dict[int, tuple[Tag, ...]] = {}

    def add_all(self, observations: Sequence[Observation]) -> list[Outcome]:
        """Store files.

        Raises:
            ValueError: A sound is unknown and brings no measurements, or a vector does not fit the encoder.
        """
        self._look_up(observations)
        self._add_samples(observations)
        return [self._add(file) for file in observations]

    def _look_up(self, observations: Sequence[Observation]) -> None:
        """Ask at once what is known of files."""
        hashes = [(file.file_hash, file.audio_hash) for file in observations]
        found = self._transaction.first_of_each(KNOWN_SAMPLE, hashes)
        self._known = {key: None if row is None else row[0] for key, row in zip(hashes, found, strict=True)}
        here = self._transaction.first_of_each(FILE_AT, [(self._root_id, file.relpath) for file in observations])
        self._here = {
            file.relpath: _FileRow(*row) for file, row in zip(observations, here, strict=True) if row is not None
        }

    def _add_samples(self, observations: Sequence[Observation]) -> None:
        """Add the sounds that are new, each once."""
        rows: dict[bytes, tuple[object, ...]] = {}
        for file in observations:
            if self._known[file.file_hash, file.audio_hash] is not None or file.audio_hash in rows:
                continue
            if file.audio_hash is not None and file.features is not None:
                values = {"audio_hash": file.audio_hash, "created_at": self._now} | _measured(file, file.features)
                rows[file.audio_hash] = tuple(map(values.__getitem__, ADD_SAMPLE.parameters))
        ids = self._transaction.add_each(ADD_SAMPLE, rows.values())
        self._new = dict(zip(rows, ids, strict=True))

    def _add(self, observed: Observation) -> Outcome:
        sample_id, is_known = self._find_sample(observed)
        if observed.audio_hash is not None:
            self._contents.setdefault(observed.file_hash, (observed.stat.size_bytes, sample_id))
        if observed.vector is not None:
            self._add_vector(sample_id, observed.vector)
        outcome, file_id = self._place(observed, sample_id, is_known=is_known)
        self._here[observed.relpath] = _FileRow(file_id, sample_id, observed.file_hash)
        if outcome is not Outcome.NEW or observed.provenance != UNKNOWN_PROVENANCE:
            store_provenance(self._transaction, self._root_id, observed.relpath, observed.provenance)
        self._forget_problem(observed.relpath)
        if observed.features is not None or observed.readings or observed.tags:
            if is_known:
                is_copy = outcome in {Outcome.CHANGED, Outcome.DUPLICATE} and self._count_files(sample_id) > 1
                self._update_features(sample_id, observed, is_copy=is_copy)
            self._add_readings(sample_id, file_id, observed, is_known=is_known)
            self._tags[sample_id] = (*self._tags.get(sample_id, ()), *observed.tags)
        return outcome

    def add_failure(self, failed: FailedFile) -> None:
        """Store one problem, in place of whatever the path held before."""
        here = self._find_file(failed.relpath)
        sample_id = self._problems.get(failed.relpath) if here is None else here.sample_id
        place = {"root_id": self._root_id, "relpath": failed.relpath}
        self._transaction.run(DROP_FILE_AT, **place)
        self._transaction.run(
            ADD_PROBLEM,
            **place,
            **failed.stat._asdict(),
            code=failed.code,
            message=failed.message,
            seen_at=self._now,
            sample_id=sample_id,
        )

    def finish(self) -> None:
        """Store the vectors, readings and tags of all observations; ask for the tags that names and vectors give."""
        contents = [(file_hash, *known) for file_hash, known in self._contents.items()]
        self._transaction.run_many(ADD_CONTENT, contents)
        self._transaction.run_many(ADD_VECTOR, self._vectors)
        readings = {sample_id: found.values() for sample_id, found in self._readings.items()}
        read_from = {source for found in self._readings.values() for _, source in found}
        tagged_from = {tag.source for tags in self._tags.values() for tag in tags}
        TagWriter(self._transaction).replace(self._tags, {Source.EMBEDDED, *tagged_from})
        replace_readings(self._transaction, readings, {*OBSERVED_SOURCES, *read_from})
        request_tagging(self._transaction, self._tags)

    def _find_sample(self, observed: Observation) -> tuple[int, bool]:
        """Return the sound of a file, and whether it was known before this file."""
        if observed.file_hash in self._contents:
            return self._contents[observed.file_hash][1], True
        known_id = self._known[observed.file_hash, observed.audio_hash]
        if known_id is not None:
            return known_id, True
        if observed.audio_hash is None or observed.audio_hash not in self._new:
            raise ValueError(f"{observed.relpath!r} holds an unknown sound and brings no measurements of it")
        is_known = observed.audio_hash in self._placed
        self._placed.add(observed.audio_hash)
        return self._new[observed.audio_hash], is_known

    def _update_features(self, sample_id: int, observed: Observation, *, is_copy: bool) -> None:
        """Store what was measured again; of a further file of a sound only what the sample lacks."""
        features = observed.features
        if features is None:
            return
        if is_copy:
            self._transaction.run(ADD_SLICES, n_slices=features.n_slices, sample_id=sample_id)
        else:
            self._transaction.run(UPDATE_SAMPLE, sample_id=sample_id, **_measured(observed, features))

    def _add_readings(self, sample_id: int, file_id: int, observed: Observation, *, is_known: bool) -> None:
        """Keep readings for `finish`; of those that several files of the sound state, that of the first file counts."""
        known = self._readings.get(sample_id)
        if known is None:
            stated = read_stated(self._transaction, sample_id) if is_known else ()
            known = {(reading.name, reading.source): reading for reading in stated}
        kept = {key: reading for key, reading in known.items() if reading.file_id != file_id}
        for reading in observed.readings:
            key = reading.name, reading.source
            if key not in kept or file_id < (kept[key].file_id or 0):
                kept[key] = replace(reading, file_id=file_id)
        self._readings[sample_id] = kept

    def _add_vector(self, sample_id: int, vector: Vector) -> None:
        if vector.shape != (self._encoder.dim,) or not np.isfinite(vector).all():
            raise ValueError(f"not a finite vector of length {self._encoder.dim}")
        self._vectors.append((sample_id, self._encoder_id, vector.astype("<f2").tobytes()))

    def _place(self, observed: Observation, sample_id: int, *, is_known: bool) -> tuple[Outcome, int]:
        """Bring the row of a file to what it is now; return what became of it, and its row id."""
        here = self._here.get(observed.relpath)
        if here is not None and here.sample_id == sample_id:
            self._update_file(here.id, observed)
            return (Outcome.UNCHANGED if here.file_hash == observed.file_hash else Outcome.RETAGGED), here.id
        left_id = self._find_vanished(sample_id) if is_known and self._vanished else None
        if left_id is not None:
            if here is not None:
                self._transaction.run(DROP_FILE, file_id=here.id)
            self._update_file(left_id, observed)
            return Outcome.MOVED, left_id
        if here is not None:
            self._transaction.run(SET_SOUND, sample_id=sample_id, file_id=here.id)
            self._update_file(here.id, observed)
            if not is_known:
                note_edit(self._transaction, here.sample_id, sample_id)
            return Outcome.CHANGED, here.id
        n_files = self._count_files(sample_id) if is_known else 0
        values = self._file_values(observed)
        file_id = self._transaction.add(ADD_FILE, sample_id=sample_id, first_seen_at=self._now, **values)
        if not is_known:
            before_id = self._problems.get(observed.relpath)  # met while a program was just writing it
            if before_id is not None:
                note_edit(self._transaction, before_id, sample_id)
            return Outcome.NEW, file_id
        return (Outcome.DUPLICATE if n_files else Outcome.MOVED), file_id

    def _find_file(self, relpath: bytes) -> _FileRow | None:
        row = self._transaction.first(FILE_AT, root_id=self._root_id, relpath=relpath)
        return None if row is None else _FileRow(*row)

    def _read_problems(self, relpaths: Collection[bytes]) -> dict[bytes, int | None]:
        """Return the paths that could not be read, each with the sound that was there before."""
        if not relpaths:
            return {}
        return dict(self._transaction.rows(PROBLEMS, root_id=self._root_id, first=min(relpaths), last=max(relpaths)))

    def _find_vanished(self, sample_id: int) -> int | None:
        """Find a file with this sound that the scan did not find any more; it was moved."""
        for file_id, root_id, relpath in self._transaction.rows(FILES_OF, sample_id=sample_id):
            if (root_id, relpath) in self._vanished:
                self.moved.add((root_id, relpath))
                return int(file_id)
        return None

    def _count_files(self, sample_id: int) -> int:
        return int(self._transaction.value(N_FILES, sample_id=sample_id))

    def _file_values(self, observed: Observation) -> dict[str, object]:
        return file_columns((self._root_id, observed.relpath), observed.stat) | {"file_hash": observed.file_hash}

    def _update_file(self, file_id: int, observed: Observation) -> None:
        self._transaction.run(UPDATE_FILE, file_id=file_id, **self._file_values(observed))

    def _forget_problem(self, relpath: bytes) -> None:
        if relpath in self._problems:
            self._transaction.run(DROP_PROBLEM_AT, root_id=self._root_id, relpath=relpath)


def name_columns(relpath: bytes) -> tuple[str, str, str, str]:
    """Return folder and name as they are shown, and both as they are searched."""
    folder, name = split_display(relpath)
    return folder, name, search_text(folder), search_text(name)


def file_columns(place: Place, stat: FileStat) -> dict[str, object]:
    """Return the columns of a file that its place and its state on disk give."""
    root_id, relpath = place
    folder, name, search_folder, search_name = name_columns(relpath)
    return {
        "root_id": root_id,
        "relpath": relpath,
        "size_bytes": stat.size_bytes,
        "mtime_ns": stat.mtime_ns,
        "ctime_ns": stat.ctime_ns,
        "folder": folder,
        "name": name,
        "search_folder": search_folder,
        "search_name": search_name,
        "ext": extension(relpath),
    }


def ensure_encoder(transaction: Transaction, encoder: EncoderInfo) -> int:
    """Return the row id of an encoder, made where it is new."""
    while (encoder_id := find_encoder_id(transaction, encoder)) is None:
        transaction.run(
            ADD_ENCODER,
            fingerprint=encoder.fingerprint,
            name=encoder.name,
            revision=encoder.revision,
            dim=encoder.dim,
        )
    return encoder_id


def _measured(observed: Observation, features: Features) -> dict[str, object]:
    values: dict[str, object] = dict(zip(FEATURES, _feature_values(features), strict=True))
    values["size_bytes"], values["caveats"] = observed.stat.size_bytes, "\n".join(observed.caveats)
    return values
