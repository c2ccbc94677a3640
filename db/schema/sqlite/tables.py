"""What the tables have on SQLite besides those of `db.schema.tables`: an index of names, and triggers."""

from sqlalchemy import Connection

from db.schema.tables import Base

NAME_INDEX = (
    "CREATE VIRTUAL TABLE file_names USING "
    "fts5(search_folder, search_name, content='files', content_rowid='id', tokenize='trigram')"
)
_FORGET_NAME = (
    "INSERT INTO file_names(file_names, rowid, search_folder, search_name) "
    "VALUES('delete', old.id, old.search_folder, old.search_name);"
)
_LEARN_NAME = (
    "INSERT INTO file_names(rowid, search_folder, search_name) VALUES(new.id, new.search_folder, new.search_name);"
)
_COUNT_DOWN = "UPDATE samples SET n_files = n_files - 1 WHERE id = old.sample_id;"
_COUNT_UP = "UPDATE samples SET n_files = n_files + 1 WHERE id = new.sample_id;"
_TAG_OLD = (
    "INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) "
    "SELECT id, 1 FROM samples WHERE id = old.sample_id AND n_files > 0;"
)
_TAG_NEW = "INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) VALUES (new.sample_id, 1);"
_NO_ORIGINAL = "UPDATE files SET original_name = NULL WHERE id = new.id;"  # renamed by somebody else, or not yet told
_ON_RENAME = "AFTER UPDATE OF folder, name ON files WHEN old.folder <> new.folder OR old.name <> new.name"
_ON_CHANGE = "AFTER UPDATE OF sample_id ON files"
TRIGGERS = (
    f"CREATE TRIGGER files_added AFTER INSERT ON files BEGIN {_LEARN_NAME} {_COUNT_UP} {_TAG_NEW} END",
    f"CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN {_FORGET_NAME} {_COUNT_DOWN} {_TAG_OLD} END",
    f"CREATE TRIGGER files_renamed {_ON_RENAME} BEGIN {_FORGET_NAME} {_LEARN_NAME} {_NO_ORIGINAL} {_TAG_NEW} END",
    f"CREATE TRIGGER files_changed {_ON_CHANGE} BEGIN {_COUNT_DOWN} {_COUNT_UP} {_TAG_OLD} {_TAG_NEW} END",
)


def create_tables(connection: Connection) -> None:
    """Make all tables of a library in a new database."""
    Base.metadata.create_all(connection)
    for statement in (NAME_INDEX, *TRIGGERS):
        connection.exec_driver_sql(statement)
