"""Which revisions of the schema there are."""

from collections.abc import Collection
from pathlib import Path

from db.errors import LibraryError
from db.measurements import FEATURES
from db.paths import display_text

MIGRATIONS = Path(__file__).parent / "migrations"
# As Alembic writes it, without importing Alembic (0.5 s).
REVISION_TABLE = (
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def revisions(migrations: Path = MIGRATIONS) -> list[str]:
    """Return the known schema revisions, oldest first; they number the files, so that Alembic need not be asked."""
    return sorted(path.stem.partition("_")[0] for path in (migrations / "versions").glob("[0-9]*.py"))


def refuse_newer(library: str, revision: str, known: Collection[str]) -> None:
    """Check that a revision of the schema is among those that this version knows.

    Args:
        library: The library and its place, for the message.
        revision: Its revision.
        known: All `revisions`.

    Raises:
        LibraryError: A newer earmark made the library.
    """
    if revision not in known:
        raise LibraryError(
            f"{library} was made by a newer earmark (schema {display_text(revision)}). "
            "Update earmark to open it: pip install --upgrade earmark"
        )


def is_outdated(revision: str, known: list[str], columns: Collection[str]) -> bool:
    """Say whether a library lacks a migration, or a column for a measurement that came to earmark after it was made.

    Args:
        revision: Of its schema.
        known: All `revisions`.
        columns: Of its table of samples.
    """
    return revision != known[-1] or not set(FEATURES) <= set(columns)
