"""How far the guided set-up of a season has come

Revision ID: 0021_set_up_step
Revises: 0020_education
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_set_up_step"
down_revision = "0020_education"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("season") as table:
        table.add_column(sa.Column("set_up_step", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("season") as table:
        table.alter_column("set_up_step", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("season") as table:
        table.drop_column("set_up_step")
