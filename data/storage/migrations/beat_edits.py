"""Edits of beats, beats from files, and what edits did to a resting measurement."""  # noqa: INP001 - Alembic loads it by path

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make room: nobody could edit beats before."""
    op.create_table(
        "imported_beats",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sampling_rate_hz", sa.Float(), nullable=True),
        sa.Column("rr_times_s", sa.JSON(), nullable=False),
        sa.Column("rr_ms", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_imported_beats_participant_id"), "imported_beats", ["participant_id"], unique=False
    )
    op.create_table(
        "beat_edit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=True),
        sa.Column("time_s", sa.Float(), nullable=True),
        sa.Column("shift_ms", sa.Float(), nullable=True),
        sa.Column("reverts", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.Text(), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("recording_id", "number"),
    )
    for column in ("participant_id", "recording_id"):
        op.create_index(op.f(f"ix_beat_edit_{column}"), "beat_edit", [column], unique=False)
    measurement = "resting_measurement"
    op.add_column(measurement, sa.Column("edits", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(measurement, sa.Column("corrected_share", sa.Float(), nullable=True))
