"""What is wrong with the file of a library."""

import sqlite3

_REPAIR = "To rebuild it: earmark doctor --repair. To bring back a copy: earmark restore"
_FAULTS = {
    "SELECT count(*) FROM pragma_foreign_key_check": "{n} rows refer to rows that are gone.",
    "SELECT count(*) FROM samples WHERE n_files <> (SELECT count(*) FROM files WHERE sample_id = samples.id)": (
        "The file counts of {n} sounds are wrong."
    ),
    "SELECT (SELECT count(*) FROM files) <> (SELECT count(*) FROM file_names_docsize)": (
        "The index of names is incomplete."
    ),
    "SELECT count(*) FROM embeddings JOIN encoders AS e ON e.id = encoder_id WHERE length(vector) <> 2 * e.dim": (
        "{n} vectors have the wrong length."
    ),
}


def find_faults(cursor: sqlite3.Cursor) -> list[str]:
    """Return one sentence for each inconsistency; empty when the library is healthy."""
    damage = [row[0] for row in cursor.execute("PRAGMA quick_check(10)") if row[0] != "ok"]
    if damage:
        return [f"earmark.db is damaged ({damage[0]}). {_REPAIR}"]
    counts = {fault: cursor.execute(query).fetchone()[0] for query, fault in _FAULTS.items()}
    return [f"{fault.format(n=n)} {_REPAIR}" for fault, n in counts.items() if n]
