"""The one sensor that a session is bound to."""  # noqa: INP001 - Alembic loads it by path

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make room: of older sessions nobody knows which device was worn."""
    op.add_column(
        "listening_session", sa.Column("sensor_id", sa.Text(), nullable=False, server_default="")
    )
