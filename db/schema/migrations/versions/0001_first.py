"""The first schema, as `db.schema.tables` makes it. No library is older, so there is nothing to upgrade."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Do nothing: Alembic asks for a function."""
