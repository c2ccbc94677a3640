"""What the tables have on PostgreSQL besides those of `db.schema.tables`: vectors, names by trigrams, triggers.

Vectors are halfvec of pgvector, which is float16, in one table for each encoder: partitions of ``embeddings``, made by
a trigger when the encoder comes in, so that statements that ask for an encoder read one of them alone. The functions
that make partitions and indexes run with the rights of the library's owner: an indexer may bring a new model.
"""

from sqlalchemy import DDL, Connection

from db.schema.tables import Base

EXTENSION = "CREATE EXTENSION IF NOT EXISTS vector"
_EMBEDDINGS = "embeddings"

_VECTORS = (
    "CREATE SEQUENCE embeddings_id_seq AS bigint",
    # Without length: a check of each partition has it.
    """
    CREATE TABLE embeddings (
        id bigint NOT NULL DEFAULT nextval('embeddings_id_seq'),
        sample_id bigint NOT NULL,
        encoder_id bigint NOT NULL,
        vector halfvec NOT NULL,
        CONSTRAINT pk_embeddings PRIMARY KEY (id, encoder_id),
        CONSTRAINT uq_embeddings_sample_id_encoder_id UNIQUE (sample_id, encoder_id),
        CONSTRAINT fk_embeddings_sample_id FOREIGN KEY (sample_id) REFERENCES samples (id) ON DELETE CASCADE
    ) PARTITION BY LIST (encoder_id)
    """,
    "ALTER SEQUENCE embeddings_id_seq OWNED BY embeddings.id",
    # Attached, not made as a partition: that would keep readers out until the transaction ends.
    """
    CREATE FUNCTION encoder_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE part text := 'embeddings_' || new.id;
    BEGIN
        EXECUTE format('CREATE TABLE %I (LIKE embeddings INCLUDING DEFAULTS)', part);
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (encoder_id = %s AND vector_dims(vector) = %s)',
                       part, 'ck_' || part, new.id, new.dim);
        EXECUTE format('ALTER TABLE embeddings ATTACH PARTITION %I FOR VALUES IN (%s)', part, new.id);
        RETURN new;
    END $$
    """,
    "CREATE TRIGGER encoder_added AFTER INSERT ON encoders FOR EACH ROW EXECUTE FUNCTION encoder_added()",
)

NAMES_INDEX = "CREATE INDEX ix_files_trigrams ON files USING gin (trigrams(search_name), trigrams(search_folder))"
# As the tokenizer of SQLite has it; what is shorter than three letters has none.
_NAMES = (
    """
    CREATE FUNCTION trigrams(given text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
    RETURN ARRAY(SELECT DISTINCT substr(given, place, 3) FROM generate_series(1, length(given) - 2) AS place)
    """,
    NAMES_INDEX,
)

# DEFAULT gives a row that waits already another id: `db.write.tagging_queue`.
_QUEUE = """
    INSERT INTO tagging_queue (sample_id, has_new_name) {rows}
    ON CONFLICT (sample_id) DO UPDATE SET id = DEFAULT, has_new_name = true;
"""
_TAG_NEW = _QUEUE.format(rows="VALUES (new.sample_id, true)")
_TAG_OLD = _QUEUE.format(rows="SELECT id, true FROM samples WHERE id = old.sample_id AND n_files > 0")
_COUNT_DOWN = "UPDATE samples SET n_files = n_files - 1 WHERE id = old.sample_id;"
_COUNT_UP = "UPDATE samples SET n_files = n_files + 1 WHERE id = new.sample_id;"
_NO_ORIGINAL = "UPDATE files SET original_name = NULL WHERE id = new.id AND original_name IS NOT NULL;"
_TRIGGERS = {
    "files_added": ("AFTER INSERT ON files", "", f"{_COUNT_UP} {_TAG_NEW}"),
    "files_removed": ("AFTER DELETE ON files", "", f"{_COUNT_DOWN} {_TAG_OLD}"),
    "files_renamed": (
        "AFTER UPDATE OF folder, name ON files",
        "WHEN (old.folder <> new.folder OR old.name <> new.name)",
        f"{_NO_ORIGINAL} {_TAG_NEW}",
    ),
    "files_changed": (
        "AFTER UPDATE OF sample_id ON files",
        "",
        f"{_COUNT_DOWN} {_COUNT_UP} {_TAG_OLD} {_TAG_NEW}",
    ),
}


def _trigger(name: str, when: str, condition: str, body: str) -> tuple[str, str]:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$",
        f"CREATE TRIGGER {name} {when} FOR EACH ROW {condition} EXECUTE FUNCTION {name}()",
    )


_STATEMENTS = (
    *_VECTORS,
    *_NAMES,
    *(statement for name, parts in _TRIGGERS.items() for statement in _trigger(name, *parts)),
)


def create_tables(connection: Connection) -> None:
    """Make all tables of a library in the first schema of the search path, which holds none of them."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != _EMBEDDINGS]
    Base.metadata.create_all(connection, tables=tables, checkfirst=False)
    for statement in _STATEMENTS:
        connection.execute(DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
