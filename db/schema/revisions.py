"""Which revisions of the schema there are."""

from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"
# As Alembic writes it, without importing Alembic (0.5 s).
REVISION_TABLE = (
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def revisions(migrations: Path = MIGRATIONS) -> list[str]:
    """Return the known schema revisions, oldest first; they number the files, so that Alembic need not be asked."""
    return sorted(path.stem.partition("_")[0] for path in (migrations / "versions").glob("[0-9]*.py"))
