"""Kits, duplicates, hidden, heard and used sounds, and from which file a reading or a name comes."""

from alembic import op

revision = "0002"
down_revision = "0001"

_STATEMENTS = (
    # the first schema had it only at the end
    (
        "CREATE TABLE IF NOT EXISTS edited_samples (sample_id INTEGER NOT NULL, before_id INTEGER NOT NULL, "
        "CONSTRAINT pk_edited_samples PRIMARY KEY (sample_id), "
        "CONSTRAINT fk_edited_samples_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE, "
        "CONSTRAINT fk_edited_samples_before_id FOREIGN KEY(before_id) REFERENCES samples (id) ON DELETE CASCADE)"
    ),
    "ALTER TABLE annotations ADD COLUMN is_hidden BOOLEAN DEFAULT '0' NOT NULL",
    "ALTER TABLE collection_samples ADD COLUMN slot VARCHAR",
    "ALTER TABLE files ADD COLUMN original_name VARCHAR",
    "ALTER TABLE readings ADD COLUMN file_id INTEGER",
    (
        "CREATE TABLE chosen_keepers (audio_hash BLOB NOT NULL, relpath BLOB NOT NULL, "
        "CONSTRAINT pk_chosen_keepers PRIMARY KEY (audio_hash)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE kept_apart (first_hash BLOB NOT NULL, second_hash BLOB NOT NULL, "
        "CONSTRAINT pk_kept_apart PRIMARY KEY (first_hash, second_hash)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE sample_uses (sample_id INTEGER NOT NULL, used_at INTEGER NOT NULL, "
        "CONSTRAINT pk_sample_uses PRIMARY KEY (sample_id), "
        "CONSTRAINT fk_sample_uses_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE)"
    ),
    (
        "CREATE TABLE sample_hearings (sample_id INTEGER NOT NULL, heard_at INTEGER NOT NULL, "
        "CONSTRAINT pk_sample_hearings PRIMARY KEY (sample_id), "
        "CONSTRAINT fk_sample_hearings_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE)"
    ),
    "CREATE INDEX ix_annotations_hidden ON annotations (sample_id) WHERE is_hidden",
    "DROP INDEX ix_files_root_id",
    "CREATE INDEX ix_files_folder ON files (root_id, folder, sample_id)",
    "CREATE INDEX ix_samples_created_at ON samples (created_at)",
    "CREATE INDEX ix_sample_uses_used_at ON sample_uses (used_at)",
    "DROP TRIGGER files_renamed",
    (
        "CREATE TRIGGER files_renamed AFTER UPDATE OF folder, name ON files "
        "WHEN old.folder <> new.folder OR old.name <> new.name BEGIN "
        "INSERT INTO file_names(file_names, rowid, search_folder, search_name) "
        "VALUES('delete', old.id, old.search_folder, old.search_name); "
        "INSERT INTO file_names(rowid, search_folder, search_name) "
        "VALUES(new.id, new.search_folder, new.search_name); "
        "UPDATE files SET original_name = NULL WHERE id = new.id; "
        "INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) VALUES (new.sample_id, 1); END"
    ),
)


def upgrade() -> None:
    """Add columns, tables and indexes."""
    for statement in _STATEMENTS:
        op.execute(statement)
