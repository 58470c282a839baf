"""The link that confirms an address carries the name and password of its sign-up

Revision ID: 0004
Revises: 0003_leaves
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003_leaves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("one_time_token") as batch:
        batch.add_column(sa.Column("name", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("password_hash", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("one_time_token") as batch:
        batch.drop_column("password_hash")
        batch.drop_column("name")
