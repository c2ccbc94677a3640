"""What the user teaches: tags that are learned, and the way back from every change of tags."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("tag_id", sa.Integer, nullable=False),
        sa.Column("imported", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("tag_id", name="pk_lessons"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_lessons_tag_id", ondelete="CASCADE"),
    )
    op.create_table(
        "tag_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("cells", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
