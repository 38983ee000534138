"""Asking for harms after sessions, and emergency code breaks."""  # noqa: INP001 - Alembic loads it by path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables: of older sessions nobody knows whether harms were asked for."""
    _make(
        "harm_asking",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("told_openly", sa.Boolean(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["listening_session.id"]),
    )
    op.create_index(op.f("ix_harm_asking_session_id"), "harm_asking", ["session_id"], unique=False)
    _make(
        "code_break",
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_to", sa.Text(), nullable=False),
        sa.Column("broken_at", sa.Text(), nullable=False),
        sa.Column("broken_by", sa.Text(), nullable=False),
    )
    _make(
        "code_break_receipt",
        sa.Column("code_break_id", sa.Text(), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=False),
        sa.Column("read_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["code_break_id"], ["code_break.id"]),
    )
    op.create_index(
        op.f("ix_code_break_receipt_code_break_id"),
        "code_break_receipt",
        ["code_break_id"],
        unique=False,
    )


def _make(table: str, *columns: sa.Column[object] | sa.ForeignKeyConstraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f(f"ix_{table}_participant_id"), table, ["participant_id"], unique=False)
