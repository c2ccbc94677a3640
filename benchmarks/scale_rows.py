"""Large libraries in seconds: rows that the database makes by itself, and vectors that lie as those of real sounds do.

Each sound has a file, a content, a type, and a length that is uniform from 0 to 10 s; the first of ten types has one
sound in ten. Vectors lie around a thousand centres; the nearest neighbours of one have cosines of about 0.9. All share
a direction, beside which the variance falls with the rank of the direction: two vectors have cosines of 0.17 give or
take 0.21, and the participation ratio of all is 39. Those of the sounds that come with Hydrogen, LMMS and Sonic Pi have
0.20, 0.18, and 18 to 28: less to tell apart.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.seeded import TYPES
from db.engines.postgres.bulk import copy_vectors
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.library import Library
from db.schema.postgres.tables import NAMES_INDEX
from db.schema.sqlite.tables import TRIGGERS
from db.types import Matrix
from indexer.encoders.compact.model import INFO

_N_CENTRES = 1000
_SCATTER = 0.35  # beside a centre of length 1
_SPREAD = np.sqrt(1 / np.arange(1, INFO.dim + 1, dtype=np.float32))
_SPREAD /= np.linalg.norm(_SPREAD)  # of centres, by direction
_SHARED = np.float32(0.55)  # of all centres, whose spread has length 1
_CHUNK = 20_000
_ENCODER_ID = 1
_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {n}), "
    "named(n, type_id, name, folder) AS (SELECT n, tags.id, tags.name || ' ' || n || '.wav', 'pack ' || (n / 1000) "
    f"FROM numbers JOIN tags ON tags.id = 1 + n % {len(TYPES)} WHERE tags.facet = 'type') "
)
# The same text is understood by both databases.
_ROWS = (
    "INSERT INTO roots (id, path, display) VALUES (1, CAST('sounds' AS {blob}), 'sounds')",
    (
        "INSERT INTO encoders (id, fingerprint, name, revision, dim) VALUES "
        f"({_ENCODER_ID}, '{INFO.fingerprint}', '{INFO.name}', '{INFO.revision}', {INFO.dim})"
    ),
    f"INSERT INTO meta (name, value) VALUES ('encoder', '{INFO.fingerprint}')",
    *(
        f"INSERT INTO tags (id, facet, name, parent) VALUES ({number}, 'type', '{name}', NULL)"
        for number, name in enumerate(TYPES, 1)
    ),
    (
        "INSERT INTO samples (id, audio_hash, size_bytes, created_at, n_files, bpm, duration_seconds, n_channels, "
        "sample_rate_hz, format, loudness_lufs, brightness_hz, n_onsets) {numbers} "
        "SELECT n, CAST('sound ' || n AS {blob}), "
        "100000 + n % 1000, 1700000000 + n, 1, 70 + n % 110, 0.0001 * (n % 100000 * 7919 % 100000), 1, 44100, 'wav', "
        "-6.0 - n % 24, 100 + n * 31 % 9000, 1 FROM named"
    ),
    (
        "INSERT INTO file_contents (file_hash, size_bytes, sample_id) {numbers} "
        "SELECT CAST('file ' || n AS {blob}), 100000 + n % 1000, n FROM named"
    ),
    (
        "INSERT INTO files (id, root_id, relpath, size_bytes, mtime_ns, ctime_ns, file_hash, sample_id, first_seen_at, "
        "folder, name, ext, search_folder, search_name) {numbers} SELECT n, 1, CAST(folder || '/' || name AS {blob}), "
        "100000 + n % 1000, 1, 1, CAST('file ' || n AS {blob}), n, 1700000000 + n, folder, name, 'wav', folder, name "
        "FROM named"
    ),
    (
        "INSERT INTO sample_tags (sample_id, tag_id, source, confidence, is_effective) {numbers} "
        "SELECT n, type_id, 2, 0.8, {true} FROM named"
    ),
)


def clustered(n: int, seed: int) -> Iterator[tuple[int, Matrix]]:
    """Yield unit vectors around the same centres for any seed, in chunks with the number of the first of each."""
    centres = np.random.default_rng(0).standard_normal((_N_CENTRES, INFO.dim), np.float32) * _SPREAD
    centres[:, 0] += _SHARED
    centres = _unit(centres)
    rng = np.random.default_rng(seed)
    for start in range(0, n, _CHUNK):
        rows = min(_CHUNK, n - start)
        noise = _unit(rng.standard_normal((rows, INFO.dim), np.float32) * _SPREAD) * np.float32(_SCATTER)
        yield start, _unit(centres[rng.integers(0, _N_CENTRES, rows)] + noise)


def fill_folder(folder: Path, n: int) -> None:
    """Make a library in a folder."""
    Library.create(folder).close()
    with closing(sqlite3.connect(folder / "earmark.db")) as connection, connection:
        for trigger in TRIGGERS:
            connection.execute(f"DROP TRIGGER {trigger.split()[2]}")
        for statement in _statements(n, blob="BLOB", true="1"):
            connection.execute(statement)
        connection.execute("INSERT INTO file_names(file_names) VALUES ('rebuild')")
        for trigger in TRIGGERS:
            connection.execute(trigger)
        for start, vectors in clustered(n, 1):
            rows = ((start + place + 1, _ENCODER_ID, row.tobytes()) for place, row in enumerate(vectors.astype("<f2")))
            connection.executemany("INSERT INTO embeddings (sample_id, encoder_id, vector) VALUES (?, ?, ?)", rows)


def fill_server(place: ServerPlace, n: int) -> None:
    """Fill an empty library on a server with the same."""
    database = PostgresDatabase(place)
    with database.write() as transaction:
        cursor = transaction.driver_cursor()
        cursor.execute("ALTER TABLE files DISABLE TRIGGER USER")
        cursor.execute("DROP INDEX ix_files_trigrams")
        for statement in _statements(n, blob="bytea", true="true"):
            cursor.execute(statement)  # type: ignore[call-overload]
        for start, vectors in clustered(n, 1):
            ids = range(start + 1, start + len(vectors) + 1)
            rows = zip(ids, ids, [_ENCODER_ID] * len(ids), map(bytes, vectors.astype("<f2")), strict=True)
            copy_vectors(cursor, list(rows))
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(NAMES_INDEX)
        cursor.execute("ALTER TABLE files ENABLE TRIGGER USER")
    with database.outside_transactions() as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")
    database.close()


def _statements(n: int, *, blob: str, true: str) -> Iterator[str]:
    for statement in _ROWS:
        yield statement.format(numbers=_NUMBERS.format(n=n), blob=blob, true=true)


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
