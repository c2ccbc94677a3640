"""The first schema: roots, samples, files, problems, encoders, embeddings, tags, readings, the index of names."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NAMES = """
CREATE VIRTUAL TABLE file_names USING fts5(folder, name, content='files', content_rowid='id', tokenize='trigram')
"""
_FORGET_NAME = "INSERT INTO file_names(file_names, rowid, folder, name) VALUES('delete', old.id, old.folder, old.name);"
_LEARN_NAME = "INSERT INTO file_names(rowid, folder, name) VALUES(new.id, new.folder, new.name);"
_COUNT_DOWN = "UPDATE samples SET n_files = n_files - 1 WHERE id = old.sample_id;"
_COUNT_UP = "UPDATE samples SET n_files = n_files + 1 WHERE id = new.sample_id;"
_TRIGGERS = (
    f"CREATE TRIGGER files_added AFTER INSERT ON files BEGIN {_LEARN_NAME} {_COUNT_UP} END",
    f"CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN {_FORGET_NAME} {_COUNT_DOWN} END",
    f"CREATE TRIGGER files_renamed AFTER UPDATE OF folder, name ON files BEGIN {_FORGET_NAME} {_LEARN_NAME} END",
    f"CREATE TRIGGER files_changed AFTER UPDATE OF sample_id ON files BEGIN {_COUNT_DOWN} {_COUNT_UP} END",
)

_FILTERED = (
    "size_bytes",
    "duration_seconds",
    "n_channels",
    "sample_rate_hz",
    "bit_depth",
    "peak_dbfs",
    "loudness_lufs",
    "brightness_hz",
    "attack_ms",
    "decay_ms",
    "n_onsets",
    "bpm",
    "musical_key",
)


def upgrade() -> None:
    _create_files_and_sounds()
    _create_vectors()
    _create_marks()
    op.execute(_NAMES.strip())
    for trigger in _TRIGGERS:
        op.execute(trigger)


def _create_files_and_sounds() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    op.create_table(
        "roots",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("path", sa.LargeBinary, nullable=False),
        sa.Column("display", sa.String, nullable=False),
        sa.UniqueConstraint("path", name="uq_roots_path"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("n_files", sa.Integer, nullable=False, server_default="0"),
        sa.Column("duration_seconds", sa.REAL, nullable=False),
        sa.Column("n_channels", sa.Integer, nullable=False),
        sa.Column("sample_rate_hz", sa.Integer, nullable=False),
        sa.Column("bit_depth", sa.Integer),
        sa.Column("format", sa.String, nullable=False),
        sa.Column("peak_dbfs", sa.REAL),
        sa.Column("loudness_lufs", sa.REAL),
        sa.Column("brightness_hz", sa.REAL),
        sa.Column("attack_ms", sa.REAL),
        sa.Column("decay_ms", sa.REAL),
        sa.Column("n_onsets", sa.Integer, nullable=False),
        sa.Column("bpm", sa.REAL),
        sa.Column("musical_key", sa.String),
        sa.UniqueConstraint("content_hash", name="uq_samples_content_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_samples_absent", "samples", ["id"], sqlite_where=sa.text("n_files = 0"))
    for column in _FILTERED:
        op.create_index(f"ix_samples_{column}", "samples", [column])
    op.create_table(
        "files",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("root_id", sa.Integer, nullable=False),
        sa.Column("relpath", sa.LargeBinary, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("mtime_ns", sa.Integer, nullable=False),
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("first_seen_at", sa.Integer, nullable=False),
        sa.Column("folder", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("ext", sa.String, nullable=False),
        sa.UniqueConstraint("root_id", "relpath", name="uq_files_root_id_relpath"),
        _refers("files", "root_id", "roots"),
        _refers("files", "sample_id", "samples"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_files_ext", "files", ["ext", "sample_id"])
    op.create_index("ix_files_root_id", "files", ["root_id"])
    op.create_index("ix_files_sample_id", "files", ["sample_id"])
    op.create_table(
        "problems",
        sa.Column("root_id", sa.Integer, nullable=False),
        sa.Column("relpath", sa.LargeBinary, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("mtime_ns", sa.Integer, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("seen_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("root_id", "relpath", name="pk_problems"),
        _refers("problems", "root_id", "roots"),
    )


def _create_vectors() -> None:
    op.create_table(
        "encoders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("revision", sa.String, nullable=False),
        sa.Column("dim", sa.Integer, nullable=False),
        sa.UniqueConstraint("fingerprint", name="uq_encoders_fingerprint"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "embeddings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("encoder_id", sa.Integer, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("sample_id", "encoder_id", name="uq_embeddings_sample_id_encoder_id"),
        _refers("embeddings", "sample_id", "samples"),
        _refers("embeddings", "encoder_id", "encoders"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_embeddings_encoder_id", "embeddings", ["encoder_id"])


def _create_marks() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("facet", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("parent", sa.String),
        sa.UniqueConstraint("facet", "name", name="uq_tags_facet_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sample_tags",
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("tag_id", sa.Integer, nullable=False),
        sa.Column("source", sa.Integer, nullable=False),
        sa.Column("confidence", sa.REAL, nullable=False),
        sa.Column("is_effective", sa.Boolean, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("sample_id", "tag_id", "source", name="pk_sample_tags"),
        _refers("sample_tags", "sample_id", "samples"),
        _refers("sample_tags", "tag_id", "tags"),
    )
    op.create_index(
        "ix_sample_tags_effective",
        "sample_tags",
        ["tag_id", "sample_id", "is_effective"],
        sqlite_where=sa.text("is_effective"),
    )
    op.create_table(
        "readings",
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("source", sa.Integer, nullable=False),
        sa.Column("number", sa.REAL),
        sa.Column("text", sa.String),
        sa.Column("confidence", sa.REAL, nullable=False),
        sa.PrimaryKeyConstraint("sample_id", "name", "source", name="pk_readings"),
        _refers("readings", "sample_id", "samples"),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")
