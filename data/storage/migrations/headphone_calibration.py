"""Headphones and their calibration; how loud a session could be and was."""  # noqa: INP001 - Alembic loads it by path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and say of older sessions that nothing was calibrated or capped."""
    op.create_table(
        "headphone_calibration",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("make", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("playing_device", sa.Text(), nullable=False),
        sa.Column("system_volume", sa.Text(), nullable=False),
        sa.Column("spl_at_minus20_lufs_dba", sa.Float(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("measured_on", sa.Text(), nullable=False),
        sa.Column("measured_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_headphone_calibration_site_id"), "headphone_calibration", ["site_id"], unique=False
    )
    op.create_table(
        "calibration_end",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["headphone_calibration.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_calibration_end_site_id"), "calibration_end", ["site_id"], unique=False
    )
    session = "listening_session"
    op.add_column(
        session, sa.Column("calibration_id", sa.Text(), nullable=False, server_default="")
    )
    op.add_column(session, sa.Column("gain_cap", sa.Float(), nullable=False, server_default="1"))
    op.add_column(session, sa.Column("ear_level_dba", sa.Float(), nullable=True))
