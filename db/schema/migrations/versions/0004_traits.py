"""More of what a sound is made of: pitch, noisiness, stereo width, silence at both ends."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_COLUMNS = ("pitch_hz", "noisiness", "stereo_width", "silence_before_ms", "silence_after_ms")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("samples", sa.Column(column, sa.REAL))
        op.create_index(f"ix_samples_{column}", "samples", [column])
