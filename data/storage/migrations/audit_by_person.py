"""Find in the audit what somebody did, without reading all of it."""  # noqa: INP001 - Alembic loads it by path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Index the audit by who acted."""
    op.create_index(op.f("ix_audit_entry_user_id"), "audit_entry", ["user_id"], unique=False)
