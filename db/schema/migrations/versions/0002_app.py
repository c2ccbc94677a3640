"""What the app keeps: remarks, collections, places on the map."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "remarks",
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("sample_id", name="pk_remarks"),
        _refers("remarks", "sample_id", "samples"),
    )
    op.create_index("ix_remarks_stars", "remarks", ["stars"])
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(collation="NOCASE"), nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.UniqueConstraint("name", name="uq_collections_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "collection_samples",
        sa.Column("collection_id", sa.Integer, nullable=False),
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("collection_id", "sample_id", name="pk_collection_samples"),
        _refers("collection_samples", "collection_id", "collections"),
        _refers("collection_samples", "sample_id", "samples"),
    )
    op.create_table(
        "map_points",
        sa.Column("encoder_id", sa.Integer, nullable=False),
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("x", sa.REAL, nullable=False),
        sa.Column("y", sa.REAL, nullable=False),
        sa.PrimaryKeyConstraint("encoder_id", "sample_id", name="pk_map_points"),
        _refers("map_points", "encoder_id", "encoders"),
        _refers("map_points", "sample_id", "samples"),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")
