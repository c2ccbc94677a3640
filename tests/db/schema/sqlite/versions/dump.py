"""Write the library that the upgrade tests open.

``python -m tests.db.schema.sqlite.versions.dump > tests/db/schema/sqlite/versions/NNNN.sql``.

Run it once for each schema that is released; until the first release, whenever `db.schema.tables` changes.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from db.library import Library
from db.types import Annotation, Reading, Source, Tag, TagKey, TagName
from db.write.records import TagEdit
from tests.db.factories import ENCODER, FEATURES, failed, observed

# The order matters: rows before triggers, which would count and index them a second time.
_OBJECTS = """
SELECT sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
AND name NOT LIKE 'file_names_%' ORDER BY CASE type WHEN 'index' THEN name END, rowid
"""
_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'file_names%'
"""


def make_library(folder: Path) -> None:
    """Make a library with a row in every table."""
    marks = (Tag("type", "kick", Source.FILENAME, 0.9, "drums"), Tag("user", "favourite", Source.USER, 1.0))
    readings = (Reading("bpm", Source.FILENAME, 0.9, number=120.0), Reading("key", Source.EMBEDDED, 0.4, text="Bbm"))
    readings += (Reading("pitch", Source.ANALYSIS, 0.7, number=58.3),)
    descriptors = {"noisiness": 0.25, "stereo_width": 0.0, "silence_before_ms": 2.0, "silence_after_ms": 30.0}
    measured = replace(FEATURES, **descriptors)
    with Library.create(folder) as library, library.writer() as writer:
        root = writer.add_root(Path("/sounds"))
        kick = observed("Kicks/kick [Am] 120.wav", "one", tags=marks, readings=readings, features=measured)
        files = [kick, observed(b"\xff copy.wav", "one"), observed("pad.wav", "two"), observed("tom.wav", "three")]
        writer.store(root.id, ENCODER, files, [failed("broken.wav")], set())
        writer.store(root.id, ENCODER, [observed("tom.wav", "edited")], [], set())
        writer.remove_files([(root.id, b"tom.wav")])
        writer.activate(ENCODER)
        writer.set_annotations({1: Annotation(4, "for the bridge"), 2: Annotation(is_hidden=True)})
        writer.set_collection("Kit", [2, 1])
        dusty = TagName("user", "dusty")
        writer.edit_tags(TagEdit("Learned dusty", {TagKey(2, dusty, Source.USER): 0.0}, {dusty: "[]"}))
        writer.set_map_points(ENCODER, np.array([1, 2]), np.array([[0.25, -0.5], [0.5, 1.0]], np.float32))


def dump(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield statements that make the database again; the index of names is filled from its table."""
    for (sql,) in connection.execute(_OBJECTS, ("table",)):
        yield sql
    for (table,) in connection.execute(_TABLES).fetchall():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        values = " || ', ' || ".join(f"quote({column})" for column in columns)
        for (row,) in connection.execute(f"SELECT {values} FROM {table}").fetchall():
            yield f"INSERT INTO {table} VALUES ({row})"
    yield "INSERT INTO file_names(file_names) VALUES ('rebuild')"
    for kind in ("index", "trigger"):
        for (sql,) in connection.execute(_OBJECTS, (kind,)):
            yield sql


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        make_library(Path(folder))
        with closing(sqlite3.connect(Path(folder) / "earmark.db")) as connection:
            sys.stdout.writelines(f"{statement};\n" for statement in dump(connection))


if __name__ == "__main__":
    main()
