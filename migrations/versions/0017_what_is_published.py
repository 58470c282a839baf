"""Answers that the public reads, and consents that publishing asks for

Revision ID: 0017_published
Revises: 0016_searches_of_large_rounds
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_published"
down_revision = "0016_searches_of_large_rounds"
branch_labels = None
depends_on = None

COLUMNS = {"question": "published", "consent": "publishes"}


def upgrade() -> None:
    for table, name in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        with op.batch_alter_table(table) as batch:
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    for table, name in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
