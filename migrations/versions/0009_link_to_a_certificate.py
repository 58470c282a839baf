"""The secret link with which somebody without an account gets her certificate

Revision ID: 0009_link
Revises: 0008_threads
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_link"
down_revision = "0008_threads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.add_column(sa.Column("link_hash", sa.String(), nullable=True))
        batch.create_unique_constraint("uq_certificate_link_hash", ["link_hash"])


def downgrade() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint("uq_certificate_link_hash", type_="unique")
        batch.drop_column("link_hash")
