"""When a juror said herself what she knows, reads and can take

Revision ID: 0024_stated
Revises: 0023_workshops
"""

import sqlalchemy as sa
from alembic import op

revision = "0024_stated"
down_revision = "0023_workshops"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("juror") as table:
        table.add_column(sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("juror") as table:
        table.drop_column("stated_at")
