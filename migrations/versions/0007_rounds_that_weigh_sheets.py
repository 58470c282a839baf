"""Rounds that weigh sheets

Revision ID: 0007
Revises: 0006_meeting
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006_meeting"
branch_labels = None
depends_on = None

COLUMNS = ("juror_weights", "robust")


def upgrade() -> None:
    with op.batch_alter_table("round") as table:
        for name in COLUMNS:
            table.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    with op.batch_alter_table("round") as table:
        for name in COLUMNS:
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("round") as table:
        for name in COLUMNS:
            table.drop_column(name)
