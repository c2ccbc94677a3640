"""What can be wrong in a library on a server that the server itself does not see to."""

from sqlalchemy import Connection, text

_ADVICE = "Tell whoever looks after the server; to bring back a backup: pg_restore"
_FAULTS = {
    "SELECT count(*) FROM samples WHERE n_files <> (SELECT count(*) FROM files WHERE sample_id = samples.id)": (
        "The file counts of {n} sounds are wrong."
    ),
    "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace": (
        "{n} indexes are unfinished or damaged; on the server: REINDEX DATABASE."
    ),
    "SELECT count(*) FROM encoders WHERE to_regclass('embeddings_' || id) IS NULL": (
        "The vectors of {n} models have no table."
    ),
    "SELECT count(*) FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace": (
        "{n} rules of the tables are not kept by all rows."
    ),
    "SELECT 4 - count(*) FROM pg_trigger WHERE tgrelid = 'files'::regclass AND NOT tgisinternal AND tgenabled = 'O'": (
        "{n} triggers of the table of files are missing or switched off."
    ),
}


def find_faults(connection: Connection) -> list[str]:
    """Return one sentence for each inconsistency; empty when the library is healthy."""
    counted = {sentence: int(connection.scalar(text(query)) or 0) for query, sentence in _FAULTS.items()}
    return [f"{sentence.format(n=n)} {_ADVICE}" for sentence, n in counted.items() if n]
