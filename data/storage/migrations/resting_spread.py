"""The spread of resting measurements, and the beats they were made from."""  # noqa: INP001 - Alembic loads it by path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make room: older measurements have no spread, and their beats were not kept."""
    for column in ("ln_rmssd_mad", "heart_rate_mad_bpm"):
        op.add_column("resting_measurement", sa.Column(column, sa.Float(), nullable=True))
    op.create_table(
        "resting_beats",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rr_times_s", sa.JSON(), nullable=False),
        sa.Column("rr_ms", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_resting_beats_participant_id"), "resting_beats", ["participant_id"], unique=False
    )
