"""The time zone of a site, in which its days are counted."""  # noqa: INP001 - Alembic loads it by path

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Say of older sites what held for them so far: their days were those of UTC."""
    op.add_column("site", sa.Column("time_zone", sa.Text(), nullable=False, server_default="UTC"))
